import type { CounterResetHint, Histogram, Span } from '#model/histogram';
import { boundAt } from './bounds.ts';
import { CUSTOM_BOUNDS_SCHEMA, indexed } from './buckets.ts';

/** What happened when two histograms were put together. */
export interface CombineNotes {
  /** One said that it is a counter reset, the other that it is not. */
  readonly resetCollision: boolean;
  /** The custom bounds differed; only those in common are left. */
  readonly boundsReconciled: boolean;
}

/** Counts by bucket number. */
type Counts = Map<number, number>;

/**
 * A native histogram that is computed with: counts by bucket number, each with the part that rounding lost (Kahan and
 * Neumaier) as far as `add` was asked to keep it. Made from a Histogram, and turned back into one.
 */
export class WorkHistogram {
  schema: number;
  zeroThreshold: number;
  hint: CounterResetHint;
  customBounds: Float64Array | null;
  positive: Counts;
  negative: Counts;
  private readonly totals = { count: 0, sum: 0, zeroCount: 0 };
  private readonly lost = { count: 0, sum: 0, zeroCount: 0 };
  private lostPositive: Counts = new Map();
  private lostNegative: Counts = new Map();

  constructor(histogram: Histogram) {
    this.schema = histogram.schema;
    this.zeroThreshold = histogram.zeroThreshold;
    this.hint = histogram.counterResetHint;
    this.customBounds = histogram.customBounds;
    this.totals = { count: histogram.count, sum: histogram.sum, zeroCount: histogram.zeroCount };
    this.positive = countsOf(histogram.positiveSpans, histogram.positiveBuckets);
    this.negative = countsOf(histogram.negativeSpans, histogram.negativeBuckets);
  }

  /** The same layout without any observation. */
  static emptyLike({ schema, customBounds }: WorkHistogram): WorkHistogram {
    return new WorkHistogram({ ...NOTHING, schema, customBounds });
  }

  copy(): WorkHistogram {
    const copy = new WorkHistogram(NOTHING);
    Object.assign(copy, this, {
      totals: { ...this.totals },
      lost: { ...this.lost },
      positive: new Map(this.positive),
      negative: new Map(this.negative),
      lostPositive: new Map(this.lostPositive),
      lostNegative: new Map(this.lostNegative),
    });
    return copy;
  }

  get count(): number {
    return this.totals.count;
  }

  get sum(): number {
    return this.totals.sum;
  }

  get zeroCount(): number {
    return this.totals.zeroCount;
  }

  get hasCustomBounds(): boolean {
    return this.schema === CUSTOM_BOUNDS_SCHEMA;
  }

  get overflows(): boolean {
    const { count, sum, zeroCount } = this.totals;
    const all = [count, sum, zeroCount, ...this.positive.values(), ...this.negative.values()];
    return all.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  }

  /** Multiplies every count and the sum. A negative factor makes it a gauge. */
  scale(factor: number): this {
    return this.mapAll((value) => value * factor, factor < 0);
  }

  /** Divides every count and the sum; by zero no bucket remains. */
  divide(divisor: number): this {
    this.mapAll((value) => value / divisor, divisor < 0);
    if (divisor !== 0) return this;
    for (const counts of [this.positive, this.negative, this.lostPositive, this.lostNegative]) counts.clear();
    return this;
  }

  private mapAll(change: (value: number) => number, toGauge: boolean): this {
    for (const name of ['count', 'sum', 'zeroCount'] as const) {
      this.totals[name] = change(this.totals[name]);
      // Nothing lost stays nothing, also when divided by zero.
      if (this.lost[name] !== 0) this.lost[name] = change(this.lost[name]);
    }
    for (const counts of [this.positive, this.negative, this.lostPositive, this.lostNegative]) {
      for (const [index, value] of counts) counts.set(index, change(value));
    }
    if (toGauge) this.hint = 'gauge';
    return this;
  }

  /** Adds another histogram (sign 1) or takes it away (-1). Null when one has custom bounds and the other has not. */
  add(given: WorkHistogram, sign: 1 | -1 = 1): CombineNotes | null {
    if (given.hasCustomBounds !== this.hasCustomBounds) return null;
    const other = given.copy();
    const resetCollision = this.joinHints(other.hint);
    let boundsReconciled = false;
    if (this.hasCustomBounds) boundsReconciled = this.reconcileBounds(other);
    else this.reconcileExponential(other);
    if (!this.hasCustomBounds) this.addTotal('zeroCount', sign * other.totals.zeroCount);
    this.addTotal('count', sign * other.totals.count);
    this.addTotal('sum', sign * other.totals.sum);
    addCounts({ to: this.positive, lost: this.lostPositive }, other.positive, sign);
    addCounts({ to: this.negative, lost: this.lostNegative }, other.negative, sign);
    return { resetCollision, boundsReconciled };
  }

  private addTotal(name: 'count' | 'sum' | 'zeroCount', value: number): void {
    const [sum, lost] = addKahan(value, this.totals[name], this.lost[name]);
    this.totals[name] = sum;
    this.lost[name] = lost;
  }

  /** True on a collision of reset and not-reset. */
  private joinHints(other: CounterResetHint): boolean {
    if (other === this.hint || this.hint === 'gauge') return false;
    if (other === 'gauge') this.hint = 'gauge';
    else {
      const isCollision = this.hint !== 'unknown' && other !== 'unknown';
      this.hint = 'unknown';
      return isCollision;
    }
    return false;
  }

  private reconcileExponential(other: WorkHistogram): void {
    while (other.zeroThreshold !== this.zeroThreshold) {
      if (this.zeroThreshold > other.zeroThreshold) other.widenZero(this.zeroThreshold);
      if (other.zeroThreshold > this.zeroThreshold) this.widenZero(other.zeroThreshold);
    }
    const schema = Math.min(this.schema, other.schema);
    this.reduceTo(schema);
    other.reduceTo(schema);
  }

