import type { Histogram } from '#model/histogram';
import type { Millis } from '#model/time';
import { NO_START } from '#storage/sample-buffer';
import { type Annotations, boundsReconciled, type HistogramOperation, mixedSchemas } from '../../annotations.ts';
import type { Span } from '../../ast.ts';
import { isStartReset, startBehind } from '../start-times.ts';
import { isReset } from './compare.ts';
import type { CombineNotes, WorkHistogram } from './work-histogram.ts';

/** The histograms of one series, with what rate and its kin ask of neighbours. */
export class HistogramSeries {
  readonly t: Float64Array;
  readonly histograms: readonly Histogram[];
  /** When the counter of each began to count, 0 = not known. Null: not known of any. */
  readonly starts: Float64Array | null;
  private readonly resets: Int8Array;

  constructor(t: Float64Array, histograms: readonly Histogram[], starts: Float64Array | null = null) {
    this.t = t;
    this.histograms = histograms;
    this.starts = starts;
    this.resets = new Int8Array(histograms.length).fill(-1);
  }

  /** Whether the counter was reset between `i - 1` and `i`. */
  isResetAt(i: number): boolean {
    const { t, starts } = this;
    if (starts && isStartReset({ t, starts }, i)) return true;
    if (this.resets[i] === -1) this.resets[i] = isReset(this.histograms[i]!, this.histograms[i - 1]!) ? 1 : 0;
    return this.resets[i] === 1;
  }

  /** When the counter of `i` began, if that is behind `from` and before `i`; otherwise NO_START. */
  startBehind(i: number, from: Millis): Millis {
    const { t, starts } = this;
    return starts ? startBehind({ t, starts }, i, from) : NO_START;
  }
}

/** One window: samples `first` up to and including `last`. */
export interface HistogramWindow {
  readonly series: HistogramSeries;
  readonly first: number;
  readonly last: number;
  /** The window's borders; samples may lie outside of them when it is anchored or smoothed. */
  readonly start: Millis;
  readonly end: Millis;
  readonly boundary: 'plain' | 'anchored' | 'smoothed';
}

/** Annotates what happens to the histograms of one metric. */
export class HistogramNotes {
  readonly metricName: string;
  private readonly annotations: Annotations;
  private readonly span: Span;

  constructor(metricName: string, { annotations, span }: { readonly annotations: Annotations; readonly span: Span }) {
    this.metricName = metricName;
    this.annotations = annotations;
    this.span = span;
  }

  warn(text: string): void {
    this.annotations.warn(text, this.span);
  }

  info(text: string): void {
    this.annotations.info(text, this.span);
  }

  /** Says what combining did. False when it was impossible. */
  combined(notes: CombineNotes | null, operation: HistogramOperation): boolean {
    if (notes === null) this.warn(mixedSchemas(this.metricName));
    else if (notes.boundsReconciled) this.info(boundsReconciled(operation));
    return notes !== null;
  }

  /** Adds or subtracts, saying what is to be said. */
  add(to: WorkHistogram, other: WorkHistogram, sign: 1 | -1): boolean {
    return this.combined(to.add(other, sign), sign === 1 ? 'addition' : 'subtraction');
  }
}

/** A window function on histograms; null: no value. */
export type HistogramFunction = (window: HistogramWindow, notes: HistogramNotes) => Histogram | null;
