import type { Histogram } from '#model/histogram';
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { bucketCount, type HistogramLayout } from './histogram-layout.ts';
import { STALE_HIGH, STALE_LOW } from './value-bits.ts';
import { putVarbitInt, putVarbitUint, readVarbitInt, readVarbitUint } from './varbit.ts';
import { XorColumns } from './xor-columns.ts';

/** The numbers of one histogram; the buckets stand in the chunk's layout. */
export type HistogramNumbers = Pick<Histogram, 'count' | 'zeroCount' | 'sum' | 'positiveBuckets' | 'negativeBuckets'>;

/** The columns of counts of a chunk, sample by sample. null = a staleness marker, which has no buckets. */
export interface HistogramCounts {
  put(out: BitWriter, numbers: HistogramNumbers | null): void;
  read(input: BitReader): HistogramNumbers | null;
}

const NO_BUCKETS = new Float64Array(0);
const STALE_NUMBERS: HistogramNumbers = {
  count: 0,
  zeroCount: 0,
  sum: 0,
  positiveBuckets: NO_BUCKETS,
  negativeBuckets: NO_BUCKETS,
};

const COUNT = 0;
const ZERO_COUNT = 1;
/** Index of the first bucket. Buckets are differences to their left neighbours. */
const BUCKETS = 2;

/**
 * Counts of integer histograms: the first sample as it is, the second as differences, later ones as differences of the
 * differences; the sum as in XOR chunks.
 */
export class IntegerCounts implements HistogramCounts {
  private readonly positive: number;
  private readonly values: Float64Array;
  private readonly deltas: Float64Array;
  private readonly sum = new XorColumns(1);
  private isFirst = true;

  constructor(layout: HistogramLayout) {
    this.positive = bucketCount(layout.positiveSpans);
    const columns = BUCKETS + this.positive + bucketCount(layout.negativeSpans);
    this.values = new Float64Array(columns);
    this.deltas = new Float64Array(columns);
  }

  put(out: BitWriter, numbers: HistogramNumbers | null): void {
    const { count, zeroCount, sum, positiveBuckets, negativeBuckets } = numbers ?? STALE_NUMBERS;
    if (this.isFirst) {
      this.putFirst(out, COUNT, count);
      this.putFirst(out, ZERO_COUNT, zeroCount);
    } else {
      this.putNext(out, COUNT, count, numbers === null);
      this.putNext(out, ZERO_COUNT, zeroCount, numbers === null);
    }
    if (numbers === null) this.putStaleSum(out);
    else if (this.isFirst) this.sum.putFirst(out, 0, sum);
    else this.sum.put(out, 0, sum);
    this.putBuckets(out, BUCKETS, positiveBuckets);
    this.putBuckets(out, BUCKETS + this.positive, negativeBuckets);
    this.isFirst = false;
  }

  read(input: BitReader): HistogramNumbers | null {
    for (const i of [COUNT, ZERO_COUNT]) {
      if (this.isFirst) this.values[i] = readVarbitUint(input);
      else this.readNext(input, i);
    }
    if (this.isFirst) this.sum.readFirst(input, 0);
    else this.sum.read(input, 0);
    if (this.sum.isStale(0) && !this.isFirst) return null;
    const positiveBuckets = this.readBuckets(input, BUCKETS, this.positive);
    const negative = BUCKETS + this.positive;
    const negativeBuckets = this.readBuckets(input, negative, this.values.length - negative);
    this.isFirst = false;
    if (this.sum.isStale(0)) return null;
    const [count, zeroCount] = [this.values[COUNT]!, this.values[ZERO_COUNT]!];
    return { count, zeroCount, sum: this.sum.value(0), positiveBuckets, negativeBuckets };
  }

  private putStaleSum(out: BitWriter): void {
    if (this.isFirst) this.sum.putFirstBits(out, 0, STALE_HIGH, STALE_LOW);
    else this.sum.putBits(out, 0, STALE_HIGH, STALE_LOW);
  }

