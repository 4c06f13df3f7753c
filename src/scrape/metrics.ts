import type { Clock } from '#lib/clock';
import { formatGoDuration } from '#lib/duration';
import type { Counter, Labelled, MetricFamily, MetricRegistry, Summary } from '#lib/metrics';
import { LOW_AND_HIGH_QUANTILES } from '#lib/quantile-sketch';
import type { Millis } from '#model/time';
import type { IngestCounts } from './ingest-scrape.ts';

/** The numbers of one job at this moment. */
export interface PoolStats {
  readonly job: string;
  readonly targets: number;
  readonly targetLimit: number;
  readonly metadataEntries: number;
  readonly metadataBytes: number;
  /** Labels that get ever new values, each counted at each target. */
  readonly growingLabels: number;
}

/** What scraping counts, under Prometheus' names. */
export interface ScrapeMetrics {
  /** Time between two scrapes that should be `interval` apart. */
  interval(interval: Millis, actual: Millis): void;
  /** The targets of a job were made anew. */
  synced(job: string, seconds: number): void;
  /** A job with this interval took over other settings. */
  reloaded(interval: Millis, seconds: number): void;
  /** The job is gone, and what was counted of it. */
  removed(job: string): void;
  /** What storage did not take. */
  refused(counts: IngestCounts): void;
  /** Exemplars older than others of their series. */
  readonly exemplarOutOfOrder: Counter;
  readonly sampleLimit: Counter;
  readonly bodySizeLimit: Counter;
  readonly bucketLimit: Counter;
  readonly labelLimit: Counter;
  readonly targetLimit: Counter;
  readonly syncFailed: Labelled<Counter>;
  readonly poolsOpened: Counter;
  readonly poolsFailed: Counter;
  readonly reloadsFailed: Counter;
}

/** Registers the metrics; `pools` is asked when they are read. */
export function createScrapeMetrics(
  registry: MetricRegistry,
  clock: Clock,
  pools: () => readonly PoolStats[],
): ScrapeMetrics {
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
  // A cache is the page that was read last, so failing scrapes never make one grow: dashboards find their zero.
  counter('scrapes_cache_flush_forced_total', 'Caches emptied because they grew large while scrapes failed.');
  const reloads = counter('scrape_pool_reloads_total', 'Times that a job took over other settings.');
  const lengths = createLengths(registry, clock);
  const syncs = registry.counters({
    name: 'prometheus_target_scrape_pool_sync_total',
    help: 'Times that the targets of the job were made anew of what discovery found.',
    labels: ['scrape_job'],
  });
  const syncFailed = registry.counters({
    name: 'prometheus_target_sync_failed_total',
    help: 'Discovered targets that could not be scraped.',
    labels: ['scrape_job'],
  });
  registry.collector(() => poolFamilies(pools()));
  return {
    interval: (interval, actual) => lengths.interval(interval).observe(actual / 1000),
    synced: (job, seconds) => {
      syncs.labels(job).inc();
      lengths.syncs.labels(job).observe(seconds);
    },
    reloaded: (interval, seconds) => {
      reloads.inc();
      lengths.reloads.labels(formatGoDuration(interval)).observe(seconds);
    },
    removed: (job) => {
      for (const family of [syncs, syncFailed, lengths.syncs]) family.remove(job);
    },
    refused: (counts) => {
      duplicate.inc(counts.duplicate);
      outOfOrder.inc(counts.outOfOrder);
      outOfBounds.inc(counts.outOfBounds);
    },
    exemplarOutOfOrder: counter(
      'scrapes_exemplar_out_of_order_total',
      'Exemplars refused because their series had newer ones.',
    ),
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
    syncFailed,
    poolsOpened: counter('scrape_pools_total', 'Times that the scraping of a job was to begin.'),
    poolsFailed: counter('scrape_pools_failed_total', 'Times that the scraping of a job could not begin.'),
    reloadsFailed: counter(
      'scrape_pool_reloads_failed_total',
      'Times that a job could not take over other settings and went on with those it had.',
    ),
  };
}

function createLengths(registry: MetricRegistry, clock: Clock) {
  const summaries = (name: string, help: string, label: string) =>
    registry.summaries({
      ...{ name: `prometheus_target_${name}`, help, labels: [label] },
      ...{ quantiles: LOW_AND_HIGH_QUANTILES, now: () => clock.monotonic() },
    });
  const intervals = summaries('interval_length_seconds', 'Actual intervals between scrapes.', 'interval');
  // Each scrape asks for one, and there are few.
  const known = new Map<Millis, Summary>();
  return {
    interval: (interval: Millis) => {
      const summary = known.get(interval) ?? intervals.labels(formatGoDuration(interval));
      known.set(interval, summary);
      return summary;
    },
    syncs: summaries('sync_length_seconds', 'How long it takes to make the targets of the job anew.', 'scrape_job'),
    reloads: summaries('reload_length_seconds', 'How long it takes a job to take over other settings.', 'interval'),
  };
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
      'prometheus_target_metadata_cache_bytes',
      'Length of the metadata that is kept.',
      ({ metadataBytes }) => metadataBytes,
    ),
    perPool(
      'barograph_target_growing_labels',
      'Labels that get ever new values, counted at each target.',
      ({ growingLabels }) => growingLabels,
    ),
  ];
}
