/** A line that is shorter than this many pixels is hardly seen. */
const LEAST = 2;

export interface LineOnPlot {
  readonly values: ArrayLike<number | null | undefined>;
  /** How far a place is from the left, in pixels. */
  readonly at: (place: number) => number;
  /** Gaps are no ends of a line. */
  readonly spanGaps: boolean;
}

/** Where values stand alone, or with so few beside them that a stroke hardly shows them: the first of each such, or null. */
export function lonelyPoints(
  { values, at, spanGaps }: LineOnPlot,
  [first, last]: readonly [number, number],
): number[] | null {
  const found: number[] = [];
  let [start, end] = [-1, -1];
  const finish = (): void => {
    if (start >= 0 && at(end) - at(start) < LEAST) found.push(start);
  };
  for (let i = first; i <= last; i++) {
    if (values[i] === null || values[i] === undefined) continue;
    if (start < 0 || (end < i - 1 && !spanGaps)) {
      finish();
      start = i;
    }
    end = i;
  }
  finish();
  return found.length === 0 ? null : found;
}
