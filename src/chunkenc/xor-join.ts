import { kernelHeap } from '#lib/kernel-heap';
import { ByteReader } from '#lib/varint';
import { MAX_CHUNK_BYTES } from './encoding.ts';
import { XorDecoder } from './xor-decoder.ts';
import { XorSample } from './xor-sample.ts';
import { XorStates } from './xor-states.ts';

const COUNT_BITS = 16;
const LONGEST = Number.POSITIVE_INFINITY;

/** Where a chunk, or what was joined so far, ends: how many samples, and the last one. */
interface ChunkEnd {
  readonly samples: number;
  /** Where in the chunk the bits end, the sample count counted in. */
  readonly bits: number;
  readonly t: number;
  /** From the sample before the last one; 0 where there is none. */
  readonly delta: number;
  readonly high: number;
  readonly low: number;
}

/**
 * Puts XOR chunks together without encoding their samples again: of a later chunk only the first two timestamps and the
 * first value depend on what stands before them; all other bits are copied. Needs the kernel.
 */
export class XorJoiner {
  private readonly states: XorStates;
  private readonly decoder = new XorDecoder();
  private readonly sample = new XorSample();
  private readonly out = new BitWriter(2 * MAX_CHUNK_BYTES);

  private constructor(states: XorStates) {
    this.states = states;
  }

  /** Null where there is no kernel. */
  static create(): XorJoiner | null {
    const heap = kernelHeap();
    const states = heap && XorStates.create(heap, 1);
    return states && new XorJoiner(states);
  }

  /** One chunk with the samples of all, which are in order of time. Throws `corrupt-data` as the decoder does. */
  join(chunks: readonly Uint8Array[]): Uint8Array {
    const { out } = this;
    out.clear();
    let before: ChunkEnd | null = null;
    for (const chunk of chunks) {
      const end = this.endOf(chunk);
      if (before === null) out.copy(chunk, 0, end.bits);
      else this.append(chunk, end, before);
      before = before === null ? end : joinedEnd(before, end);
    }
    return out.finished(before?.samples ?? 0);
  }

  private endOf(chunk: Uint8Array): ChunkEnd {
    const { states, decoder } = this;
    const count = decoder.load(chunk);
    states.begin(0, 1);
    decoder.resume(states.addressOf(0), { count, end: LONGEST });
    return {
      samples: count,
      bits: COUNT_BITS + states.bitsOf(0),
      ...{ t: states.timeOf(0), delta: states.distanceOf(0) },
      ...states.valueBitsOf(0),
    };
  }

  private append(chunk: Uint8Array, end: ChunkEnd, before: ChunkEnd): void {
    const { sample, out } = this;
    const input = new ByteReader(chunk, COUNT_BITS / 8);
    const t = input.varint();
    const [high, low] = [input.u32(), input.u32()];
    sample.goOn(before);
    const delta = t - before.t;
    if (before.samples === 1) sample.second(delta, high, low);
    else sample.next(delta, high, low);
    out.put(sample);
    if (end.samples === 1) return;
    sample.time(input.uvarint());
    out.put(sample);
    out.copy(chunk, 8 * input.at, end.bits);
  }
}

/** The delta of a chunk of one sample is not its own. */
function joinedEnd(before: ChunkEnd, end: ChunkEnd): ChunkEnd {
  const delta = end.samples === 1 ? end.t - before.t : end.delta;
  return { ...end, delta, samples: before.samples + end.samples };
}

/** Bits one behind the other. */
class BitWriter {
  private bytes: Uint8Array;
  private bits = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  clear(): void {
    this.bytes.fill(0);
    this.bits = 0;
  }

  put({ words, bits }: XorSample): void {
    this.reserve(bits);
    for (let i = 0, left = bits; left > 0; i++, left -= 32) this.putWord(words[i]!, Math.min(32, left));
  }

  /** Copies the bits of `from` between two places. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes } = this;
    let at = start;
    for (; at < end && (this.bits & 7) !== 0; at++) this.putBit((from[at >>> 3]! >>> (7 - (at & 7))) & 1);
    const shift = at & 7;
    let to = this.bits >>> 3;
    this.bits += end - at;
    for (let i = at >>> 3; at + 8 <= end; at += 8, i++)
      bytes[to++] = (from[i]! << shift) | ((from[i + 1] ?? 0) >>> (8 - shift));
    this.bits -= end - at;
    for (; at < end; at++) this.putBit((from[at >>> 3]! >>> (7 - (at & 7))) & 1);
  }

  /** A copy of what was written, as a chunk of so many samples. */
  finished(samples: number): Uint8Array {
    const chunk = this.bytes.slice(0, (this.bits + 7) >>> 3);
    chunk[0] = samples >>> 8;
    chunk[1] = samples & 0xff;
    return chunk;
  }

  private putWord(word: number, count: number): void {
    for (let i = 0; i < count; i++) this.putBit((word >>> (31 - i)) & 1);
  }

  private putBit(bit: number): void {
    this.bytes[this.bits >>> 3]! |= bit << (7 - (this.bits & 7));
    this.bits++;
  }

  private reserve(bits: number): void {
    const needed = ((this.bits + bits) >>> 3) + 1;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(2 * needed);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
