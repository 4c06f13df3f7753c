import { crc32c } from '#lib/crc32c';
import { BarographError } from '#lib/errors';
import type { PagedFile } from '#lib/paged-file';
import { ByteReader } from '#lib/varint';

const LONGEST_VARINT = 10;

/** The file of an index: what lies in it is read when it is asked for, and checked. */
export class IndexFile {
  private readonly file: PagedFile;

  constructor(file: PagedFile) {
    this.file = file;
  }

  get sizeBytes(): number {
    return this.file.sizeBytes;
  }

  /** Bytes from `at` on, at least `least` of them; valid until the next call. Throws `corrupt-data` when they are not all there. */
  bytes(at: number, least: number): Uint8Array {
    const bytes = this.file.from(at, least);
    if (bytes.length < least) throw this.corrupt('it ends too early');
    return bytes;
  }

  /** What lies between a length (u32) and a checksum, both of which are looked at; valid until the next call. */
  content(at: number): Uint8Array {
    const length = u32At(this.bytes(at, 4), 0);
    return this.checked(at + 4, length);
  }

  /** Bytes with a checksum behind them; valid until the next call. */
  checked(from: number, length: number): Uint8Array {
    const bytes = this.bytes(from, length + 4);
    if (crc32c(bytes, { to: length }) !== u32At(bytes, length)) throw this.wrongSum(from);
    return bytes.subarray(0, length);
  }

  /** The content of a section that may be long, checked and then read from its beginning. */
  section(at: number): IndexCursor {
    if (at <= 0 || at + 4 > this.sizeBytes) throw this.corrupt('a section lies outside of the file');
    const from = at + 4;
    const to = from + u32At(this.bytes(at, 4), 0);
    if (to + 4 > this.sizeBytes) throw this.corrupt('it ends too early');
    let crc = 0;
    for (let done = from; done < to; ) {
      const bytes = this.bytes(done, 1);
      const count = Math.min(bytes.length, to - done);
      crc = crc32c(bytes, { crc, to: count });
      done += count;
    }
    if (crc !== u32At(this.bytes(to, 4), 0)) throw this.wrongSum(from);
    return new IndexCursor(this, from, to);
  }

  corrupt(reason: string): BarographError {
    return new BarographError(`${this.file.path}: ${reason}`, {
      kind: 'corrupt-data',
      code: 'corrupt-index',
      hint: 'Restore the block from a copy, or move its directory away.',
    });
  }

  get path(): string {
    return this.file.path;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private wrongSum(from: number): BarographError {
    return this.corrupt(`the checksum of the bytes from ${from} is wrong`);
  }
}

/** Reads a part of an index in order. While it does, nothing else of any index may be read. */
export class IndexCursor {
  /** Where the part ends. */
  readonly end: number;
  private readonly file: IndexFile;
  private start: number;
  private window: ByteReader = EMPTY;

  constructor(file: IndexFile, at: number, end: number) {
    this.file = file;
    this.start = at;
    this.end = end;
  }

  /** Where in the file the next byte stands. */
  get at(): number {
    return this.start + this.window.at;
  }

  u32(): number {
    return this.with(4).u32();
  }

  uvarint(): number {
    return this.with(LONGEST_VARINT).uvarint();
  }

  /** The next bytes; valid until the next call. */
  read(length: number): Uint8Array {
    return this.with(length).read(length);
  }

  string(): string {
    return decoder.decode(this.read(this.uvarint()));
  }

  /** Leaves out a string. */
  skipString(): void {
    this.skip(this.uvarint());
  }

  /** Leaves out bytes. */
  skip(length: number): void {
    if (this.window.at + length <= this.window.end) this.window.at += length;
    else if (this.at + length <= this.end) this.move(this.at + length, 0);
    else throw this.file.corrupt('a string ends behind its section');
  }

  /** A reader that has the next bytes, or all that are left. */
  private with(count: number): ByteReader {
    const { window } = this;
    if (window.end - window.at < count && this.start + window.end < this.end) this.move(this.at, count);
    return this.window;
  }

  private move(to: number, count: number): void {
    const left = this.end - to;
    const bytes = this.file.bytes(to, Math.min(count, left));
    this.start = to;
    this.window = new ByteReader(bytes, 0, Math.min(bytes.length, left));
  }
}

/** A big-endian number of four bytes. */
export function u32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

const decoder = new TextDecoder();
const EMPTY = new ByteReader(new Uint8Array(0));
