import { crc32c } from '#lib/crc32c';
import { BarographError } from '#lib/errors';
import { compareUtf8 } from '#lib/utf8';
import { ByteReader } from '#lib/varint';
import { Labels } from '#model/labels';
import { NO_POSTINGS, type Postings, type PostingsIndex, union } from '#storage/postings';
import { type ChunkMeta, INDEX_HEADER_BYTES, INDEX_MAGIC, SERIES_ALIGN, TOC_BYTES } from './format.ts';

const OLDEST_VERSION = 1;
const NEWEST_VERSION = 3;
const MOST_CACHED = 200_000;
/** Chunks of the series that are remembered: about 5 MB with their labels. */
const MOST_CHUNKS = 1 << 16;
const decoder = new TextDecoder();

/** The values of one label name, sorted by UTF-8 bytes, with the offset of each one's postings. */
interface NameTable {
  readonly values: readonly string[];
  readonly offsets: Float64Array;
}

/** Where a name's entries stand in the postings offset table. */
interface NameEntries {
  readonly start: number;
  count: number;
}

/** A series as the index describes it. */
export interface IndexedSeries {
  readonly labels: Labels;
  readonly chunks: readonly ChunkMeta[];
}

/**
 * The index of a block (Prometheus' format, versions 1 to 3), held in memory as it stands in the file. Series numbers ascend
 * in the order of labels.
 */
export class IndexReader implements PostingsIndex {
  private readonly path: string;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly symbolOffsets: Uint32Array;
  private readonly names = new Map<string, NameEntries>();
  private readonly tables = new Map<string, NameTable>();
  /** Those that are never forgotten. */
  private readonly held = new Map<string, NameTable>();
  private cachedValues = 0;
  private readonly texts = new Map<number, string>();
  private readonly knownSeries = new Map<number, IndexedSeries>();
  private knownChunks = 0;
  private allOffset = 0;
  /** Version 1 refers to series and symbols by their offsets. */
  private readonly byOffset: boolean;

  /** Throws `corrupt-data` when the file is damaged, `unavailable` when it is of another version. */
  constructor(bytes: Uint8Array, path: string) {
    this.bytes = bytes;
    this.path = path;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.byOffset = this.checkedVersion() === 1;
    const toc = this.checkedToc();
    this.symbolOffsets = this.readSymbols(toc.symbols);
    if (this.byOffset) this.readUnsortedTable(toc.postingsTable);
    else this.readPostingsTable(toc.postingsTable);
  }

  all(): Postings {
    return this.allOffset === 0 ? NO_POSTINGS : this.readPostings(this.allOffset);
  }

  postings(name: string, value: string): Postings {
    const table = this.table(name);
    if (!table) return NO_POSTINGS;
    const i = indexOf(table.values, value);
    return i < 0 ? NO_POSTINGS : this.readPostings(table.offsets[i]!);
  }

  postingsWhere(name: string, test: (value: string) => boolean, prefix: string): Postings {
    const table = this.table(name);
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
    return [...this.names.keys()];
  }

  /** Sorted by UTF-8 bytes. */
  labelValues(name: string): readonly string[] {
    return this.table(name)?.values ?? [];
  }

  /** All strings, sorted by UTF-8 bytes. */
  *symbols(): Generator<string> {
    for (let i = 0; i < this.symbolOffsets.length; i++) yield this.symbol(this.byOffset ? this.symbolOffsets[i]! : i);
  }

  /** The series of a number from the postings; the same object again as long as it is remembered. */
  series(number: number): IndexedSeries {
    const known = this.knownSeries.get(number);
    if (known) return known;
    const series = this.readSeries(number);
    // Bounded by forgetting everything: what is in use comes back at once.
    this.knownChunks += series.chunks.length;
    if (this.knownChunks > MOST_CHUNKS) {
      this.knownSeries.clear();
      this.knownChunks = series.chunks.length;
    }
    this.knownSeries.set(number, series);
    return series;
  }

  private readSeries(number: number): IndexedSeries {
    const at = this.byOffset ? number : number * SERIES_ALIGN;
    const frame = new ByteReader(this.bytes, at);
    const length = frame.uvarint();
    const from = frame.at;
    this.verify(from, length);
    const input = new ByteReader(this.bytes, from, from + length);
    const pairs = new Array<string>(input.uvarint() * 2);
    for (let i = 0; i < pairs.length; i++) pairs[i] = this.symbol(input.uvarint());
    return { labels: Labels.fromSorted(pairs), chunks: readChunkMetas(input) };
  }

  private checkedVersion(): number {
    const { bytes, view } = this;
    if (bytes.length < INDEX_HEADER_BYTES + TOC_BYTES || view.getUint32(0) !== INDEX_MAGIC) {
      throw this.corrupt('it is not an index file');
    }
    const version = bytes[4]!;
    if (version >= OLDEST_VERSION && version <= NEWEST_VERSION) return version;
    throw new BarographError(
      `${this.path}: index version ${version} is not supported, only versions ${OLDEST_VERSION} to ${NEWEST_VERSION}`,
      {
        kind: 'unavailable',
        code: 'index-version',
        hint: 'Use a release of Barograph that knows the version, or move the block away.',
      },
    );
  }

