import { type Labels, METRIC_NAME } from '#model/labels';
import type { Millis } from '#model/time';
import { type Appender, type SeriesRef, UNKNOWN_REF } from '#storage/appender';

/** What a scrape says of itself. */
export interface ScrapeReport {
  readonly up: boolean;
  readonly seconds: number;
  readonly scraped: number;
  readonly kept: number;
  readonly newSeries: number;
  /** With `extra_scrape_metrics`; null otherwise. */
  readonly extra: ExtraReport | null;
}

/** What `extra_scrape_metrics` adds. */
interface ExtraReport {
  readonly timeoutSeconds: number;
  readonly sampleLimit: number;
  /** Decompressed; -1 when it was over the limit. */
  readonly bodyBytes: number;
}

const METRICS = [
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
] as const;
const EXTRA_METRICS = ['scrape_timeout_seconds', 'scrape_sample_limit', 'scrape_body_size_bytes'] as const;

/** Their values, in order. */
function valuesOf({ up, seconds, scraped, kept, newSeries, extra }: ScrapeReport): number[] {
  const values = [up ? 1 : 0, seconds, scraped, kept, newSeries];
  if (extra !== null) values.push(extra.timeoutSeconds, extra.sampleLimit, extra.bodyBytes);
  return values;
}

/** The series about the scrapes of one target: `up` and its companions. Relabeling does not touch them. */
export class ReportSeries {
  private readonly target: Labels;
  /** Of those that were written, in the order of the metrics. */
  private refs = new Float64Array(0);

  constructor(target: Labels) {
    this.target = target;
  }

  append(appender: Appender, t: Millis, report: ScrapeReport): void {
    const values = Float64Array.from(valuesOf(report));
    if (this.refs.length < values.length) this.grow(values.length);
    const refs = this.refs.length === values.length ? this.refs : this.refs.subarray(0, values.length);
    let i = appender.floats(refs, t, values, 0);
    while (i < refs.length) {
      const result = appender.float(refs[i] as SeriesRef, this.labelsOf(i), t, values[i]!);
      if (result > 0) refs[i] = result;
      i = appender.floats(refs, t, values, i + 1);
    }
  }

  /** Of the series so far. */
  get labels(): readonly Labels[] {
    return Array.from(this.refs, (_, i) => this.labelsOf(i));
  }

  /** The target is gone. */
  markStale(appender: Appender, t: Millis): void {
    for (const [i, ref] of this.refs.entries()) appender.end(ref as SeriesRef, this.labelsOf(i), t);
  }

  private grow(length: number): void {
    const refs = new Float64Array(length).fill(UNKNOWN_REF);
    refs.set(this.refs);
    this.refs = refs;
  }

  private labelsOf(i: number): Labels {
    return this.target.with({ [METRIC_NAME]: METRICS[i] ?? EXTRA_METRICS[i - METRICS.length]! });
  }
}
