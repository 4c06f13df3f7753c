/**
 * One sample of an XOR chunk, as bits (docs/formats/chunks.md has the drawing; the format is that of Prometheus'
 * encoding 1, a variant of Facebook's Gorilla). The caller keeps the state of the chunk and says where the bits go:
 * load `lastHigh`, `lastLow`, `delta`, `leading`, `trailing`, call one of the three methods, append `bits` bits from
 * `words` (first bit = highest bit of word 0), and keep the state for next time.
 */
export class XorSample {
  /** The bits of the sample; zero behind the last one. */
  readonly words = new Uint32Array(6);
  bits = 0;
  /** The value of the sample before. */
  lastHigh = 0;
  lastLow = 0;
  /** Difference between the two timestamps before. */
  delta = 0;
  /** Zero bits around the meaningful ones of the last XOR; NO_WINDOW before the first. */
  leading = NO_WINDOW;
  trailing = 0;

  /** The first sample of a chunk: varint timestamp, the value's 64 bits. */
  first(t: number, high: number, low: number): void {
    this.begin();
    this.putVarint(t < 0 ? -(t + 1) * 2 + 1 : t * 2);
    this.put(high, 32);
    this.put(low, 32);
    this.lastHigh = high;
    this.lastLow = low;
    this.delta = 0;
    this.leading = NO_WINDOW;
    this.trailing = 0;
  }

  /** The second sample: uvarint difference of the timestamps, XOR of the values. */
  second(delta: number, high: number, low: number): void {
    this.begin();
    this.putVarint(delta);
    this.delta = delta;
    this.putValue(high, low);
  }

  /** A later sample: difference of the differences, XOR of the values. */
  next(delta: number, high: number, low: number): void {
    this.begin();
    this.putDelta(delta - this.delta);
    this.delta = delta;
    this.putValue(high, low);
  }

  /** The timestamp of a later sample alone; its value, which stands behind it, is known otherwise. */
  time(delta: number): void {
    this.begin();
    this.putDelta(delta - this.delta);
    this.delta = delta;
  }

  /** Goes on behind a sample; the next value that changes says again which of its bits are meaningful. */
  goOn({ high, low, delta }: { readonly high: number; readonly low: number; readonly delta: number }): void {
    this.lastHigh = high;
    this.lastLow = low;
    this.delta = delta;
    this.leading = NO_WINDOW;
    this.trailing = 0;
  }

  private begin(): void {
    this.words.fill(0);
    this.bits = 0;
  }

  private put(value: number, count: number): void {
    const { words } = this;
    const i = this.bits >>> 5;
    const room = 32 - (this.bits & 31);
    this.bits += count;
    if (count <= room) {
      words[i] = words[i]! | (value << (room - count));
      return;
    }
    words[i] = words[i]! | (value >>> (count - room));
    words[i + 1] = value << (32 - count + room);
  }

  private putVarint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.put((rest % 128) | 0x80, 8);
      rest = Math.floor(rest / 128);
    }
    this.put(rest, 8);
  }

  private putDelta(dod: number): void {
    if (dod === 0) this.put(0, 1);
    else if (dod >= -8191 && dod <= 8192) {
      this.put(0b10, 2);
      this.put(dod & 0x3fff, 14);
    } else if (dod >= -65535 && dod <= 65536) {
      this.put(0b110, 3);
      this.put(dod & 0x1ffff, 17);
    } else if (dod >= -524287 && dod <= 524288) {
      this.put(0b1110, 4);
      this.put(dod & 0xfffff, 20);
    } else {
      this.put(0b1111, 4);
      this.put(Math.floor(dod / 4294967296) >>> 0, 32);
      this.put(dod >>> 0, 32);
    }
  }

  private putValue(high: number, low: number): void {
    const xorHigh = (high ^ this.lastHigh) >>> 0;
    const xorLow = (low ^ this.lastLow) >>> 0;
    this.lastHigh = high;
    this.lastLow = low;
    if ((xorHigh | xorLow) === 0) {
      this.put(0, 1);
      return;
    }
    const leading = Math.min(xorHigh !== 0 ? Math.clz32(xorHigh) : 32, 31);
    const trailing = xorLow !== 0 ? trailingZeros(xorLow) : 32 + trailingZeros(xorHigh);
    if (this.leading !== NO_WINDOW && leading >= this.leading && trailing >= this.trailing) {
      this.put(0b10, 2);
    } else {
      this.leading = leading;
      this.trailing = trailing;
      this.put(0b11, 2);
      this.put(leading, 5);
      // 64 meaningful bits are written as 0.
      this.put((64 - leading - trailing) & 63, 6);
    }
    this.putMeaningful(xorHigh, xorLow);
  }

  private putMeaningful(xorHigh: number, xorLow: number): void {
    const { trailing } = this;
    const count = 64 - this.leading - trailing;
    if (trailing >= 32) {
      this.put(xorHigh >>> (trailing - 32), count);
      return;
    }
    if (count > 32) this.put(xorHigh >>> trailing, count - 32);
    this.put(trailing === 0 ? xorLow : (xorLow >>> trailing) | (xorHigh << (32 - trailing)), Math.min(count, 32));
  }
}

/** `leading` before the chunk has an XOR that is not zero. */
const NO_WINDOW = 0xff;

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
