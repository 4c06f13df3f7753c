import type { Histogram } from '#model/histogram';
import type { AppendReport } from './appender.ts';
import type { SampleKind } from './sample-buffer.ts';

/**
 * Samples of many series in columns: what crosses threads to the one writer (rules, own metrics). Sample i
 * belongs to series `series[i]`, whose labels are `labels[series[i]]` as name, value, … pairs sorted by UTF-8 bytes.
 * Samples of one series are in time order. Transferable: the typed arrays are handed over, not copied.
 */
export interface WriteBatch {
  readonly labels: readonly (readonly string[])[];
  readonly series: Uint32Array;
  readonly t: Float64Array;
  readonly v: Float64Array;
  readonly kind: Uint8Array;
  /** Where `kind` is KIND_HISTOGRAM, by sample index. */
  readonly histograms?: ReadonlyMap<number, Histogram>;
}

/** The writer as seen from another thread. The batch is one transaction. */
export interface BatchWriter {
  write(batch: WriteBatch): Promise<AppendReport>;
}

/** Collects samples into a WriteBatch. */
export class WriteBatchBuilder {
  private readonly labels: (readonly string[])[] = [];
  private readonly series: number[] = [];
  private readonly t: number[] = [];
  private readonly v: number[] = [];
  private readonly kind: SampleKind[] = [];
  private readonly histograms = new Map<number, Histogram>();

  get samples(): number {
    return this.t.length;
  }

  /** Adds a series and returns its index. `pairs` must be sorted, unique and without empty values. */
  addSeries(pairs: readonly string[]): number {
    return this.labels.push(pairs) - 1;
  }

  /** `v` is ignored for a stale marker. */
  addSample(series: number, t: number, v: number, kind: SampleKind = 0): void {
    this.series.push(series);
    this.t.push(t);
    this.v.push(kind === 0 ? v : Number.NaN);
    this.kind.push(kind);
  }

  addHistogram(series: number, t: number, histogram: Histogram): void {
    this.histograms.set(this.t.length, histogram);
    this.addSample(series, t, Number.NaN, 2);
  }

  build(): WriteBatch {
    return {
      labels: this.labels,
      series: Uint32Array.from(this.series),
      t: Float64Array.from(this.t),
      v: Float64Array.from(this.v),
      kind: Uint8Array.from(this.kind),
      ...(this.histograms.size > 0 ? { histograms: this.histograms } : {}),
    };
  }
}
