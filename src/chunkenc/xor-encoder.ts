import { MAX_CHUNK_BYTES, MAX_SAMPLE_BYTES } from './encoding.ts';
import { XorSample } from './xor-sample.ts';

const COUNT_BYTES = 2;

/** Makes XOR chunks in a buffer of its own, byte for byte as Prometheus does. Used again after `reset`. */
export class XorEncoder {
  count = 0;
  private readonly buffer = new Uint8Array(MAX_CHUNK_BYTES + MAX_SAMPLE_BYTES);
  private readonly sample = new XorSample();
  private at = COUNT_BYTES - 1;
  /** Bits of byte `at` that are not used yet. */
  private free = 0;
  private lastT = 0;

  /** Begins a new chunk. */
  reset(): void {
    this.buffer.fill(0);
    this.count = 0;
    this.at = COUNT_BYTES - 1;
    this.free = 0;
  }

  /**
   * Adds a sample by the two halves of its value's bits (value-bits.ts). False: the chunk is full and the sample was not
   * taken. Timestamps ascend.
   */
  append(t: number, high: number, low: number): boolean {
    if (this.at + 1 > MAX_CHUNK_BYTES - MAX_SAMPLE_BYTES) return false;
    if (this.count === 0) this.sample.first(t, high, low);
    else if (this.count === 1) this.sample.second(t - this.lastT, high, low);
    else this.sample.next(t - this.lastT, high, low);
    this.lastT = t;
    this.count++;
    this.write();
    return true;
  }

  /** The finished chunk; valid until the next `reset`. */
  get bytes(): Uint8Array {
    this.buffer[0] = this.count >>> 8;
    this.buffer[1] = this.count & 0xff;
    return this.buffer.subarray(0, this.at + 1);
  }

  private write(): void {
    const { buffer } = this;
    const { words, bits } = this.sample;
    for (let i = 0, left = bits; left > 0; i++, left -= 32) {
      let word = words[i]!;
      for (let n = Math.min(left, 32); n > 0; ) {
        if (this.free === 0) {
          this.at++;
          this.free = 8;
        }
        const taken = Math.min(this.free, n);
        buffer[this.at]! |= word >>> (32 - this.free);
        word <<= taken;
        this.free -= taken;
        n -= taken;
      }
    }
  }
}
