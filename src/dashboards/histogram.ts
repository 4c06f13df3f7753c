/** Buckets of equal size and how many values of each column lie in them. */
export interface Histogram {
  /** Where each bucket begins, ascending without gaps; it ends where the next begins. */
  readonly starts: readonly number[];
  /** Per column, one count per bucket. */
  readonly counts: readonly (readonly number[])[];
}

export interface BucketOptions {
  readonly size: number;
  readonly offset: number;
}

/** More buckets than this say no more. */
const MOST_BUCKETS = 5000;

/** Counts finite values into buckets `[start, start + size)`. Without any there are no buckets. */
export function histogramOf(columns: readonly ArrayLike<number>[], { size, offset }: BucketOptions): Histogram {
  const place = (value: number): number => Math.floor((value - offset) / size);
  const [low, high] = extent(columns);
  if (!Number.isFinite(low) || !(size > 0)) return { starts: [], counts: columns.map(() => []) };
  const first = place(low);
  const length = Math.min(MOST_BUCKETS, place(high) - first + 1);
  const counts = columns.map((column) => {
    const count = new Array<number>(length).fill(0);
    for (let i = 0; i < column.length; i++) {
      const bucket = place(column[i]!) - first;
      if (bucket >= 0 && bucket < length) count[bucket]! += 1;
    }
    return count;
  });
  return { starts: Array.from({ length }, (_, i) => (first + i) * size + offset), counts };
}

function extent(columns: readonly ArrayLike<number>[]): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i]!;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

const NICE = [1, 2, 2.5, 3, 4, 5, 10];

/** A round size with which the values fill about so many buckets. */
export function niceBucketSize(columns: readonly ArrayLike<number>[], count: number): number {
  const [low, high] = extent(columns);
  const wanted = (high - low) / Math.max(1, count);
  if (!(wanted > 0) || !Number.isFinite(wanted)) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * (NICE.find((nice) => nice * power >= wanted) ?? 10);
}
