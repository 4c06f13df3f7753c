/** The samples of one series by step of a query: `present` is 1 where there is one. */
export interface PointRow {
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/**
 * Leaves of each `pixel` steps only what a picture shows: the first, the least, the greatest and the last sample, each at
 * its own time. So no peak is lost, a gap as wide as a pixel or wider keeps its ends, and first, last, least and greatest
 * of the whole are what they were. A pixel with a NaN or an infinity keeps all of its samples.
 */
export function thin({ values, present }: PointRow, pixel: number): void {
  for (let from = 0; from < present.length; from += pixel)
    thinPixel(values, present, { from, to: Math.min(from + pixel, present.length) });
}

interface Steps {
  readonly from: number;
  readonly to: number;
}

function thinPixel(values: Float64Array, present: Uint8Array, { from, to }: Steps): void {
  let [first, last, least, greatest] = [-1, -1, -1, -1];
  for (let i = from; i < to; i++) {
    if (present[i] !== 1) continue;
    const value = values[i]!;
    if (!Number.isFinite(value)) return;
    if (first < 0) first = least = greatest = i;
    else if (value < values[least]!) least = i;
    else if (value > values[greatest]!) greatest = i;
    last = i;
  }
  if (first < 0) return;
  present.fill(0, from, to);
  present[first] = present[last] = present[least] = present[greatest] = 1;
}
