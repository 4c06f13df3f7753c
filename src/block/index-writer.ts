import { crc32c } from '#lib/crc32c';
import { FileWriter } from '#lib/fs';
import { compareUtf8 } from '#lib/utf8';
import { ByteWriter } from '#lib/varint';
import { type ChunkMeta, INDEX_MAGIC, INDEX_VERSION, SERIES_ALIGN } from './format.ts';

const PADDING = new Uint8Array(SERIES_ALIGN);

/** Offsets of the sections, as the table of contents lists them. */
interface Sections {
  symbols: number;
  series: number;
  labelIndices: number;
  labelIndicesTable: number;
  postings: number;
  postingsTable: number;
}

/**
 * Writes the index of a block in Prometheus' format, version 2: first all symbols, then `series` for each series in label
 * order, then `close`. Label indices, which no reader uses any more, are left empty.
 */
export class IndexWriter {
  private readonly file: FileWriter;
  private readonly out = new ByteWriter(1 << 16);
  private readonly numbers = new Map<string, number>();
  /** Series numbers by label name and value. */
  private readonly postings = new Map<string, Map<string, number[]>>();
  private readonly all: number[] = [];
  private readonly sections: Sections = {
    symbols: 0,
    series: 0,
    labelIndices: 0,
    labelIndicesTable: 0,
    postings: 0,
    postingsTable: 0,
  };

  /** `symbols` are all strings of the series, sorted by UTF-8 bytes and unique. The file must not exist. */
  constructor(path: string, symbols: readonly string[]) {
    this.file = new FileWriter(path);
    this.out.u32(INDEX_MAGIC);
    this.out.u8(INDEX_VERSION);
    this.flush();
    this.sections.symbols = this.file.position;
    this.writeSymbols(symbols);
    this.sections.series = this.file.position;
  }

  /** Adds a series; its labels sort behind those before, its chunks are in order of time. */
  series(pairs: readonly string[], chunks: readonly ChunkMeta[]): void {
    this.align(SERIES_ALIGN);
    const number = this.file.position / SERIES_ALIGN;
    const { out } = this;
    const body = new ByteWriter(256);
    body.uvarint(pairs.length / 2);
    for (const text of pairs) body.uvarint(this.numbers.get(text)!);
    writeChunkMetas(body, chunks);
    out.uvarint(body.length);
    out.write(body.bytes);
    out.u32(crc32c(body.bytes));
    this.flush();
    this.all.push(number);
    for (let i = 0; i < pairs.length; i += 2) this.addPosting(pairs[i]!, pairs[i + 1]!, number);
  }

  /** Writes the rest and brings the file onto the disk. */
  close(): void {
    const { sections, file } = this;
    this.align(4);
    sections.labelIndices = file.position;
    sections.postings = file.position;
    const table = this.writeAllPostings();
    sections.labelIndicesTable = file.position;
    this.section((out) => out.u32(0));
    sections.postingsTable = file.position;
    this.section((out) => out.write(table.bytes));
    this.writeToc();
    file.close();
  }

  /** Closes the file when writing was given up. */
  abandon(): void {
    this.file.close();
  }

  private writeSymbols(symbols: readonly string[]): void {
    symbols.forEach((text, i) => {
      this.numbers.set(text, i);
    });
    this.section((out) => {
      out.u32(symbols.length);
      for (const text of symbols) out.string(text);
    });
  }

  private addPosting(name: string, value: string, number: number): void {
    let values = this.postings.get(name);
    if (!values) {
      values = new Map();
      this.postings.set(name, values);
    }
    const list = values.get(value);
    if (list) list.push(number);
    else values.set(value, [number]);
  }

  /** Writes all lists of postings and gives the content of the table that leads to them. */
  private writeAllPostings(): ByteWriter {
    const table = new ByteWriter(1 << 16);
    table.u32([...this.postings.values()].reduce((sum, values) => sum + values.size, 1));
    this.writePostings(table, '', '', this.all);
    for (const name of [...this.postings.keys()].sort(compareUtf8)) {
      const values = this.postings.get(name)!;
      for (const value of [...values.keys()].sort(compareUtf8))
        this.writePostings(table, name, value, values.get(value)!);
    }
    return table;
  }

  private writePostings(table: ByteWriter, name: string, value: string, numbers: readonly number[]): void {
    this.align(4);
    table.uvarint(2);
    table.string(name);
    table.string(value);
    table.uvarint(this.file.position);
    this.section((out) => {
      out.u32(numbers.length);
      for (const number of numbers) out.u32(number);
    });
  }

  private writeToc(): void {
    const { out, sections } = this;
    out.u64(sections.symbols);
    out.u64(sections.series);
    out.u64(sections.labelIndices);
    out.u64(sections.labelIndicesTable);
    out.u64(sections.postings);
    out.u64(sections.postingsTable);
    out.u32(crc32c(out.bytes));
    this.flush();
  }

  /** Length, content, checksum of the content. */
  private section(content: (out: ByteWriter) => void): void {
    const { out } = this;
    out.u32(0);
    content(out);
    const { bytes } = out;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    view.setUint32(0, bytes.length - 4);
    out.u32(crc32c(bytes, { from: 4 }));
    this.flush();
  }

  private align(size: number): void {
    this.file.write(PADDING.subarray(0, (size - (this.file.position % size)) % size));
  }

  private flush(): void {
    this.file.write(this.out.bytes);
    this.out.clear();
  }
}

function writeChunkMetas(out: ByteWriter, chunks: readonly ChunkMeta[]): void {
  out.uvarint(chunks.length);
  let last: ChunkMeta | null = null;
  for (const chunk of chunks) {
    if (last === null) {
      out.varint(chunk.minTime);
      out.uvarint(chunk.maxTime - chunk.minTime);
      out.uvarint(chunk.address);
    } else {
      out.uvarint(chunk.minTime - last.maxTime);
      out.uvarint(chunk.maxTime - chunk.minTime);
      out.varint(chunk.address - last.address);
    }
    last = chunk;
  }
}