  /** Merges buckets up to a schema with fewer of them. */
  reduceTo(schema: number): void {
    if (schema >= this.schema) return;
    const by = this.schema - schema;
    this.remap((index) => ((index - 1) >> by) + 1);
    this.schema = schema;
  }

  private remap(target: (index: number) => number): void {
    const sides = [
      { to: this.positive, lost: this.lostPositive },
      { to: this.negative, lost: this.lostNegative },
    ].map((side) => {
      const out = { to: new Map<number, number>(), lost: new Map<number, number>() };
      for (const [index, value] of sorted(side.to)) {
        bump(out, target(index), value);
        const lost = side.lost.get(index);
        if (lost !== undefined) bump(out, target(index), lost);
      }
      return out;
    });
    [this.positive, this.negative] = [sides[0]!.to, sides[1]!.to];
    [this.lostPositive, this.lostNegative] = [sides[0]!.lost, sides[1]!.lost];
  }

  private reconcileBounds(other: WorkHistogram): boolean {
    const [a, b] = [this.customBounds ?? NO_BOUNDS, other.customBounds ?? NO_BOUNDS];
    if (sameBounds(a, b)) return false;
    const shared = a.filter((bound) => b.includes(bound));
    this.moveToBounds(shared);
    other.moveToBounds(shared);
    return true;
  }

  /** Puts each bucket into the first of these bounds that holds it. */
  moveToBounds(bounds: Float64Array): void {
    const own = this.customBounds ?? NO_BOUNDS;
    this.remap((index) => {
      const found = index < own.length ? bounds.findIndex((bound) => bound >= own[index]!) : -1;
      return found < 0 ? bounds.length : found;
    });
    this.customBounds = bounds;
  }

  /** Widens the zero bucket to at least this threshold, up to the end of any populated bucket that it would cut. */
  widenZero(threshold: number): void {
    const { zeroCount, reached } = this.zeroCountFor(threshold);
    this.totals.zeroCount = zeroCount;
    this.zeroThreshold = reached;
    for (const counts of [this.positive, this.negative]) {
      for (const index of [...counts.keys()]) if (boundAt(index - 1, this.schema) < reached) counts.delete(index);
    }
  }

  /** What the zero bucket would hold with a larger threshold, and the threshold that this really takes. */
  zeroCountFor(threshold: number): { zeroCount: number; reached: number } {
    let reached = threshold;
    for (;;) {
      const before = reached;
      let total: readonly [number, number] = [this.totals.zeroCount, 0];
      for (const counts of [this.positive, this.negative]) {
        for (const [index, value] of sorted(counts)) {
          if (boundAt(index - 1, this.schema) >= reached) break;
          total = addKahan(value, total[0], total[1]);
          const upper = boundAt(index, this.schema);
          if (upper > reached && value !== 0) reached = upper;
        }
      }
      if (reached === before || threshold === this.zeroThreshold) return { zeroCount: total[0] + total[1], reached };
    }
  }

  /** As an immutable histogram: what was lost is added, empty buckets are left out. */
  finish(): Histogram {
    const { totals, lost } = this;
    return {
      schema: this.schema,
      zeroThreshold: this.zeroThreshold,
      zeroCount: totals.zeroCount + lost.zeroCount,
      count: totals.count + lost.count,
      sum: totals.sum + lost.sum,
      ...sideOf(this.positive, this.lostPositive, 'positive'),
      ...sideOf(this.negative, this.lostNegative, 'negative'),
      customBounds: this.customBounds,
      counterResetHint: this.hint,
    } as Histogram;
  }
}

const NO_BOUNDS = new Float64Array(0);

const NOTHING: Histogram = {
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positiveSpans: [],
  positiveBuckets: NO_BOUNDS,
  negativeSpans: [],
  negativeBuckets: NO_BOUNDS,
  customBounds: null,
  counterResetHint: 'unknown',
};

function countsOf(spans: readonly Span[], buckets: Float64Array): Counts {
  return new Map(indexed(spans, buckets).map(({ index, count }) => [index, count]));
}

/** Buckets in order of their numbers. */
export function sorted(counts: Counts): [index: number, count: number][] {
  return [...counts].sort(([a], [b]) => a - b);
}

/** Whether two lists of custom bounds are the same. */
export function sameBounds(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

interface CompensatedCounts {
  readonly to: Counts;
  readonly lost: Counts;
}

function bump({ to, lost }: CompensatedCounts, index: number, value: number): void {
  const [sum, rest] = addKahan(value, to.get(index) ?? 0, lost.get(index) ?? 0);
  to.set(index, sum);
  if (rest !== 0) lost.set(index, rest);
  else lost.delete(index);
}

function addCounts(side: CompensatedCounts, other: Counts, sign: 1 | -1): void {
  for (const [index, value] of other) bump(side, index, sign * value);
}

/** The sum and what it lost. */
function addKahan(value: number, sum: number, lost: number): readonly [number, number] {
  const total = sum + value;
  if (Math.abs(total) === Number.POSITIVE_INFINITY) return [total, 0];
  const part = Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
  return [total, lost + part];
}

function sideOf(counts: Counts, lost: Counts, side: 'positive' | 'negative') {
  const spans: { offset: number; length: number }[] = [];
  const buckets: number[] = [];
  let next = 0;
  for (const [index, value] of sorted(counts)) {
    const count = value + (lost.get(index) ?? 0);
    if (count === 0) continue;
    const span = spans.at(-1);
    if (span && index === next) span.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
    buckets.push(count);
  }
  return { [`${side}Spans`]: spans, [`${side}Buckets`]: Float64Array.from(buckets) };
}
