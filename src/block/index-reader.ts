import { crc32c } from '#lib/crc32c';
import { BarographError } from '#lib/errors';
import type { Rememberer } from '#lib/memory-budget';
import type { PagedFile } from '#lib/paged-file';
import { compareUtf8 } from '#lib/utf8';
import { ByteReader } from '#lib/varint';
import { Labels } from '#model/labels';
import { NO_POSTINGS, type Postings, type PostingsIndex, union } from '#storage/postings';
import { type ChunkMeta, INDEX_HEADER_BYTES, INDEX_MAGIC, SERIES_ALIGN, TOC_BYTES } from './format.ts';
import { IndexFile, u32At } from './index-file.ts';
import { indexMemory } from './index-memory.ts';
import { IndexNames } from './index-names.ts';
import { IndexSymbols } from './index-symbols.ts';

const OLDEST_VERSION = 1;
const NEWEST_VERSION = 3;
/** About what a series takes that is remembered, and what each of its labels and chunks. */
const SERIES_BYTES = 200;
const LABEL_BYTES = 16;
const CHUNK_BYTES = 64;
const LONGEST_VARINT = 10;

/** A series as the index describes it. */
export interface IndexedSeries {
  readonly labels: Labels;
  readonly chunks: readonly ChunkMeta[];
}

/**
 * The index of a block (Prometheus' format, versions 1 to 3). It stays in its file: of the whole the reader knows only where
 * things stand, a few bytes for every hundred strings; the rest is read when it is asked for, by way of the pages that a
 * thread keeps of all its files. Series numbers ascend in the order of labels.
 */
export class IndexReader implements PostingsIndex, Rememberer {
  private readonly file: IndexFile;
  private readonly texts: IndexSymbols;
  private readonly names: IndexNames;
  private readonly knownSeries = new Map<number, IndexedSeries>();
  /** Version 1 refers to series and symbols by their offsets. */
  private readonly byOffset: boolean;

  /** Throws `corrupt-data` when the file is damaged, `unavailable` when it is of another version. It is closed by `close`. */
  constructor(pages: PagedFile) {
    const file = new IndexFile(pages);
    this.file = file;
    this.byOffset = checkedVersion(file) === 1;
    const { symbols, postingsTable } = checkedToc(file);
    this.texts = new IndexSymbols(file, symbols, this.byOffset);
    this.names = new IndexNames(file, postingsTable, this.byOffset);
  }

  all(): Postings {
    const { allOffset } = this.names;
    return allOffset === 0 ? NO_POSTINGS : this.readPostings(allOffset);
  }

  postings(name: string, value: string): Postings {
    const table = this.names.table(name);
    if (!table) return NO_POSTINGS;
    const i = indexOf(table.values, value);
    return i < 0 ? NO_POSTINGS : this.readPostings(table.offsets[i]!);
  }

  postingsWhere(name: string, test: (value: string) => boolean, prefix: string): Postings {
    const table = this.names.table(name);
    if (!table) return NO_POSTINGS;
    const { values, offsets } = table;
    const lists: Postings[] = [];
    for (let i = lowerBound(values, prefix); i < values.length && values[i]!.startsWith(prefix); i++) {
      if (test(values[i]!)) lists.push(this.readPostings(offsets[i]!));
    }
    return union(lists);
  }

  /** Sorted by UTF-8 bytes. */
  labelNames(): string[] {
    return this.names.names();
  }

  /** Sorted by UTF-8 bytes. */
  labelValues(name: string): readonly string[] {
    return this.names.table(name)?.values ?? [];
  }

  /** All strings, sorted by UTF-8 bytes. */
  symbols(): Iterable<string> {
    return this.texts.all();
  }

  /** The series of a number from the postings; the same object again as long as it is remembered. */
  series(number: number): IndexedSeries {
    const known = this.knownSeries.get(number);
    if (known) return known;
    const series = this.readSeries(number);
    const { labels, chunks } = series;
    indexMemory.take(this, SERIES_BYTES + labels.size * LABEL_BYTES + chunks.length * CHUNK_BYTES);
    this.knownSeries.set(number, series);
    return series;
  }

  forget(): void {
    this.knownSeries.clear();
  }

  /** Closes the file: nothing is read afterwards. */
  close(): Promise<void> {
    for (const who of [this, this.texts, this.names]) {
      who.forget();
      indexMemory.leave(who);
    }
    return this.file.close();
  }

  private readSeries(number: number): IndexedSeries {
    const { file } = this;
    const at = this.byOffset ? number : number * SERIES_ALIGN;
    const frame = new ByteReader(file.bytes(at, Math.min(LONGEST_VARINT, file.sizeBytes - at)));
    const length = frame.uvarint();
    const input = new ByteReader(file.checked(at + frame.at, length));
    const pairs = new Array<number>(input.uvarint() * 2);
    for (let i = 0; i < pairs.length; i++) pairs[i] = input.uvarint();
    const chunks = readChunkMetas(input);
    // Last: the texts may be read from the file, and the bytes of the series are not valid then.
    return { labels: Labels.fromSorted(pairs.map((ref) => this.texts.text(ref))), chunks };
  }

  private readPostings(at: number): Postings {
    const bytes = this.file.content(at);
    const count = bytes.length < 4 ? 0 : u32At(bytes, 0);
    if (4 + 4 * count > bytes.length) throw this.file.corrupt(`the postings at ${at} are too short`);
    const ids = new Uint32Array(count);
    for (let i = 0; i < ids.length; i++) ids[i] = u32At(bytes, 4 + 4 * i);
    return ids;
  }
}

function checkedVersion(file: IndexFile): number {
  if (file.sizeBytes < INDEX_HEADER_BYTES + TOC_BYTES) throw file.corrupt('it is not an index file');
  const head = file.bytes(0, INDEX_HEADER_BYTES);
  if (u32At(head, 0) !== INDEX_MAGIC) throw file.corrupt('it is not an index file');
  const version = head[4]!;
  if (version >= OLDEST_VERSION && version <= NEWEST_VERSION) return version;
  throw new BarographError(
    `${file.path}: index version ${version} is not supported, only versions ${OLDEST_VERSION} to ${NEWEST_VERSION}`,
    {
      kind: 'unavailable',
      code: 'index-version',
      hint: 'Use a release of Barograph that knows the version, or move the block away.',
    },
  );
}

function checkedToc(file: IndexFile): { readonly symbols: number; readonly postingsTable: number } {
  const bytes = file.bytes(file.sizeBytes - TOC_BYTES, TOC_BYTES);
  const toc = new ByteReader(bytes);
  if (crc32c(bytes, { to: TOC_BYTES - 4 }) !== u32At(bytes, TOC_BYTES - 4)) {
    throw file.corrupt('the checksum of the table of contents is wrong');
  }
  const [symbols = 0, , , , , postingsTable = 0] = Array.from({ length: 6 }, () => toc.u64());
  return { symbols, postingsTable };
}

function readChunkMetas(input: ByteReader): ChunkMeta[] {
  let maxTime = 0;
  let address = 0;
  return Array.from({ length: input.uvarint() }, (_, i) => {
    const minTime = i === 0 ? input.varint() : maxTime + input.uvarint();
    maxTime = minTime + input.uvarint();
    address = i === 0 ? input.uvarint() : address + input.varint();
    return { minTime, maxTime, address };
  });
}

function indexOf(sorted: readonly string[], text: string): number {
  const i = lowerBound(sorted, text);
  return sorted[i] === text ? i : -1;
}

/** The first index whose text is not below `text`. */
function lowerBound(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(sorted[middle]!, text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
