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

type Row = readonly [metric: string, value: number];

function rowsOf({ up, seconds, scraped, kept, newSeries, extra }: ScrapeReport): Row[] {
  const rows: Row[] = [
    ['up', up ? 1 : 0],
    ['scrape_duration_seconds', seconds],
    ['scrape_samples_scraped', scraped],
    ['scrape_samples_post_metric_relabeling', kept],
    ['scrape_series_added', newSeries],
  ];
  if (extra === null) return rows;
  return [
    ...rows,
    ['scrape_timeout_seconds', extra.timeoutSeconds],
    ['scrape_sample_limit', extra.sampleLimit],
    ['scrape_body_size_bytes', extra.bodyBytes],
  ];
}

/** The series about the scrapes of one target: `up` and its companions. Relabeling does not touch them. */
export class ReportSeries {
  private readonly target: Labels;
  private readonly series = new Map<string, { readonly labels: Labels; ref: SeriesRef }>();

  constructor(target: Labels) {
    this.target = target;
  }

  append(appender: Appender, t: Millis, report: ScrapeReport): void {
    for (const [metric, value] of rowsOf(report)) {
      let series = this.series.get(metric);
      if (series === undefined) {
        series = { labels: this.target.with({ [METRIC_NAME]: metric }), ref: UNKNOWN_REF };
        this.series.set(metric, series);
      }
      const result = appender.float(series.ref, series.labels, t, value);
      if (result > 0) series.ref = result as SeriesRef;
    }
  }

  /** Of the series so far. */
  get labels(): readonly Labels[] {
    return Array.from(this.series.values(), ({ labels }) => labels);
  }

  /** The target is gone. */
  markStale(appender: Appender, t: Millis): void {
    for (const { labels, ref } of this.series.values()) appender.end(ref, labels, t);
  }
}
