/** Told apart on the dark and on the light theme alike: each has a contrast of at least 3 to both backgrounds. */
const COLORS: readonly string[] = [
  '#3f8ee8',
  '#dd7a2c',
  '#3aa35c',
  '#cf5597',
  '#b58a10',
  '#8d6fe0',
  '#1c9c9c',
  '#dd5454',
  '#7d9a2a',
  '#5f7fbf',
  '#b0764f',
  '#a65fc4',
];

/** The colour of the n-th series of a chart. Repeats after twelve. */
export function seriesColor(index: number): string {
  return COLORS[index % COLORS.length]!;
}
