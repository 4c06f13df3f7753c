import type { MetricFamily, MetricKind } from '#lib/metrics';
import type { Millis } from '#model/time';
import type { Db, DbTotals } from '#tsdb/db';
import { LATENESS_BUCKETS, type Lateness } from '#tsdb/lateness';

/** The database's own metrics, under the names that Prometheus' dashboards and alerts use. */
export function dbMetrics(db: Db): MetricFamily[] {
  const totals = db.totals();
  const one = (name: string, type: MetricKind, help: string, value: number): MetricFamily => ({
    ...{ name: `prometheus_tsdb_${name}`, type, help },
    samples: [{ suffix: '', labels: [], value }],
  });
  return [
    one('head_series', 'gauge', 'Series in the head.', totals.headSeries),
    one('head_chunks', 'gauge', 'Chunks in the head.', totals.headChunks),
    one('head_memory_bytes', 'gauge', 'Shared memory that the head uses.', totals.headBytes),
    {
      ...{ name: 'prometheus_tsdb_head_samples_appended_total', type: 'counter', help: 'Samples stored.' },
      samples: [{ suffix: '', labels: ['type', 'float'], value: totals.samples }],
    },
    ...headFamilies(totals, one),
    {
      ...{ name: 'barograph_head_ended_series_total', type: 'counter' },
      help: 'Series that left the head early since they had ended.',
      samples: [{ suffix: '', labels: [], value: totals.endedSeries }],
    },
    {
      ...{ name: 'prometheus_tsdb_out_of_order_samples_total', type: 'counter' },
      help: 'Samples refused: older than the newest of their series.',
      samples: [
        { suffix: '', labels: ['type', 'float'], value: totals.outOfOrder - totals.outOfOrderHistograms },
        { suffix: '', labels: ['type', 'histogram'], value: totals.outOfOrderHistograms },
      ],
    },
    ...exemplarFamilies(totals.exemplars, one),
    {
      ...{ name: 'barograph_head_series_refused_total', type: 'counter' },
      help: 'Samples refused since they would begin a series beyond a limit: of their job, or of all.',
      samples: totals.refusedSeries.map(({ job, reason, count }) => ({
        ...{ suffix: '', labels: ['scrape_job', job, 'reason', reason], value: count },
      })),
    },
    latenessFamily(totals.lateness),
    one('retention_limit_bytes', 'gauge', 'Most bytes that are kept; 0: no limit.', totals.retention.limitBytes),
    one('retention_limit_seconds', 'gauge', 'How long is kept; 0: no limit.', totals.retention.limitSeconds),
    one('time_retentions_total', 'counter', 'Blocks deleted for their age.', totals.retention.byTime),
    one('size_retentions_total', 'counter', 'Blocks deleted for their size.', totals.retention.bySize),
    one('storage_blocks_bytes', 'gauge', 'Bytes of all blocks.', totals.retention.blockBytes),
    {
      ...{ name: 'prometheus_tsdb_head_out_of_order_samples_appended_total', type: 'counter' },
      help: 'Samples stored that came out of order.',
      samples: [{ suffix: '', labels: ['type', 'float'], value: totals.late }],
    },
    {
      ...{ name: 'prometheus_tsdb_too_old_samples_total', type: 'counter' },
      help: 'Samples refused: older than the out-of-order window.',
      samples: [{ suffix: '', labels: ['type', 'float'], value: totals.tooOld }],
    },
    {
      ...{ name: 'prometheus_tsdb_out_of_bound_samples_total', type: 'counter' },
      help: 'Samples refused: too old for the head.',
      samples: [{ suffix: '', labels: ['type', 'float'], value: totals.outOfBounds }],
    },
    one('duplicate_samples_total', 'counter', 'Samples refused: another value at the same time.', totals.duplicate),
    one('wal_writes_failed_total', 'counter', 'Commits that the write-ahead log could not take.', totals.failedCommits),
    one('wal_corruptions_total', 'counter', 'Damaged places found in the write-ahead log.', db.report.at.length),
    one(
      'wal_fsyncs_failed_total',
      'counter',
      'Times that the log could not be brought onto the disk.',
      totals.failedSyncs,
    ),
    one('wal_storage_size_bytes', 'gauge', 'Bytes written to the write-ahead log.', totals.walBytes),
    one('wal_segment_current', 'gauge', 'Number of the segment that is written.', totals.walSegment),
    one('head_snapshots_total', 'counter', 'Copies of the head written for a quick start.', totals.snapshots),
    one('head_snapshots_failed_total', 'counter', 'Copies of the head that failed.', totals.failedSnapshots),
    one('head_snapshot_size_bytes', 'gauge', 'Size of the newest copy of the head.', totals.snapshotBytes),
    one('blocks_loaded', 'gauge', 'Blocks on the disk.', db.blockList().length),
    one('blocks_damaged', 'gauge', 'Blocks that are damaged and left out.', totals.damagedBlocks),
    one('compactions_total', 'counter', 'Blocks written or merged.', totals.compactions),
    one(
      'compactions_failed_total',
      'counter',
      'Attempts to write or merge blocks that failed.',
      totals.failedCompactions,
    ),
  ];
}

