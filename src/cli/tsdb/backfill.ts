import { writeBlock } from '#block/block-writer';
import { encodeChunks } from '#block/chunk-samples';
import type { BlockMeta } from '#block/meta';
import { createUlid } from '#lib/ulid';
import { compareUtf8 } from '#lib/utf8';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { SampleBuffer } from '#storage/sample-buffer';

/** The block range: a backfilled block has samples of one slot of it. */
export const BACKFILL_RANGE: Millis = 7_200_000;

/** A series of a block: at least one sample, in order of time. */
export interface BackfillSeries {
  readonly labels: Labels;
  readonly samples: SampleBuffer;
}

/** Writes series, each once and in any order, as one block that is as long as its samples. Null when there are none. */
export async function writeBackfilled(
  series: readonly BackfillSeries[],
  { dir, now }: { readonly dir: string; readonly now: Millis },
): Promise<BlockMeta | null> {
  if (series.length === 0) return null;
  const ulid = createUlid(now);
  const all = [...series].sort((a, b) => a.labels.compare(b.labels));
  const symbols = new Set(all.flatMap(({ labels }) => labels.pairs));
  const minTime = all.reduce((least, { samples }) => Math.min(least, samples.t[0]!), Number.POSITIVE_INFINITY);
  const last = all.reduce(
    (most, { samples: { t, length } }) => Math.max(most, t[length - 1]!),
    Number.NEGATIVE_INFINITY,
  );
  return writeBlock(
    { parent: dir, ulid, minTime, maxTime: last + 1, compaction: { level: 1, sources: [ulid] } },
    {
      symbols: [...symbols].sort(compareUtf8),
      series: all.map(({ labels, samples }) => ({ pairs: labels.pairs, chunks: encodeChunks(samples) })),
    },
  );
}
