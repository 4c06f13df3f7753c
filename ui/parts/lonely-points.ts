/** A line that is shorter than this many pixels is hardly seen. */
const LEAST = 2;

export interface LineOnPlot {
  readonly values: ArrayLike<number | null | undefined>;
  /** How far a place is from the left, in pixels. */
  readonly at: (place: number) => number;
  /** Whether values are missing between the first and the last, and the line ends there. */
  readonly gaps: boolean;
}

/** Where values stand alone, or with so few beside them that a stroke hardly shows them: the first of each such, or null. */
export function lonelyPoints(
  { values, at, gaps }: LineOnPlot,
  [first, last]: readonly [number, number],
): number[] | null {
  return gaps ? lonelyOfMany({ values, at }, [first, last]) : lonelyOne({ values, at }, [first, last]);
}

type Values = Omit<LineOnPlot, 'gaps'>;

function isMissing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined;
}

/** Of one line from end to end nothing but its ends counts. */
function lonelyOne({ values, at }: Values, [first, last]: readonly [number, number]): number[] | null {
  let [start, end] = [first, last];
  while (start <= end && isMissing(values[start])) start++;
  while (end > start && isMissing(values[end])) end--;
  return start <= end && at(end) - at(start) < LEAST ? [start] : null;
}

function lonelyOfMany({ values, at }: Values, [first, last]: readonly [number, number]): number[] | null {
  const found: number[] = [];
  let [start, end] = [-1, -1];
  const finish = (): void => {
    if (start >= 0 && at(end) - at(start) < LEAST) found.push(start);
  };
  for (let i = first; i <= last; i++) {
    if (isMissing(values[i])) continue;
    if (start < 0 || end < i - 1) {
      finish();
      start = i;
    }
    end = i;
  }
  finish();
  return found.length === 0 ? null : found;
}
