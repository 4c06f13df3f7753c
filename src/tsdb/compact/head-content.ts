import type { BlockContent, WritableChunk, WritableSeries } from '#block/block-writer';
import { encodeChunks } from '#block/chunk-samples';
import { joinChunks } from '#block/join-chunks';
import { removeDeleted } from '#block/tombstones';
import { ENCODING_XOR } from '#chunkenc/encoding';
import { compareUtf8 } from '#lib/utf8';
import type { TimeRange } from '#model/time';
import { SampleBuffer } from '#storage/sample-buffer';
import type { DeletionIndex } from '../deletions/head-deletions.ts';
import type { ChunkRef, HeadReader, Version } from '../head/head-reader.ts';
import { sortedByLabels } from '../head/label-sort.ts';
import { CHUNK_OF_RECORDS } from '../head/layout.ts';

/**
 * What the head holds in a range, for writing it as a block. Chunks that lie in the range as a whole are put together
 * as merged blocks have them; of others the samples of the range are encoded again. The writer may go on meanwhile, but not in the range.
 */
export function headContent(reader: HeadReader, { range, deletions, ids }: HeadPart): BlockContent {
  const found = sortedByLabels(seriesIn(reader, range, ids ?? allIds(reader)), reader.labels);
  return {
    symbols: [...reader.labels.textsOf(found)].sort(compareUtf8),
    series: content(reader, found, { range, deletions }),
  };
}

/** The number of samples in front of a chunk's data. */
const COUNT_BYTES = 2;

/** Which samples of the head are meant. */
interface HeadPart {
  readonly range: TimeRange;
  readonly deletions: DeletionIndex | null;
  /** Null: of all series. */
  readonly ids: Iterable<number> | null;
}

function* allIds({ seriesCount }: HeadReader): Generator<number> {
  for (let id = 1; id <= seriesCount; id++) yield id;
}

function seriesIn(reader: HeadReader, range: TimeRange, ids: Iterable<number>): Uint32Array {
  const found: number[] = [];
  for (const id of ids) {
    const version = newestVersion(reader, id);
    if (version.count > 0 && reader.overlaps(id, version, range)) found.push(id);
  }
  return Uint32Array.from(found);
}

// Nobody writes into the range any more, or not to these series: any version has all of it.
function newestVersion(reader: HeadReader, id: number): Version {
  const version: Version = { chunk: 0, count: 0 };
  while (!reader.versionAt(id, reader.seq, version));
  return version;
}

function* content(
  reader: HeadReader,
  found: Uint32Array,
  { range, deletions }: Omit<HeadPart, 'ids'>,
): Generator<WritableSeries> {
  const chunks = new SeriesChunks(reader, range);
  for (const id of found) {
    chunks.begin(deletions?.of(id) ?? []);
    for (const ref of reader.chunks(newestVersion(reader, id), range)) chunks.add(ref);
    const written = chunks.finish();
    if (written.length > 0) yield { pairs: reader.labels.once(id).pairs, chunks: written };
  }
}

/** Collects the chunks of one series, and then of the next. */
class SeriesChunks {
  private readonly reader: HeadReader;
  private readonly range: TimeRange;
  private deleted: readonly TimeRange[] = [];
  private chunks: WritableChunk[] = [];
  /** Samples that have to be encoded; of all chunks of records in a row, since blocks cut them elsewhere. */
  private readonly samples = new SampleBuffer();

  constructor(reader: HeadReader, range: TimeRange) {
    this.reader = reader;
    this.range = range;
  }

  begin(deleted: readonly TimeRange[]): void {
    this.deleted = deleted;
    this.chunks = [];
  }

  add(ref: ChunkRef): void {
    const { reader, range, deleted } = this;
    const isRecords = reader.kindOf(ref.chunk) === CHUNK_OF_RECORDS;
    if (!isRecords) this.flush();
    const minTime = reader.minTimeOf(ref.chunk);
    const maxTime = reader.isWhole(ref) ? reader.maxTimeOf(ref.chunk) : Number.POSITIVE_INFINITY;
    if (!isRecords && deleted.length === 0 && minTime >= range.start && maxTime <= range.end) {
      this.chunks.push({ encoding: ENCODING_XOR, minTime, maxTime, data: withCount(reader, ref) });
      return;
    }
    const before = this.samples.length;
    reader.decode(ref.chunk, { count: ref.count, ...range }, this.samples);
    if (deleted.length > 0) removeDeleted(this.samples, before, deleted);
    if (!isRecords) this.flush();
  }

  finish(): readonly WritableChunk[] {
    this.flush();
    return joinChunks(this.chunks);
  }

  private flush(): void {
    this.chunks.push(...encodeChunks(this.samples, this.range.end + 1 - this.range.start));
    this.samples.clear();
  }
}

function withCount(reader: HeadReader, ref: ChunkRef): Uint8Array {
  const chunk = reader.data(ref, COUNT_BYTES);
  chunk[0] = ref.count >>> 8;
  chunk[1] = ref.count & 0xff;
  return chunk;
}
