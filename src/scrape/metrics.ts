import type { Counter, Labelled, MetricFamily, MetricRegistry } from '#lib/metrics';
import type { Millis } from '#model/time';
import type { IngestCounts } from './ingest-scrape.ts';

/** The numbers of one job at this moment. */
export interface PoolStats {
  readonly job: string;
  readonly targets: number;
  readonly targetLimit: number;
  readonly metadataEntries: number;
  /** Labels that get ever new values, each counted at each target. */
  readonly growingLabels: number;
}

/** What scraping counts, under Prometheus' names. */
export interface ScrapeMetrics {
  /** Time between two scrapes that should be `interval` apart. */
  interval(interval: Millis, actual: Millis): void;
  /** What storage did not take. */
  refused(counts: IngestCounts): void;
  readonly sampleLimit: Counter;
  readonly bodySizeLimit: Counter;
  readonly bucketLimit: Counter;
  readonly labelLimit: Counter;
  readonly targetLimit: Counter;
  readonly syncFailed: Labelled<Counter>;
}

/** Registers the metrics; `pools` is asked when they are read. */
export function createScrapeMetrics(registry: MetricRegistry, pools: () => readonly PoolStats[]): ScrapeMetrics {
  const counter = (name: string, help: string) => registry.counter({ name: `prometheus_target_${name}`, help });
  const duplicate = counter(
    'scrapes_sample_duplicate_timestamp_total',
    'Samples refused because their series had another value at that time.',
  );
  const outOfOrder = counter('scrapes_sample_out_of_order_total', 'Samples refused because they came out of order.');
  const outOfBounds = counter(
    'scrapes_sample_out_of_bounds_total',
    'Samples refused because they were too old or too far ahead.',
  );
  const lengths = new IntervalLengths();
  registry.collector(() => [lengths.family(), ...poolFamilies(pools())]);
  return {
    interval: (interval, actual) => lengths.add(interval, actual),
    refused: (counts) => {
      duplicate.inc(counts.duplicate);
      outOfOrder.inc(counts.outOfOrder);
      outOfBounds.inc(counts.outOfBounds);
    },
    sampleLimit: counter('scrapes_exceeded_sample_limit_total', 'Scrapes failed by sample_limit.'),
    bodySizeLimit: counter('scrapes_exceeded_body_size_limit_total', 'Scrapes failed by body_size_limit.'),
    bucketLimit: counter(
      'scrapes_exceeded_native_histogram_bucket_limit_total',
      'Scrapes failed by native_histogram_bucket_limit.',
    ),
    labelLimit: counter('scrape_pool_exceeded_label_limits_total', 'Scrapes failed by one of the label limits.'),
    targetLimit: counter(
      'scrape_pool_exceeded_target_limit_total',
      'Times that a job had more targets than target_limit.',
    ),
    syncFailed: registry.counters({
      name: 'prometheus_target_sync_failed_total',
      help: 'Discovered targets that could not be scraped.',
      labels: ['scrape_job'],
    }),
  };
}

/** Sums for the mean of the actual intervals. */
class IntervalLengths {
  private readonly sums = new Map<Millis, { seconds: number; count: number }>();

  add(interval: Millis, actual: Millis): void {
    const sum = this.sums.get(interval) ?? { seconds: 0, count: 0 };
    sum.seconds += actual / 1000;
    sum.count++;
    this.sums.set(interval, sum);
  }

  family(): MetricFamily {
    const samples = [...this.sums].flatMap(([interval, { seconds, count }]) => {
      const labels = ['interval', `${interval / 1000}s`];
      return [
        { suffix: '_sum', labels, value: seconds },
        { suffix: '_count', labels, value: count },
      ];
    });
    const help = 'Actual intervals between scrapes.';
    return { name: 'prometheus_target_interval_length_seconds', help, type: 'summary', samples };
  }
}

function poolFamilies(pools: readonly PoolStats[]): MetricFamily[] {
  const perPool = (name: string, help: string, value: (pool: PoolStats) => number): MetricFamily => ({
    name,
    help,
    type: 'gauge',
    samples: pools.map((pool) => ({ suffix: '', labels: ['scrape_job', pool.job], value: value(pool) })),
  });
  return [
    perPool('prometheus_target_scrape_pool_targets', 'Targets of the job.', ({ targets }) => targets),
    perPool(
      'prometheus_target_scrape_pool_target_limit',
      'The target_limit of the job; 0 means none.',
      ({ targetLimit }) => targetLimit,
    ),
    perPool(
      'prometheus_target_metadata_cache_entries',
      'Families of which metadata is kept.',
      ({ metadataEntries }) => metadataEntries,
    ),
    perPool(
      'barograph_target_growing_labels',
      'Labels that get ever new values, counted at each target.',
      ({ growingLabels }) => growingLabels,
    ),
  ];
}
