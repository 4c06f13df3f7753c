import type { Histogram } from '#model/histogram';
import { boundsReconciled, resetCollision } from '../../annotations.ts';
import type { HistogramFunction, HistogramNotes } from './histogram-window.ts';
import { WorkHistogram } from './work-histogram.ts';

/** Adds up histograms, or averages them, for aggregations and for sum_over_time and avg_over_time. */
export class HistogramTotal {
  private work: WorkHistogram;
  private count = 1;
  private isMean = false;
  private hasReset: boolean;
  private hasNoReset: boolean;
  private readonly averages: boolean;
  private readonly notes: HistogramNotes;
  private isBroken = false;
  private isReconciled = false;

  constructor(first: Histogram, averages: boolean, notes: HistogramNotes) {
    this.work = new WorkHistogram(first);
    this.averages = averages;
    this.notes = notes;
    this.hasReset = first.counterResetHint === 'reset';
    this.hasNoReset = first.counterResetHint === 'not-reset';
  }

  add(histogram: Histogram, notes = this.notes): void {
    if (this.isBroken) return;
    this.count++;
    if (histogram.counterResetHint === 'reset') this.hasReset = true;
    if (histogram.counterResetHint === 'not-reset') this.hasNoReset = true;
    const other = new WorkHistogram(histogram);
    if (this.averages && this.isMean) this.addToMean(other, notes);
    else this.addToSum(other, notes);
  }

  private addToSum(other: WorkHistogram, notes: HistogramNotes): void {
    const sum = this.averages ? this.work.copy() : this.work;
    if (!this.combine(sum, other, notes)) return;
    if (!this.averages || !sum.overflows) {
      this.work = sum;
      return;
    }
    this.isMean = true;
    this.work.divide(this.count - 1);
    this.addToMean(other, notes);
  }

  private addToMean(other: WorkHistogram, notes: HistogramNotes): void {
    this.work.scale((this.count - 1) / this.count);
    this.combine(this.work, other.divide(this.count), notes);
  }

  private combine(to: WorkHistogram, other: WorkHistogram, notes: HistogramNotes): boolean {
    const outcome = to.add(other);
    if (outcome === null) {
      notes.combined(null, 'aggregation');
      this.isBroken = true;
    } else if (outcome.boundsReconciled) this.isReconciled = true;
    return outcome !== null;
  }

  /** The sum or mean; null when the histograms did not fit together. Leaves its annotations. */
  finish(): Histogram | null {
    if (this.isReconciled) this.notes.info(boundsReconciled('aggregation'));
    if (this.isBroken) return null;
    if (this.hasReset && this.hasNoReset) this.notes.warn(resetCollision('aggregation'));
    if (this.averages && !this.isMean) this.work.divide(this.count);
    return this.work.finish();
  }
}

/** sum_over_time or avg_over_time of native histograms. */
export function totalOverTime(averages: boolean): HistogramFunction {
  return ({ series, first, last }, notes) => {
    const total = new HistogramTotal(series.histograms[first]!, averages, notes);
    for (let i = first + 1; i <= last; i++) total.add(series.histograms[i]!);
    return total.finish();
  };
}
