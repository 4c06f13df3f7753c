/** Bits under construction, the highest of each byte first. Grows by doubling; used again after `reset`. */
export class BitWriter {
  private buffer: Uint8Array;
  private end = 0;
  /** Bits of the last byte that are not used yet. */
  private free = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
  }

  /** Bytes so far; the last one may be used in part. */
  get length(): number {
    return this.end;
  }

  /** What was written; valid until the next write. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.end);
  }

  /** Begins anew with so many zero bytes, for a header that `set` fills. */
  reset(headerBytes: number): void {
    this.buffer.fill(0, 0, this.end);
    this.end = headerBytes;
    this.free = 0;
  }

  /** Changes a byte that is complete. */
  set(at: number, byte: number): void {
    this.buffer[at] = byte;
  }

  /** The lowest `count` bits of `value`, at most 32. */
  put(value: number, count: number): void {
    if (this.end + 5 > this.buffer.length) this.grow();
    let word = count === 32 ? value : value << (32 - count);
    for (let left = count; left > 0; ) {
      if (this.free === 0) {
        this.end++;
        this.free = 8;
      }
      const taken = Math.min(this.free, left);
      this.buffer[this.end - 1]! |= word >>> (32 - this.free);
      word <<= taken;
      this.free -= taken;
      left -= taken;
    }
  }

  /** 64 bits by their halves. */
  put64(high: number, low: number): void {
    this.put(high, 32);
    this.put(low, 32);
  }

  private grow(): void {
    const larger = new Uint8Array(this.buffer.length * 2 + 8);
    larger.set(this.buffer);
    this.buffer = larger;
  }
}