  private checkedToc(): { readonly symbols: number; readonly postingsTable: number } {
    const at = this.bytes.length - TOC_BYTES;
    const toc = new ByteReader(this.bytes, at);
    if (crc32c(this.bytes, { from: at, to: at + 48 }) !== this.view.getUint32(at + 48)) {
      throw this.corrupt('the checksum of the table of contents is wrong');
    }
    const [symbols = 0, , , , , postingsTable = 0] = Array.from({ length: 6 }, () => toc.u64());
    return { symbols, postingsTable };
  }

  private readSymbols(at: number): Uint32Array {
    const input = this.section(at);
    const offsets = new Uint32Array(input.u32());
    for (let i = 0; i < offsets.length; i++) {
      offsets[i] = input.at;
      input.read(input.uvarint());
    }
    return offsets;
  }

  private readPostingsTable(at: number): void {
    const input = this.section(at);
    let name = '';
    let entries: NameEntries = { start: 0, count: 0 };
    for (let left = input.u32(); left > 0; left--) {
      const start = input.at;
      input.uvarint();
      const current = input.string();
      const valueLength = input.uvarint();
      input.read(valueLength);
      const offset = input.uvarint();
      if (current === '' && valueLength === 0) {
        this.allOffset = offset;
        continue;
      }
      if (current !== name) {
        name = current;
        entries = { start, count: 0 };
        this.names.set(name, entries);
      }
      entries.count++;
    }
  }

  /** In version 1 the entries stand in any order: all of them are held. */
  private readUnsortedTable(at: number): void {
    const input = this.section(at);
    const found = new Map<string, [value: string, offset: number][]>();
    for (let left = input.u32(); left > 0; left--) {
      input.uvarint();
      const [name, value, offset] = [input.string(), input.string(), input.uvarint()];
      const entries = found.get(name);
      if (name === '' && value === '') this.allOffset = offset;
      else if (entries) entries.push([value, offset]);
      else found.set(name, [[value, offset]]);
    }
    for (const name of [...found.keys()].sort(compareUtf8)) {
      const entries = found.get(name)!.sort((a, b) => compareUtf8(a[0], b[0]));
      this.names.set(name, { start: 0, count: entries.length });
      this.held.set(name, {
        values: entries.map(([value]) => value),
        offsets: Float64Array.from(entries, ([, offset]) => offset),
      });
    }
  }

  private table(name: string): NameTable | null {
    const known = this.held.get(name) ?? this.tables.get(name);
    if (known) return known;
    const entries = this.names.get(name);
    if (!entries) return null;
    const table = this.readTable(entries);
    if (this.cachedValues + table.values.length > MOST_CACHED) {
      this.tables.clear();
      this.cachedValues = 0;
    }
    this.tables.set(name, table);
    this.cachedValues += table.values.length;
    return table;
  }

  private readTable({ start, count }: NameEntries): NameTable {
    const input = new ByteReader(this.bytes, start);
    const offsets = new Float64Array(count);
    const values = Array.from({ length: count }, (_, i) => {
      input.uvarint();
      input.read(input.uvarint());
      const value = input.string();
      offsets[i] = input.uvarint();
      return value;
    });
    return { values, offsets };
  }

  private readPostings(at: number): Postings {
    const length = this.view.getUint32(at);
    this.verify(at + 4, length);
    const ids = new Uint32Array(this.view.getUint32(at + 4));
    for (let i = 0; i < ids.length; i++) ids[i] = this.view.getUint32(at + 8 + 4 * i);
    return ids;
  }

  private symbol(i: number): string {
    const known = this.texts.get(i);
    if (known !== undefined) return known;
    const at = this.byOffset ? i : this.symbolOffsets[i];
    if (at === undefined || at >= this.bytes.length) throw this.corrupt(`symbol ${i} does not exist`);
    const input = new ByteReader(this.bytes, at);
    const text = decoder.decode(input.read(input.uvarint()));
    if (this.texts.size >= MOST_CACHED) this.texts.clear();
    this.texts.set(i, text);
    return text;
  }

  /** A section: length, content, checksum. */
  private section(at: number): ByteReader {
    if (at <= 0 || at + 4 > this.bytes.length) throw this.corrupt('a section lies outside of the file');
    const length = this.view.getUint32(at);
    this.verify(at + 4, length);
    return new ByteReader(this.bytes, at + 4, at + 4 + length);
  }

  private verify(from: number, length: number): void {
    const to = from + length;
    if (to + 4 > this.bytes.length) throw this.corrupt('it ends too early');
    if (crc32c(this.bytes, { from, to }) !== this.view.getUint32(to)) {
      throw this.corrupt(`the checksum of the bytes from ${from} is wrong`);
    }
  }

  private corrupt(reason: string): BarographError {
    return new BarographError(`${this.path}: ${reason}`, {
      kind: 'corrupt-data',
      code: 'corrupt-index',
      hint: 'Restore the block from a copy, or move its directory away.',
    });
  }
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
