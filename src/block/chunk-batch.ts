import { crc32c } from '#lib/crc32c';
import { placedCrc32c } from '#lib/crc32c-kernel';
import { type KernelHeap, kernelHeap } from '#lib/kernel-heap';

/** A chunk as it is stored: its encoding and its bytes (with the sample count in front). */
export interface StoredChunk {
  readonly encoding: number;
  readonly data: Uint8Array;
}

/**
 * Chunks that are read together. Their bytes lie in the heap of the kernels when there is room, in memory that is used again
 * for the next ones. `close` gives it back.
 */
export class ChunkBatch {
  bytes: Uint8Array = new Uint8Array(0);
  /** How many of the bytes are filled. */
  filled = 0;
  private count = 0;
  private encodings = new Uint8Array(0);
  private from = new Uint32Array(0);
  private to = new Uint32Array(0);
  private readonly heap: KernelHeap | null;
  private address = 0;

  /** With memory of its own: the chunks may be kept. */
  constructor(isKept = false) {
    this.heap = isKept || placedCrc32c() === null ? null : kernelHeap();
  }

  /** Forgets all chunks, and makes room for so many. */
  begin(chunks: number): void {
    this.filled = 0;
    this.count = chunks;
    if (chunks <= this.from.length) return;
    this.encodings = new Uint8Array(chunks * 2);
    this.from = new Uint32Array(chunks * 2);
    this.to = new Uint32Array(chunks * 2);
  }

  /** Makes room for so many bytes behind those that are filled. */
  reserve(count: number): void {
    const needed = this.filled + count;
    if (needed <= this.bytes.length) return;
    const before = this.bytes.subarray(0, this.filled);
    const size = Math.max(needed, this.bytes.length * 2);
    const address = this.heap?.alloc(size) ?? 0;
    const bytes = this.heap && address !== 0 ? this.heap.bytes(address, size) : new Uint8Array(size);
    bytes.set(before);
    this.release();
    this.bytes = bytes;
    this.address = address;
  }

  /** Says where the data of chunk `i`, sample count first, lie among the bytes. */
  set(i: number, encoding: number, from: number, to: number): void {
    this.encodings[i] = encoding;
    this.from[i] = from;
    this.to[i] = to;
  }

  /** The CRC-32C of some of the bytes. */
  checksum(from: number, to: number): number {
    if (this.address === 0) return crc32c(this.bytes, { from, to });
    return placedCrc32c()!(this.address + from, this.address + to);
  }

  encodingOf(i: number): number {
    return this.encodings[i]!;
  }

  /** The address of a chunk's data in the heap of the kernels, 0 = it is not there. */
  addressOf(i: number): number {
    return this.address === 0 ? 0 : this.address + this.from[i]!;
  }

  lengthOf(i: number): number {
    return this.to[i]! - this.from[i]!;
  }

  chunk(i: number): StoredChunk {
    return { encoding: this.encodings[i]!, data: this.bytes.subarray(this.from[i], this.to[i]) };
  }

  /** Chunks `from` up to, not including, `to`. */
  chunks(from = 0, to = this.count): StoredChunk[] {
    return Array.from({ length: to - from }, (_, i) => this.chunk(from + i));
  }

  close(): void {
    this.release();
    this.bytes = new Uint8Array(0);
    this.begin(0);
  }

  private release(): void {
    if (this.address !== 0) this.heap!.release(this.address, this.bytes.length);
    this.address = 0;
  }
}