/** How late samples were that came out of order, taken or not. */
function latenessFamily({ counts, sumSeconds }: Lateness): MetricFamily {
  let total = 0;
  const buckets = Array.from(counts, (count, i) => {
    total += count;
    return { suffix: '_bucket', labels: ['le', String(LATENESS_BUCKETS[i] ?? '+Inf')], value: total };
  });
  return {
    ...{ name: 'prometheus_tsdb_sample_ooo_delta', type: 'histogram' },
    help: 'How late samples were that came out of order, in seconds, stored or not.',
    samples: [
      ...buckets,
      { suffix: '_sum', labels: [], value: sumSeconds },
      { suffix: '_count', labels: [], value: total },
    ],
  };
}

/** Prometheus' values where there is no sample: the greatest and the least of 64 bits. */
const NO_TIME = 2 ** 63;

function headFamilies(totals: DbTotals, one: One): MetricFamily[] {
  const { headSeries, headChunks, removed, headTimes, lowestTime, headTruncations, truncationSeconds } = totals;
  const times = (name: string, help: string, t: Millis) => {
    const ms = Number.isFinite(t) ? t : Math.sign(t) * NO_TIME;
    return [one(name, 'gauge', `${help}, ms.`, ms), one(`${name}_seconds`, 'gauge', `${help}.`, ms / 1000)];
  };
  return [
    one('head_series_created_total', 'counter', 'Series that came into the head.', headSeries + removed.series),
    one('head_series_removed_total', 'counter', 'Series that left the head.', removed.series),
    one('head_chunks_created_total', 'counter', 'Chunks that were begun in the head.', headChunks + removed.chunks),
    one('head_chunks_removed_total', 'counter', 'Chunks that left the head.', removed.chunks),
    ...times('head_min_time', 'Time of the first sample of the head', headTimes.start),
    ...times('head_max_time', 'Time of the newest sample of the head', headTimes.end),
    ...times('lowest_timestamp', 'Time of the first sample of all', lowestTime),
    one('head_truncations_total', 'counter', 'Times that the head forgot what is in blocks.', headTruncations),
    one('head_truncations_failed_total', 'counter', 'Attempts at it that failed.', totals.failedTruncations),
    {
      ...{ name: 'prometheus_tsdb_head_gc_duration_seconds', type: 'summary' },
      help: 'How long the head was being rebuilt without what is in blocks.',
      samples: [
        { suffix: '_sum', labels: [], value: truncationSeconds },
        { suffix: '_count', labels: [], value: headTruncations },
      ],
    },
    one('checkpoint_creations_total', 'counter', 'Checkpoints of the write-ahead log.', totals.checkpoints),
    one('reloads_total', 'counter', 'Times that the directory was looked through for blocks.', totals.reloads),
    one('reloads_failures_total', 'counter', 'Times that this failed.', totals.failedReloads),
  ];
}

type One = (name: string, type: MetricKind, help: string, value: number) => MetricFamily;

function exemplarFamilies(exemplars: DbTotals['exemplars'], one: One): MetricFamily[] {
  const { appended, count, seriesCount, lastTime, capacity, outOfOrder } = exemplars;
  return [
    one('exemplar_exemplars_appended_total', 'counter', 'Exemplars stored.', appended),
    one('exemplar_exemplars_in_storage', 'gauge', 'Exemplars that are kept.', count),
    one('exemplar_series_with_exemplars_in_storage', 'gauge', 'Series of which exemplars are kept.', seriesCount),
    one('exemplar_last_exemplars_timestamp_seconds', 'gauge', 'Time of the exemplar that came last.', lastTime / 1000),
    one('exemplar_max_exemplars', 'gauge', 'Most exemplars that are kept.', capacity),
    one('exemplar_out_of_order_exemplars_total', 'counter', 'Exemplars refused: older than others.', outOfOrder),
  ];
}
