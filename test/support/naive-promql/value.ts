import type { CounterResetHint } from '#model/histogram';
import type { Labels } from '#model/labels';

/** A native histogram as the definitions speak of it: bucket counts by index, no empty buckets. Never changed in place. */
export interface Hist {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positive: ReadonlyMap<number, number>;
  readonly negative: ReadonlyMap<number, number>;
  /** Upper bounds without +Inf, for custom buckets. */
  readonly bounds: readonly number[] | null;
  readonly hint: CounterResetHint;
}

export type Value = number | Hist;

/** One element of an instant vector. */
export interface Element {
  readonly labels: Labels;
  readonly value: Value;
  /** The metric's name goes when the query ends. */
  readonly dropName: boolean;
}

export type Vector = readonly Element[];

export interface Point {
  readonly t: number;
  readonly value: Value;
}

/** A stored sample; `stale` is a staleness marker. */
export interface StoredPoint {
  readonly t: number;
  readonly value: Value | 'stale';
}

export interface StoredSeries {
  readonly labels: Labels;
  readonly points: readonly StoredPoint[];
}

/** The samples of one series in a window that is open at `start` and closed at `end`. */
export interface Window {
  readonly labels: Labels;
  readonly dropName: boolean;
  readonly points: readonly Point[];
  readonly start: number;
  readonly end: number;
}

/** What an expression is evaluated with. `start`, `end` and `step` are those of the whole query, `t` is now. */
export interface Context {
  readonly series: readonly StoredSeries[];
  readonly t: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly lookback: number;
  readonly defaultStep: number;
}

/** The query has no answer: Prometheus gives an error. */
export class QueryFailure extends Error {}

/** The definitions leave the answer open, or it hangs on the last bit of a float: nothing to compare. */
export class Undecided extends Error {}

export function isHist(value: Value): value is Hist {
  return typeof value !== 'number';
}

/** Floats of a vector, as pairs with their element; histograms are left out. */
export function floatsOf(vector: Vector): { element: Element; value: number }[] {
  return vector.flatMap((element) => (isHist(element.value) ? [] : [{ element, value: element.value }]));
}

/** Compares two numbers where the answer depends on their order. Numbers that differ by rounding alone decide nothing. */
export function decided(a: number, b: number): void {
  if (a === b || !Number.isFinite(a) || !Number.isFinite(b)) return;
  if (Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))) throw new Undecided('equal but for rounding');
}
