import type { Histogram } from '#model/histogram';
import type { MetricMetadata, MetricType } from '#model/metadata';

/** An exemplar as it was sent: labels are name, value, … pairs in the order of the message. */
export interface WrittenExemplar {
  readonly labels: readonly string[];
  readonly value: number;
  readonly t: number;
}

/**
 * What a decoder of remote write messages finds. A series is announced before its exemplars, and those before its
 * samples; samples come in the order of the message, floats before histograms.
 */
export interface WriteSink {
  /**
   * Asked where a field of the message begins: the sink may take series from there on by itself. Gives where it stopped; `at`
   * when it did not.
   */
  skim(message: Uint8Array, at: number): number;
  /**
   * The series whose labels are the bytes in `[start, end)`, with so many samples in this message. The same bytes mean the
   * same labels in every message to the same sink: they need to be read only once. The view is valid until the next series.
   */
  series(labels: DataView, start: number, end: number, samples: number): void;
  /** A series whose labels cannot be read, in place of `series`. */
  badSeries(reason: string, samples: number): void;
  exemplar(exemplar: WrittenExemplar): void;
  /** An exemplar that cannot be read. */
  badExemplar(reason: string): void;
  /** Of the series announced last. A `startTime` of 0 means that none was sent. */
  float(t: number, v: number, startTime: number): void;
  stale(t: number): void;
  /** Null: a stale marker among the histograms. */
  histogram(t: number, histogram: Histogram | null, startTime: number): void;
}

/** What prometheus.WriteRequest has besides. */
export interface WriteSinkV1 extends WriteSink {
  /** Of a metric, not of a series. */
  metadata(metric: string, metadata: MetricMetadata): void;
}

/** What io.prometheus.write.v2.Request has besides. */
export interface WriteSinkV2 extends WriteSink {
  /**
   * Gives the number of a symbol: the same for the same text in every message. The label bytes of `series` are such
   * numbers, four bytes each in little endian, a name's before its value's.
   */
  symbol(text: DataView, start: number, end: number): number;
  /** Of the series announced last; help and unit are numbers of symbols. Comes before the samples. */
  seriesMetadata(type: MetricType, help: number, unit: number): void;
}

/** Types of metrics by their number in both messages. */
export const METRIC_TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];
