import { ChunkDecoder } from '#chunkenc/chunk-decoder';
import { BarographError } from '#lib/errors';
import { pathIn, readBytes } from '#lib/fs';
import type { Matcher } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { limited, sortedUnique } from '#storage/label-result';
import { matchingPostings } from '#storage/postings';
import type { LabelResult, Querier, Queryable, SelectHints, Series, SeriesSet } from '#storage/queryable';
import { ChunkReader, type StoredChunk } from './chunk-reader.ts';
import { type ChunkMeta, INDEX_FILE, TOMBSTONES_FILE } from './format.ts';
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
  return parseMeta(new TextDecoder().decode(await required(path)), path);
}

/** Opens a block's directory. Rejects with `corrupt-data` when it is not a whole block. */
export async function openBlock(dir: string): Promise<BlockReader> {
  const meta = await readMeta(dir);
  const indexPath = pathIn(dir, INDEX_FILE);
  const index = new IndexReader(await required(indexPath), indexPath);
  const tombstonesPath = pathIn(dir, TOMBSTONES_FILE);
  const deleted = await readBytes(tombstonesPath);
  const tombstones: Tombstones = deleted ? readTombstones(deleted, tombstonesPath) : new Map();
  const chunks = await ChunkReader.open(dir);
  const parts = { dir, meta, index, chunks, tombstones };
  return { ...parts, querier: (range) => new BlockQuerier(parts, range), close: () => chunks.close() };
}

async function required(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path);
  if (bytes) return bytes;
  throw new BarographError(`${path} is missing`, {
    kind: 'corrupt-data',
    code: 'block-incomplete',
    hint: 'Restore the block from a copy, or move its directory away.',
  });
}

type BlockParts = Pick<BlockReader, 'dir' | 'meta' | 'index' | 'chunks' | 'tombstones'>;

class BlockQuerier implements Querier {
  private readonly parts: BlockParts;
  private readonly range: TimeRange;
  private readonly decoder = new ChunkDecoder();

  constructor(parts: BlockParts, range: TimeRange) {
    this.parts = parts;
    this.range = range;
  }

  select(matchers: readonly Matcher[], hints: SelectHints): SeriesSet {
    const range = { start: Math.max(hints.start, this.range.start), end: Math.min(hints.end, this.range.end) };
    const ids = matchingPostings(this.parts.index, matchers);
    let at = 0;
    return {
      warnings: [],
      next: async () => {
        const wanted: Wanted[] = [];
        while (wanted.length < BATCH && at < ids.length) {
          const id = ids[at++]!;
          const series = this.wanted(id, range);
          if (series) wanted.push(series);
        }
        if (wanted.length === 0) return null;
        return hints.func === 'series' ? wanted.map(({ labels }) => labelsOnly(labels)) : this.load(wanted);
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

  close(): void {}

  private matching(matchers: readonly Matcher[]): IndexedSeries[] {
    const { index } = this.parts;
    return Array.from(matchingPostings(index, matchers), (id) => index.series(id));
  }

  /** The series with its chunks of the range, or null when it has none there. */
  private wanted(id: number, range: TimeRange): Wanted | null {
    const { labels, chunks } = this.parts.index.series(id);
    const deleted = this.parts.tombstones.get(id) ?? [];
    const inRange = chunks.filter(({ minTime, maxTime }) => minTime <= range.end && maxTime >= range.start);
    const left = inRange.filter(
      (chunk) => !deleted.some(({ start, end }) => start <= chunk.minTime && chunk.maxTime <= end),
    );
    return left.length === 0 ? null : { labels, chunks: left, range, deleted };
  }

  private async load(wanted: readonly Wanted[]): Promise<Series[]> {
    const addresses = wanted.flatMap(({ chunks }) => chunks.map(({ address }) => address));
    const stored = await this.parts.chunks.read(addresses);
    let from = 0;
    return wanted.map((one) => {
      const own = stored.slice(from, from + one.chunks.length);
      from += one.chunks.length;
      return this.series(one, own);
    });
  }

  private series({ labels, range, deleted }: Wanted, stored: readonly StoredChunk[]): Series {
    return {
      labels,
      read: (out) => {
        const before = out.length;
        this.decoder.decodeAll(stored, range, out);
        if (deleted.length > 0) removeDeleted(out, before, deleted);
      },
    };
  }
}

/** A series that was found, with what has to be read for it. */
interface Wanted {
  readonly labels: Series['labels'];
  readonly chunks: readonly ChunkMeta[];
  readonly range: TimeRange;
  readonly deleted: readonly TimeRange[];
}

function labelsOnly(labels: Series['labels']): Series {
  return { labels, read: () => {} };
}
