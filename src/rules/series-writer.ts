import { BarographError } from '#lib/errors';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { RejectionCounts } from '#storage/appender';
import { KIND_STALE } from '#storage/sample-buffer';
import { type BatchWriter, WriteBatchBuilder } from '#storage/write-batch';
import type { RuleSample } from './evaluate.ts';

type Write = BatchWriter['write'];

/** What storage calls each reason, in Prometheus' words. */
const REASONS: Readonly<Record<keyof RejectionCounts, string>> = {
  outOfOrder: 'out of order sample',
  tooOld: 'too old sample',
  outOfBounds: 'out of bounds',
  duplicate: 'duplicate sample for timestamp',
  seriesLimit: 'series limit reached',
};

/** Writes one rule's samples at `at`, as one transaction. Rejects when storage refused any of them; the others are written. */
export async function writeSamples(write: Write, samples: readonly RuleSample[], at: Millis): Promise<void> {
  if (samples.length === 0) return;
  const batch = new WriteBatchBuilder();
  for (const { labels, value, histogram } of samples) {
    const series = batch.addSeries(labels.pairs);
    if (histogram) batch.addHistogram(series, at, histogram);
    else batch.addSample(series, at, value);
  }
  const { rejected } = await write(batch.build());
  const reasons = Object.entries(REASONS).filter(([reason]) => rejected[reason as keyof RejectionCounts] > 0);
  if (reasons.length === 0) return;
  const counts = reasons.map(([reason, words]) => `${words} (${rejected[reason as keyof RejectionCounts]})`);
  throw new BarographError(`storage refused results of the rule: ${counts.join(', ')}`, {
    kind: 'unavailable',
    code: 'rule-samples-refused',
    hint: 'check that no other rule or target writes the same series',
  });
}

/** Ends series at `at`. A series that somebody else goes on writing refuses the marker, which is as it should be. */
export async function writeStale(write: Write, series: readonly Labels[], at: Millis): Promise<void> {
  if (series.length === 0) return;
  const batch = new WriteBatchBuilder();
  for (const labels of series) batch.addSample(batch.addSeries(labels.pairs), at, 0, KIND_STALE);
  await write(batch.build());
}
