import { ChunkDecoder } from '#chunkenc/chunk-decoder';
import { BarographError } from '#lib/errors';
import { pathIn, readBytes } from '#lib/fs';
import { openPagedFile } from '#lib/paged-file';
import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { limited, sortedUnique } from '#storage/label-result';
import type { LabelResult, Querier, Queryable, SelectHints, Series, SeriesSet } from '#storage/queryable';
import { RememberedPostings } from '#storage/remembered-postings';
import type { SampleBuffer } from '#storage/sample-buffer';
import { ChunkBatch } from './chunk-batch.ts';
import { ChunkReader } from './chunk-reader.ts';
import { INDEX_FILE, TOMBSTONES_FILE } from './format.ts';
import { type IndexedSeries, IndexReader } from './index-reader.ts';
import { type BlockMeta, META_FILE, parseMeta } from './meta.ts';
import { readTombstones, removeDeleted, type Tombstones } from './tombstones.ts';

const BATCH = 256;

/** An open block. Blocks of Prometheus and our own are the same. */
export interface BlockReader extends Queryable {
  readonly dir: string;
  readonly meta: BlockMeta;
  readonly index: IndexReader;
  readonly chunks: ChunkReader;
  readonly tombstones: Tombstones;
  /** Closes the files; queriers must be closed before. */
  close(): Promise<void>;
}

/** Reads `meta.json` of a block's directory. Rejects with `corrupt-data` when it is missing or damaged. */
export async function readMeta(dir: string): Promise<BlockMeta> {
  const path = pathIn(dir, META_FILE);
  return parseMeta(new TextDecoder().decode(present(await readBytes(path), path)), path);
}

/** Opens a block's directory. Rejects with `corrupt-data` when it is not a whole block. */
export async function openBlock(dir: string): Promise<BlockReader> {
  const meta = await readMeta(dir);
  const indexPath = pathIn(dir, INDEX_FILE);
  const pages = present(await openPagedFile(indexPath), indexPath);
  try {
    const index = new IndexReader(pages);
    const tombstonesPath = pathIn(dir, TOMBSTONES_FILE);
    const deleted = await readBytes(tombstonesPath);
    const tombstones: Tombstones = deleted ? readTombstones(deleted, tombstonesPath) : new Map();
    return readerOf({ dir, meta, index, tombstones, chunks: await ChunkReader.open(dir) });
  } catch (error) {
    await pages.close();
    throw error;
  }
}

function readerOf(parts: Omit<BlockParts, 'selections'>): BlockReader {
  const { index, chunks } = parts;
  const views = { ...parts, selections: new RememberedPostings(index) };
  return {
    ...parts,
    querier: (range) => new BlockQuerier(views, range),
    close: async () => {
      await Promise.all([index.close(), chunks.close()]);
    },
  };
}

function present<T>(found: T | null, path: string): T {
  if (found !== null) return found;
  throw new BarographError(`${path} is missing`, {
    kind: 'corrupt-data',
    code: 'block-incomplete',
    hint: 'Restore the block from a copy, or move its directory away.',
  });
}

interface BlockParts extends Pick<BlockReader, 'dir' | 'meta' | 'index' | 'chunks' | 'tombstones'> {
  readonly selections: RememberedPostings;
}

class BlockQuerier implements Querier {
  private readonly parts: BlockParts;
  private readonly range: TimeRange;
  private readonly decoder = new ChunkDecoder();
  private readonly batches: ChunkBatch[] = [];

  constructor(parts: BlockParts, range: TimeRange) {
    this.parts = parts;
    this.range = range;
  }

  select(matchers: readonly Matcher[], hints: SelectHints): SeriesSet {
    const range = { start: Math.max(hints.start, this.range.start), end: Math.min(hints.end, this.range.end) };
    const ids = this.parts.selections.matching(matchers);
    const batch = new ChunkBatch();
    this.batches.push(batch);
    const addresses: number[] = [];
    let at = 0;
    return {
      warnings: [],
      next: async () => {
        const wanted: Wanted[] = [];
        addresses.length = 0;
        while (wanted.length < BATCH && at < ids.length) {
          const series = this.wanted(ids[at++]!, range, addresses);
          if (series) wanted.push(series);
        }
        if (wanted.length === 0) {
          batch.close();
          return null;
        }
        if (hints.func === 'series') return wanted.map(({ labels }) => labelsOnly(labels));
        await this.parts.chunks.readInto(batch, addresses);
        return wanted.map((one) => new BlockSeries(one, batch, this.decoder));
      },
    };
  }

  labelNames(matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    const { index } = this.parts;
    if (matchers.length === 0) return Promise.resolve(limited(index.labelNames(), limit));
    const names = this.matching(matchers).flatMap(({ labels }) => labels.names());
    return Promise.resolve(sortedUnique(names, limit));
  }

  labelValues(name: string, matchers: readonly Matcher[], limit = 0): Promise<LabelResult> {
    const { index } = this.parts;
    if (matchers.length === 0) return Promise.resolve(limited(index.labelValues(name), limit));
    const values = this.matching(matchers).map(({ labels }) => labels.get(name));
    return Promise.resolve(
      sortedUnique(
        values.filter((value) => value !== ''),
        limit,
      ),
    );
  }

  close(): void {
    for (const batch of this.batches) batch.close();
  }

  private matching(matchers: readonly Matcher[]): IndexedSeries[] {
    const { index, selections } = this.parts;
    return Array.from(selections.matching(matchers), (id) => index.series(id));
  }

  /** The series when it has chunks in the range, whose addresses are appended to `addresses`; otherwise null. */
  private wanted(id: number, range: TimeRange, addresses: number[]): Wanted | null {
    const { labels, chunks } = this.parts.index.series(id);
    const deleted = this.parts.tombstones.get(id) ?? NOTHING_DELETED;
    const from = addresses.length;
    for (const { minTime, maxTime, address } of chunks) {
      if (minTime > range.end || maxTime < range.start) continue;
      if (deleted.some(({ start, end }) => start <= minTime && maxTime <= end)) continue;
      addresses.push(address);
    }
    return addresses.length === from ? null : { labels, from, to: addresses.length, range, deleted };
  }
}

const NOTHING_DELETED: readonly TimeRange[] = [];

/** A series that was found, and which of the chunks that are read together are its own. */
interface Wanted {
  readonly labels: Series['labels'];
  readonly from: number;
  readonly to: number;
  readonly range: TimeRange;
  readonly deleted: readonly TimeRange[];
}

class BlockSeries implements Series {
  readonly labels: Series['labels'];
  private readonly wanted: Wanted;
  private readonly batch: ChunkBatch;
  private readonly decoder: ChunkDecoder;

  constructor(wanted: Wanted, batch: ChunkBatch, decoder: ChunkDecoder) {
    this.labels = wanted.labels;
    this.wanted = wanted;
    this.batch = batch;
    this.decoder = decoder;
  }

  read(out: SampleBuffer): void {
    const { from, to, range, deleted } = this.wanted;
    const before = out.length;
    this.decoder.decodeSome(this.batch, { from, to, start: range.start, end: range.end }, out);
    if (deleted.length > 0) removeDeleted(out, before, deleted);
  }
}

function labelsOnly(labels: Series['labels']): Series {
  return { labels, read: () => {} };
}
