import { KernelSnappyDecoder, type SnappyDecoder } from '#lib/snappy';
import { type KernelMemory, kernelsWanted, newKernelMemory, startKernelIn } from '#lib/wasm';
import type { Millis } from '#model/time';
import type { ByteNumbers } from './byte-numbers.ts';
import { WRITE_KERNEL } from './write-kernel.gen.ts';

interface WriteExports {
  /** See kernels/write.ts. */
  reset(): void;
  usedBytes(): number;
  ensure(bytes: number): number;
  alloc(bytes: number): number;
  create(): number;
  begin(table: number): void;
  find(table: number, from: number, size: number): number;
  add(table: number, from: number, size: number): number;
  scan(table: number, from: number, end: number, latest: Millis, rows: number): number;
  stoppedAt(): number;
  labels(table: number, from: number, size: number, out: number, most: number): number;
}

// Where kernels/write.ts looks for things.
const ROWS = 2048;
const TIMES = 8 * ROWS;
const VALUES = 16 * ROWS;
const NUMBERS = 24 * ROWS;
const ROWS_BYTES = 28 * ROWS;
const COUNT_U32 = 0;
const ENTRIES_U32 = 4;
const ENTRY_BYTES = 32;
/** Longer strings, where they do not lie in the kernel's memory, are not kept. */
const LONGEST = 1 << 16;
/** What a string takes, with its place in the tables and the room that these may need to grow. */
const BYTES_PER_ENTRY = 160;
const SHORTEST_SERIES = 8;
const SHORTEST_LABEL = 6;
const MOST_LABELS = 64;

/** Plain samples of series that are known. */
export interface KnownSamples {
  /** Of each sample: the number of its series. */
  readonly numbers: Uint32Array;
  readonly refs: Float64Array;
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** Memory in which messages are unpacked and their strings are known. */
export class WriteKernel implements ByteNumbers {
  /** Unpacks messages into this memory. */
  readonly snappy: SnappyDecoder;
  readonly memory: KernelMemory = newKernelMemory(1);
  private readonly exports: WriteExports;
  private u8 = new Uint8Array(0);
  private u32 = new Uint32Array(0);
  /** Of the labels that were found last. */
  numbers = new Uint32Array(0);
  /** Counts the times that everything was forgotten. */
  cleared = 0;
  private table = 0;
  private labelTable = 0;
  private labelNumbers = 0;
  private rows = 0;
  private scratch = 0;
  private message = 0;
  private messageBytes = 0;

  constructor() {
    this.exports = startKernelIn<WriteExports>(WRITE_KERNEL, this.memory);
    this.snappy = new KernelSnappyDecoder(this);
    this.clear();
  }

  /** Null where kernels are not wanted. */
  static start(): WriteKernel | null {
    return kernelsWanted() ? new WriteKernel() : null;
  }

  get size(): number {
    return this.countOf(this.table);
  }

  get usedBytes(): number {
    return this.exports.usedBytes();
  }

  /**
   * Room for a message of so many bytes, until the next one. The memory does not grow while it is being read, so that views
   * of it stay valid. 0: there is none.
   */
  place(bytes: number): number {
    const { exports } = this;
    const isNew = bytes > this.messageBytes;
    const entries = this.size + bytes / SHORTEST_SERIES + this.countOf(this.labelTable) + bytes / SHORTEST_LABEL;
    const strings = 4 * bytes + 4 * LONGEST + BYTES_PER_ENTRY * entries;
    if (exports.ensure(Math.ceil(strings) + (isNew ? 2 * bytes : 0)) === 0) return 0;
    if (isNew) {
      this.message = exports.alloc(2 * bytes);
      this.messageBytes = 2 * bytes;
    }
    this.look();
    return this.message;
  }

  begin(): void {
    this.exports.begin(this.table);
  }

  find(from: DataView, start: number, end: number): number {
    const at = this.addressOf(from, start, end);
    return at === 0 ? 0 : this.exports.find(this.table, at, end - start);
  }

  add(from: DataView, start: number, end: number): number {
    const at = this.addressOf(from, start, end);
    const number = at === 0 ? 0 : this.exports.add(this.table, at, end - start);
    this.look();
    return number;
  }

  bytes(number: number): Uint8Array {
    return this.bytesIn(this.table, number);
  }

  /**
   * Puts the numbers of the labels whose fields these bytes are into `numbers`, and gives how many they are; -1: the twin has to
   * read them. Labels that were not known get the next numbers, from 1 on; they keep them until `cleared` changes.
   */
  labels(fields: Uint8Array): number {
    if (fields.buffer !== this.u8.buffer) return -1;
    const { labelTable, labelNumbers } = this;
    const count = this.exports.labels(labelTable, fields.byteOffset, fields.length, labelNumbers, MOST_LABELS);
    this.look();
    return count;
  }

  /** The field of a label; valid until the next `add`. */
  labelBytes(number: number): Uint8Array {
    return this.bytesIn(this.labelTable, number);
  }

  private countOf(table: number): number {
    return this.u32[(table >>> 2) + COUNT_U32]!;
  }

  private bytesIn(table: number, number: number): Uint8Array {
    const word = (this.u32[(table >>> 2) + ENTRIES_U32]! + number * ENTRY_BYTES) >>> 2;
    const at = this.u32[word]!;
    return this.u8.subarray(at, at + this.u32[word + 1]!);
  }

  clear(): void {
    const { exports } = this;
    exports.reset();
    this.messageBytes = 0;
    this.cleared++;
    this.table = exports.create();
    this.labelTable = exports.create();
    this.labelNumbers = exports.alloc(4 * MOST_LABELS);
    this.rows = exports.alloc(ROWS_BYTES);
    this.scratch = exports.alloc(LONGEST);
    this.takeViews();
  }

  /** Reads series of a 1.0 message from `at` on, see kernels/write.ts; gives how many samples these have, for `known`. */
  scan(message: Uint8Array, at: number, latest: Millis): number {
    if (message.buffer !== this.u8.buffer) return 0;
    const from = message.byteOffset;
    return this.exports.scan(this.table, from + at, from + message.length, latest, this.rows);
  }

  /** Where `scan` stopped. */
  stoppedAt(message: Uint8Array): number {
    return this.exports.stoppedAt() - message.byteOffset;
  }

  /** What `scan` read: valid until its next call. The refs are whatever they are. */
  known(count: number): KnownSamples {
    const { rows } = this;
    const { buffer } = this.u8;
    return {
      refs: new Float64Array(buffer, rows, count),
      times: new Float64Array(buffer, rows + TIMES, count),
      values: new Float64Array(buffer, rows + VALUES, count),
      numbers: new Uint32Array(buffer, rows + NUMBERS, count),
    };
  }

  private addressOf(from: DataView, start: number, end: number): number {
    if (from.buffer === this.u8.buffer) return from.byteOffset + start;
    if (end - start > LONGEST) return 0;
    this.u8.set(new Uint8Array(from.buffer, from.byteOffset + start, end - start), this.scratch);
    return this.scratch;
  }

  /** Takes new views when the memory has grown: the old ones are empty then. To ask the memory for its buffer takes longer. */
  private look(): void {
    if (this.u8.length === 0) this.takeViews();
  }

  private takeViews(): void {
    const { buffer } = this.memory;
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.numbers = new Uint32Array(buffer, this.labelNumbers, MOST_LABELS);
  }
}
