import { ChunkDecoder } from '#chunkenc/chunk-decoder';
import { compareUtf8 } from '#lib/utf8';
import type { Millis } from '#model/time';
import { mergeSamples } from '#storage/merge';
import { SampleBuffer } from '#storage/sample-buffer';
import { type BlockReader, openBlock } from './block-reader.ts';
import { type BlockTarget, type WritableChunk, type WritableSeries, writeBlock } from './block-writer.ts';
import { encodeChunks } from './chunk-samples.ts';
import type { IndexedSeries } from './index-reader.ts';
import { joinChunks } from './join-chunks.ts';
import { type BlockCompaction, type BlockMeta, FROM_OUT_OF_ORDER } from './meta.ts';
import { removeDeleted } from './tombstones.ts';

const BATCH = 128;

/** Where merged blocks go. */
export interface MergeTarget {
  readonly parent: string;
  readonly ulid: string;
}

/**
 * Writes one block with everything that the given ones hold and that was not deleted. Chunks of a single block are copied,
 * those of several put together in pairs; where blocks overlap, or samples were deleted, they are encoded again. Of samples with equal times the one of the earlier block is
 * kept. The blocks are left as they are. Null when nothing is left.
 */
export async function mergeBlocks(dirs: readonly string[], { parent, ulid }: MergeTarget): Promise<BlockMeta | null> {
  const blocks: BlockReader[] = [];
  try {
    for (const dir of dirs) blocks.push(await openBlock(dir));
    const symbols = new Set(blocks.flatMap(({ index }) => [...index.symbols()]));
    return await writeBlock(mergedTarget(blocks, parent, ulid), {
      symbols: [...symbols].sort(compareUtf8),
      series: mergedSeries(blocks),
    });
  } finally {
    for (const block of blocks) await block.close();
  }
}

function mergedTarget(blocks: readonly BlockReader[], parent: string, ulid: string): BlockTarget {
  const metas = blocks.map(({ meta }) => meta);
  const sources = [...new Set(metas.flatMap(({ compaction }) => compaction.sources))].sort();
  const isLate = metas.some(({ compaction: { hints = [] } }) => hints.includes(FROM_OUT_OF_ORDER));
  const compaction: BlockCompaction = {
    level: Math.max(...metas.map(({ compaction: { level } }) => level)) + 1,
    sources,
    parents: metas.map(({ ulid: parentUlid, minTime, maxTime }) => ({ ulid: parentUlid, minTime, maxTime })),
    // The head may still have samples of its times.
    ...(isLate ? { hints: [FROM_OUT_OF_ORDER] } : {}),
  };
  const minTime: Millis = Math.min(...metas.map((meta) => meta.minTime));
  const maxTime: Millis = Math.max(...metas.map((meta) => meta.maxTime));
  return { parent, ulid, minTime, maxTime, compaction };
}

/** One series of one block on its way into the merge. */
interface Part {
  readonly block: BlockReader;
  readonly series: IndexedSeries;
  readonly id: number;
}

async function* mergedSeries(blocks: readonly BlockReader[]): AsyncGenerator<WritableSeries> {
  const isJoining = blocks.length > 1;
  let batch: Part[][] = [];
  for (const parts of joinedParts(blocks)) {
    batch.push(parts);
    if (batch.length < BATCH) continue;
    yield* await writableBatch(batch, isJoining);
    batch = [];
  }
  yield* await writableBatch(batch, isJoining);
}

/** The series of all blocks in label order, those with equal labels together. */
function* joinedParts(blocks: readonly BlockReader[]): Generator<Part[]> {
  const cursors = blocks.map((block) => ({ block, ids: block.index.all(), at: 0, current: null as Part | null }));
  const advance = (cursor: (typeof cursors)[number]) => {
    const id = cursor.ids[cursor.at++];
    const { block } = cursor;
    cursor.current = id === undefined ? null : { block, id, series: block.index.series(id) };
  };
  for (const cursor of cursors) advance(cursor);
  for (;;) {
    const present = cursors.filter(({ current }) => current !== null);
    if (present.length === 0) return;
    const first = present.reduce((a, b) => (b.current!.series.labels.compare(a.current!.series.labels) < 0 ? b : a));
    const { labels } = first.current!.series;
    const same = present.filter(({ current }) => current!.series.labels.compare(labels) === 0);
    yield same.map(({ current }) => current!);
    for (const cursor of same) advance(cursor);
  }
}

async function writableBatch(batch: readonly (readonly Part[])[], isJoining: boolean): Promise<WritableSeries[]> {
  const chunks = new Map<Part, WritableChunk[]>();
  const parts = batch.flat();
  for (const block of new Set(parts.map((part) => part.block))) {
    const own = parts.filter((part) => part.block === block);
    const stored = await block.chunks.read(own.flatMap(({ series }) => series.chunks.map(({ address }) => address)));
    let at = 0;
    for (const part of own)
      chunks.set(
        part,
        part.series.chunks.map((meta) => ({ ...meta, ...stored[at++]! })),
      );
  }
  const all = batch.map((same) => writableSeries(same, chunks)).filter((series) => series.chunks.length > 0);
  return isJoining ? all.map(({ pairs, chunks: own }) => ({ pairs, chunks: joinChunks(own) })) : all;
}

function writableSeries(parts: readonly Part[], chunks: ReadonlyMap<Part, WritableChunk[]>): WritableSeries {
  const { pairs } = parts[0]!.series.labels;
  const own = parts.map((part) => chunks.get(part)!);
  const sorted = own.flat().sort((a, b) => a.minTime - b.minTime);
  const overlap = sorted.some((chunk, i) => i > 0 && chunk.minTime <= sorted[i - 1]!.maxTime);
  const deleted = parts.some(({ block, id }) => block.tombstones.has(id));
  if (!overlap && !deleted) return { pairs, chunks: sorted };
  const buffers = parts.map((part, i) => samplesOf(part, own[i]!));
  const merged = new SampleBuffer();
  mergeSamples(buffers, merged);
  return { pairs, chunks: encodeChunks(merged) };
}

function samplesOf({ block, id }: Part, chunks: readonly WritableChunk[]): SampleBuffer {
  const decoder = new ChunkDecoder();
  const samples = new SampleBuffer();
  const all = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
  for (const chunk of chunks) decoder.decode(chunk, all, samples);
  removeDeleted(samples, 0, block.tombstones.get(id) ?? []);
  return samples;
}
