/** Distances of labels on an axis of bytes: from a millionth to more than any limit that programs have. */
export const BINARY_STEPS: number[] = Array.from({ length: 120 }, (_, i) => 2 ** (i - 20));

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** In seconds: decimal below a second and above months, and what clocks and calendars have in between. */
const DURATIONS: readonly number[] = [
  ...decades(-9, -1),
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY),
  ...decades(2, 9).map((days) => days * DAY),
];

/** Distances of labels on an axis of durations, in units of so many seconds. Ascending. */
export function durationSteps(unitSeconds: number): number[] {
  // Without the noise that a division leaves behind the twelfth digit.
  return DURATIONS.map((seconds) => Number((seconds / unitSeconds).toPrecision(12)));
}

function decades(first: number, last: number): number[] {
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
}