  private putBuckets(out: BitWriter, from: number, buckets: Float64Array): void {
    let left = 0;
    for (let i = 0; i < buckets.length; i++) {
      const step = buckets[i]! - left;
      left = buckets[i]!;
      if (this.isFirst) {
        putVarbitInt(out, step);
        this.values[from + i] = step;
      } else this.putNext(out, from + i, step);
    }
  }

  private putFirst(out: BitWriter, i: number, value: number): void {
    putVarbitUint(out, value);
    this.values[i] = value;
  }

  private putNext(out: BitWriter, i: number, value: number, isStale = false): void {
    const delta = value - this.values[i]!;
    putVarbitInt(out, isStale ? 0 : delta - this.deltas[i]!);
    this.deltas[i] = delta;
    this.values[i] = value;
  }

  private readNext(input: BitReader, i: number): void {
    this.deltas[i]! += readVarbitInt(input);
    this.values[i]! += this.deltas[i]!;
  }

  private readBuckets(input: BitReader, from: number, count: number): Float64Array {
    const buckets = new Float64Array(count);
    let left = 0;
    for (let i = 0; i < count; i++) {
      if (this.isFirst) this.values[from + i] = readVarbitInt(input);
      else this.readNext(input, from + i);
      left += this.values[from + i]!;
      buckets[i] = left;
    }
    return buckets;
  }
}

const SUM = 2;
const FLOAT_BUCKETS = 3;

/** Counts of float histograms: every number as in XOR chunks. */
export class FloatCounts implements HistogramCounts {
  private readonly positive: number;
  private readonly negative: number;
  private readonly columns: XorColumns;
  private isFirst = true;

  constructor(layout: HistogramLayout) {
    this.positive = bucketCount(layout.positiveSpans);
    this.negative = bucketCount(layout.negativeSpans);
    this.columns = new XorColumns(FLOAT_BUCKETS + this.positive + this.negative);
  }

  put(out: BitWriter, numbers: HistogramNumbers | null): void {
    const { count, zeroCount, sum, positiveBuckets, negativeBuckets } = numbers ?? STALE_NUMBERS;
    this.putOne(out, COUNT, count);
    this.putOne(out, ZERO_COUNT, zeroCount);
    if (numbers !== null) this.putOne(out, SUM, sum);
    else if (this.isFirst) this.columns.putFirstBits(out, SUM, STALE_HIGH, STALE_LOW);
    else this.columns.putBits(out, SUM, STALE_HIGH, STALE_LOW);
    let i = FLOAT_BUCKETS;
    for (const bucket of positiveBuckets) this.putOne(out, i++, bucket);
    for (const bucket of negativeBuckets) this.putOne(out, i++, bucket);
    this.isFirst = false;
  }

  read(input: BitReader): HistogramNumbers | null {
    const { columns } = this;
    for (let i = 0; i < FLOAT_BUCKETS; i++) this.readOne(input, i);
    if (columns.isStale(SUM) && !this.isFirst) return null;
    const positiveBuckets = this.readBuckets(input, FLOAT_BUCKETS, this.positive);
    const negativeBuckets = this.readBuckets(input, FLOAT_BUCKETS + this.positive, this.negative);
    this.isFirst = false;
    if (columns.isStale(SUM)) return null;
    const numbers = { count: columns.value(COUNT), zeroCount: columns.value(ZERO_COUNT), sum: columns.value(SUM) };
    return { ...numbers, positiveBuckets, negativeBuckets };
  }

  private putOne(out: BitWriter, i: number, value: number): void {
    if (this.isFirst) this.columns.putFirst(out, i, value);
    else this.columns.put(out, i, value);
  }

  private readOne(input: BitReader, i: number): void {
    if (this.isFirst) this.columns.readFirst(input, i);
    else this.columns.read(input, i);
  }

  private readBuckets(input: BitReader, from: number, count: number): Float64Array {
    const buckets = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      this.readOne(input, from + i);
      buckets[i] = this.columns.value(from + i);
    }
    return buckets;
  }
}
