import { ByteIndex } from '#lib/byte-index';

/**
 * Byte strings of messages, by numbers from 1 on that stay the same from message to message. Senders repeat most of them in
 * the same order, so the one that came next the last time is looked at first. Only grows; `clear` forgets everything.
 */
export interface ByteNumbers {
  /** The highest number. */
  readonly size: number;
  /** Bytes of memory. */
  readonly usedBytes: number;
  /** A message begins. */
  begin(): void;
  /** The number of the bytes in `[start, end)`; 0 when they are not known. */
  find(from: DataView, start: number, end: number): number;
  /** The same, but bytes that are not known get the next number. 0: there is no memory for them. */
  add(from: DataView, start: number, end: number): number;
  /** The bytes of a number; valid until the next `add`. */
  bytes(number: number): Uint8Array;
  /** Forgets everything. Not while a message is being read. */
  clear(): void;
}

/** In TypeScript. */
export class PlainByteNumbers implements ByteNumbers {
  private readonly index = new ByteIndex();
  /** The number that came after each. */
  private followers = new Uint32Array(1024);
  private last = 0;

  get size(): number {
    return this.index.size;
  }

  get usedBytes(): number {
    return this.index.capacityBytes;
  }

  begin(): void {
    this.last = 0;
  }

  find(from: DataView, start: number, end: number): number {
    const expected = this.followers[this.last]!;
    const isExpected = this.index.is(expected, from, start, end);
    const found = isExpected ? expected : this.index.find(from, start, end);
    if (found !== 0) this.follow(found);
    return found;
  }

  add(from: DataView, start: number, end: number): number {
    const known = this.find(from, start, end);
    if (known !== 0) return known;
    const number = this.index.add(from, start, end);
    if (number >= this.followers.length) this.grow();
    this.follow(number);
    return number;
  }

  bytes(number: number): Uint8Array {
    return this.index.bytes(number);
  }

  clear(): void {
    this.index.clear();
    this.followers.fill(0);
    this.last = 0;
  }

  private follow(number: number): void {
    this.followers[this.last] = number;
    this.last = number;
  }

  private grow(): void {
    const followers = new Uint32Array(this.followers.length * 2);
    followers.set(this.followers);
    this.followers = followers;
  }
}
