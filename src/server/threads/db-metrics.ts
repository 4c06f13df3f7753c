import type { MetricFamily, MetricKind } from '#lib/metrics';
import type { Db } from '#tsdb/db';

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
    one('head_truncations_total', 'counter', 'Times that the head forgot what is in blocks.', totals.headTruncations),
    one(
      'out_of_order_samples_total',
      'counter',
      'Samples refused: older than the newest of their series.',
      totals.outOfOrder,
    ),
    one('out_of_bound_samples_total', 'counter', 'Samples refused: too old for the head.', totals.outOfBounds),
    one('duplicate_samples_total', 'counter', 'Samples refused: another value at the same time.', totals.duplicate),
    one('wal_writes_failed_total', 'counter', 'Commits that the write-ahead log could not take.', totals.failedCommits),
    one('wal_corruptions_total', 'counter', 'Damaged places found in the write-ahead log.', db.report.at.length),
    one('wal_storage_size_bytes', 'gauge', 'Bytes written to the write-ahead log.', totals.walBytes),
    one('wal_segment_current', 'gauge', 'Number of the segment that is written.', totals.walSegment),
    one('blocks_loaded', 'gauge', 'Blocks on the disk.', db.blockList().length),
    one('compactions_total', 'counter', 'Blocks written or merged.', totals.compactions),
    one(
      'compactions_failed_total',
      'counter',
      'Attempts to write or merge blocks that failed.',
      totals.failedCompactions,
    ),
  ];
}
