const NO_ROOM = new Float64Array(0);
const FIRST_ROOM = 16;

/** A quantile that is asked for, and by how much its rank may be wrong, as a part of all values. */
export interface QuantileTarget {
  readonly quantile: number;
  readonly error: number;
}

/** What most summaries of Prometheus' own metrics tell: how long it takes usually, often, at worst. */
export const HIGH_QUANTILES: readonly QuantileTarget[] = [
  { quantile: 0.5, error: 0.05 },
  { quantile: 0.9, error: 0.01 },
  { quantile: 0.99, error: 0.001 },
];

/** What those tell of which the low end matters, too. */
export const LOW_AND_HIGH_QUANTILES: readonly QuantileTarget[] = [
  { quantile: 0.01, error: 0.001 },
  { quantile: 0.05, error: 0.005 },
  ...HIGH_QUANTILES,
];

/**
 * Values of which quantiles can be told without keeping all of them: "Effective Computation of Biased Quantiles over Data
 * Streams" (Cormode, Korn, Muthukrishnan, Srivastava), for given targets. What it tells is a value that was added, whose
 * rank is wrong by at most `error` of the targets; as long as few values came, the exact one.
 *
 * Kept are columns: values in ascending order, for each how far its lowest possible rank is above the one before (`widths`)
 * and how far the highest possible rank is above the lowest (`deltas`). Room is kept for the next use.
 */
export class QuantileSketch {
  /** Of all values that were merged. */
  count = 0;
  /** How many columns are in use. */
  length = 0;
  values = NO_ROOM;
  widths = NO_ROOM;
  deltas = NO_ROOM;
  private readonly targets: readonly QuantileTarget[];

  constructor(targets: readonly QuantileTarget[]) {
    this.targets = targets;
  }

  clear(): void {
    this.count = 0;
    this.length = 0;
  }

  /** Adds values, which must be in ascending order. */
  merge(sorted: Float64Array): void {
    const merged = this.mergeColumns(sorted);
    this.count += sorted.length;
    this.take(this.compress(merged), merged);
  }

  /** Both in their order into the scratch columns; gives how many they are. */
  private mergeColumns(sorted: Float64Array): number {
    const total = this.length + sorted.length;
    scratch = roomFor(scratch, total);
    const { values, widths, deltas } = scratch;
    let old = 0;
    let fresh = 0;
    for (let at = 0; at < total; at++) {
      const takesOld = fresh === sorted.length || (old < this.length && this.values[old]! <= sorted[fresh]!);
      values[at] = takesOld ? this.values[old]! : sorted[fresh]!;
      widths[at] = takesOld ? this.widths[old]! : 1;
      deltas[at] = takesOld ? this.deltas[old]! : this.deltaBefore(old);
      if (takesOld) old++;
      else fresh++;
    }
    return total;
  }

  /** A new value may stand anywhere among those that were joined with the kept one above it. */
  private deltaBefore(above: number): number {
    if (above === 0 || above === this.length) return 0;
    return this.widths[above]! + this.deltas[above]! - 1;
  }

  /** Joins neighbours in the scratch columns where no target needs both, from the top down; gives where they begin then. */
  private compress(length: number): number {
    const { values, widths, deltas } = scratch;
    let kept = length - 1;
    let rank = this.count - widths[kept]!;
    for (let at = length - 2; at >= 0; at--) {
      const width = widths[at]!;
      rank -= width;
      if (width + widths[kept]! + deltas[kept]! <= this.allowed(rank)) {
        widths[kept]! += width;
        continue;
      }
      kept--;
      values[kept] = values[at]!;
      widths[kept] = width;
      deltas[kept] = deltas[at]!;
    }
    return kept;
  }

  /** How many ranks may be unknown around this one. Half of what the targets allow: the other half is for joining sketches. */
  private allowed(rank: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { quantile, error } of this.targets) {
      const above = rank >= quantile * this.count;
      least = Math.min(least, error * (above ? rank / quantile : (this.count - rank) / (1 - quantile)));
    }
    return least;
  }

  private take(start: number, end: number): void {
    this.length = end - start;
    const grown = roomFor(this, this.length);
    if (grown !== this) ({ values: this.values, widths: this.widths, deltas: this.deltas } = grown);
    this.values.set(scratch.values.subarray(start, end));
    this.widths.set(scratch.widths.subarray(start, end));
    this.deltas.set(scratch.deltas.subarray(start, end));
  }
}

/**
 * The quantiles of what all these sketches hold together, in the order of `targets`, which must be ascending; NaN when they
 * hold nothing.
 */
export function quantilesOf(sketches: readonly QuantileSketch[], targets: readonly QuantileTarget[]): number[] {
  const total = sketches.reduce((sum, { count }) => sum + count, 0);
  const next = sketches.map(() => 0);
  let rank = 0;
  let value = Number.NaN;
  let middle = 0;
  return targets.map(({ quantile }) => {
    while (total > 0 && middle < Math.max(1, quantile * total)) {
      const from = lowest(sketches, next);
      if (from === -1) break;
      const { values, widths, deltas } = sketches[from]!;
      const at = next[from]!++;
      rank += widths[at]!;
      value = values[at]!;
      middle = rank + deltas[at]! / 2;
    }
    return value;
  });
}

/** The sketch whose next value is the lowest; -1 when there is none. */
function lowest(sketches: readonly QuantileSketch[], next: readonly number[]): number {
  let found = -1;
  for (let i = 0; i < sketches.length; i++) {
    const { length, values } = sketches[i]!;
    if (next[i]! >= length) continue;
    if (found === -1 || values[next[i]!]! < sketches[found]!.values[next[found]!]!) found = i;
  }
  return found;
}

interface Columns {
  readonly values: Float64Array<ArrayBuffer>;
  readonly widths: Float64Array<ArrayBuffer>;
  readonly deltas: Float64Array<ArrayBuffer>;
}

/** Shared by all: merging is done in one go. */
let scratch: Columns = { values: new Float64Array(512), widths: new Float64Array(512), deltas: new Float64Array(512) };

/** The columns themselves when they are long enough, larger empty ones otherwise. */
function roomFor<C extends Columns>(columns: C, length: number): C | Columns {
  if (columns.values.length >= length) return columns;
  const room = Math.max(FIRST_ROOM, 2 ** Math.ceil(Math.log2(length)));
  return { values: new Float64Array(room), widths: new Float64Array(room), deltas: new Float64Array(room) };
}
