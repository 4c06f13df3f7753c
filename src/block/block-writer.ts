import { isFloatEncoding, sampleCount } from '#chunkenc/encoding';
import { makeEmptyDir, pathIn, remove, renameDurably, syncDir, writeFileDurably } from '#lib/fs';
import type { Millis } from '#model/time';
import { ChunkWriter } from './chunk-writer.ts';
import { CHUNKS_DIR, INDEX_FILE, TOMBSTONES_FILE } from './format.ts';
import { IndexWriter } from './index-writer.ts';
import { type BlockCompaction, type BlockMeta, META_FILE, metaText } from './meta.ts';
import { emptyTombstones } from './tombstones.ts';

/** Ending of a directory in which a block is being written: of no use after a crash. */
export const CREATION_SUFFIX = '.tmp-for-creation';

/** A chunk to be written; `data` has the sample count in front. */
export interface WritableChunk {
  readonly encoding: number;
  readonly minTime: Millis;
  readonly maxTime: Millis;
  readonly data: Uint8Array;
}

/** A series to be written: name, value, … in label order, and at least one chunk, in order of time. */
export interface WritableSeries {
  readonly pairs: readonly string[];
  readonly chunks: readonly WritableChunk[];
}

/** What goes into a block. */
export interface BlockContent {
  /** All strings of the series (more are allowed), sorted by UTF-8 bytes and unique. */
  readonly symbols: readonly string[];
  /** In label order, each Labels once. */
  readonly series: AsyncIterable<WritableSeries> | Iterable<WritableSeries>;
}

/** How a block is to be called and described. */
export interface BlockTarget {
  /** The directory in which the block's directory is made. */
  readonly parent: string;
  readonly ulid: string;
  readonly minTime: Millis;
  /** Samples are before it. */
  readonly maxTime: Millis;
  readonly compaction: BlockCompaction;
}

/**
 * Writes a block in Prometheus' format. It gets its name only when it is complete and on the disk. Null, and nothing
 * written, when there is no series.
 */
export async function writeBlock(target: BlockTarget, content: BlockContent): Promise<BlockMeta | null> {
  const dir = pathIn(target.parent, target.ulid);
  const temporary = dir + CREATION_SUFFIX;
  await makeEmptyDir(temporary);
  await makeEmptyDir(pathIn(temporary, CHUNKS_DIR));
  try {
    const stats = await writeFiles(temporary, content);
    if (stats.numSeries === 0) {
      await remove(temporary);
      return null;
    }
    const { ulid, minTime, maxTime, compaction } = target;
    const meta: BlockMeta = { ulid, minTime, maxTime, stats, compaction, version: 1 };
    writeFileDurably(pathIn(temporary, TOMBSTONES_FILE), emptyTombstones());
    writeFileDurably(pathIn(temporary, META_FILE), new TextEncoder().encode(metaText(meta)));
    await syncDir(pathIn(temporary, CHUNKS_DIR));
    await syncDir(temporary);
    await renameDurably(temporary, dir);
    return meta;
  } catch (error) {
    await remove(temporary);
    throw error;
  }
}

async function writeFiles(dir: string, { symbols, series }: BlockContent) {
  const chunks = new ChunkWriter(pathIn(dir, CHUNKS_DIR));
  const index = new IndexWriter(pathIn(dir, INDEX_FILE), symbols);
  let closed = false;
  const stats = { numSamples: 0, numFloatSamples: 0, numHistogramSamples: 0, numSeries: 0, numChunks: 0 };
  try {
    for await (const one of series) {
      const metas = one.chunks.map(({ encoding, minTime, maxTime, data }) => {
        const samples = sampleCount(encoding, data);
        stats.numSamples += samples;
        if (isFloatEncoding(encoding)) stats.numFloatSamples += samples;
        else stats.numHistogramSamples += samples;
        return { minTime, maxTime, address: chunks.write(encoding, data) };
      });
      index.series(one.pairs, metas);
      stats.numSeries++;
      stats.numChunks += metas.length;
    }
    closed = true;
    index.close();
    return stats;
  } finally {
    chunks.close();
    if (!closed) index.abandon();
  }
}
