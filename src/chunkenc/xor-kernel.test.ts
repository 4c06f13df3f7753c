import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelHeap } from '#lib/kernel-heap';
import { SampleBuffer } from '#storage/sample-buffer';
import { scratchBuffer } from '#storage/scratch-buffer';
import type { DecodeOptions } from './columns.ts';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from './value-bits.ts';
import type { XorDecoder } from './xor-decoder.ts';
import { XorEncoder } from './xor-encoder.ts';
import { KernelXorDecoder } from './xor-kernel.ts';
import { PlainXorDecoder } from './xor-plain.ts';

type Work = (decoder: XorDecoder, out: SampleBuffer) => void;

/** The samples, with the bits of their values, or the error. */
function outcome(decoder: XorDecoder, work: Work, out = new SampleBuffer(4)): unknown {
  out.pushFloat(-1, 7);
  try {
    work(decoder, out);
  } catch (error) {
    return String(error);
  }
  const bits = new BigUint64Array(out.v.buffer, out.v.byteOffset);
  return [out.t, bits, out.kind].map((column) => column.slice(0, out.length));
}

function expectAgreement(work: Work): void {
  expect(outcome(new KernelXorDecoder(), work)).toEqual(outcome(new PlainXorDecoder(), work));
}

const whole = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

const value = fc.oneof(
  { weight: 6, arbitrary: fc.constant(7) },
  { weight: 3, arbitrary: fc.integer({ min: -50, max: 50 }) },
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, 1.5, Number.MIN_VALUE, null),
);
const delta = fc.oneof(
  { weight: 4, arbitrary: fc.constant(15_000) },
  fc.constantFrom(1, 8191, 8192, 8193, 65_535, 65_536, 65_537, 524_287, 524_288, 524_289, 2 ** 31, 2 ** 40),
  fc.integer({ min: 1, max: 100_000 }),
);
const chunk = fc
  .tuple(fc.integer({ min: -(2 ** 45), max: 2 ** 45 }), fc.array(fc.tuple(delta, value), { maxLength: 60 }))
  .map(([start, steps]) => {
    const encoder = new XorEncoder();
    const times: number[] = [];
    let t = start;
    for (const [step, v] of steps) {
      t += step;
      times.push(t);
      encoder.append(t, v === null ? STALE_HIGH : highBits(v), v === null ? STALE_LOW : lowBits(v));
    }
    return { bytes: encoder.bytes.slice(), times };
  });
const share = fc.double({ min: -0.1, max: 1.1, noNaN: true });

/** At a sample, or a moment before or after it. */
const border = fc.tuple(fc.nat(), fc.constantFrom(-1, 0, 1, 100)).map(
  ([i, distance]) =>
    (times: readonly number[]) =>
      (times[i % times.length] ?? 0) + distance,
);

const damaged = fc
  .tuple(chunk, share, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }))
  .map(([{ bytes }, kept, changes]) => {
    const copy = bytes.slice(0, Math.max(2, Math.ceil(bytes.length * kept)));
    for (const [at, byte] of changes) copy[at % copy.length] = byte;
    return copy;
  });
const madeUp = fc.uint8Array({ minLength: 2, maxLength: 80 });

describe('the kernel agrees with the decoder in TypeScript', () => {
  it('on chunks, whole and in part', () => {
    const property = fc.property(chunk, border, border, ({ bytes, times }, from, to) => {
      const range = { start: from(times), end: to(times) };
      expectAgreement((decoder, out) => decoder.decode({ count: decoder.load(bytes), ...whole }, out));
      expectAgreement((decoder, out) => decoder.decode({ count: decoder.load(bytes), ...range }, out));
      expectAgreement((decoder, out) => decoder.decodeNewest({ count: decoder.load(bytes), ...range }, out));
    });
    fc.assert(property, { numRuns: 600 });
  });

  it('on chunks in pieces of words', () => {
    const property = fc.property(chunk, fc.nat(40), ({ bytes }, cut) => {
      const words = new Uint32Array(Math.ceil(bytes.length / 4) + 1);
      new Uint8Array(words.buffer).set(bytes.subarray(2));
      const middle = Math.min(cut, words.length);
      expectAgreement((decoder, out) => {
        decoder.begin();
        decoder.addWords(words, 0, middle);
        decoder.addWords(words, middle, words.length);
        decoder.decode({ count: (bytes[0]! << 8) | bytes[1]!, ...whole }, out);
      });
    });
    fc.assert(property);
  });

  it('on chunks that are cut off, changed or made up', () => {
    const property = fc.property(fc.oneof(damaged, madeUp), fc.integer(), (bytes, end) => {
      const options = (decoder: XorDecoder): DecodeOptions => ({ count: decoder.load(bytes), ...whole, end });
      expectAgreement((decoder, out) => decoder.decode({ ...options(decoder), end: whole.end }, out));
      expectAgreement((decoder, out) => decoder.decode(options(decoder), out));
      expectAgreement((decoder, out) => decoder.decodeNewest(options(decoder), out));
    });
    fc.assert(property, { numRuns: 1500 });
  });

  it('where chunk and samples lie in the heap of the kernels', () => {
    const heap = kernelHeap()!;
    const address = heap.alloc(8000);
    const whole = chunk.map(({ bytes }) => bytes);
    const property = fc.property(
      fc.oneof(whole, damaged, madeUp),
      fc.nat(7),
      border,
      border,
      (bytes, shift, from, to) => {
        const range = { start: from([0, 1e12]), end: to([2 ** 44, 1e13]) };
        heap.u8.set(bytes, address + shift);
        const inPlace = outcome(
          new KernelXorDecoder(),
          (decoder, out) => expect(decoder.decodePlaced(address + shift, bytes.length, range, out)).toBe(true),
          scratchBuffer(),
        );
        expect(inPlace).toEqual(
          outcome(new PlainXorDecoder(), (decoder, out) => decoder.decodeChunks([{ data: bytes }], range, out)),
        );
        expect(heap.u8.slice(address + shift, address + shift + bytes.length)).toEqual(bytes);
      },
    );
    fc.assert(property, { numRuns: 600 });
    heap.release(address, 8000);
  });

  it('where the times of a damaged chunk go back', () => {
    const bytes = [0, 4, 176, 234, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 192, 118, 0, 61, 39, 82, 244, 0, 93, 224, 0, 0];
    const range = { start: 0, end: 20_000 };
    expectAgreement((decoder, out) => decoder.decode({ count: decoder.load(Uint8Array.from(bytes)), ...range }, out));
  });

  it('decodes elsewhere what the columns in the heap have no room for', () => {
    const out = new SampleBuffer(4);
    expect(new KernelXorDecoder().decodePlaced(1 << 16, 100, whole, out)).toBe(false);
    const placed = scratchBuffer();
    placed.reserve(1 << 17);
    expect(placed.place).toBeNull();
    expect(scratchBuffer().place).not.toBeNull();
  });

  it('on the longest chunk that can be stored', () => {
    const bytes = new Uint8Array(200_000);
    bytes.set([0xff, 0xff, 0x02]);
    const [kernel, plain] = [new KernelXorDecoder(), new PlainXorDecoder()].map((decoder) => {
      const out = new SampleBuffer();
      decoder.decode({ count: decoder.load(bytes), ...whole }, out);
      return [out.t, out.v, out.kind].map((column) => Buffer.from(column.slice(0, out.length).buffer));
    });
    expect(kernel!.map(({ length }) => length)).toEqual([65_535 * 8, 65_535 * 8, 65_535]);
    expect(kernel!.every((column, i) => column.equals(plain![i]!))).toBe(true);
    expectAgreement((decoder, out) => decoder.decode({ count: decoder.load(bytes.subarray(0, 9000)), ...whole }, out));
  });

  it('does not mix up the chunks of two decoders', () => {
    const [first, second] = [new KernelXorDecoder(), new KernelXorDecoder()];
    first.begin();
    second.begin();
    expect(() => first.decode({ count: 1, ...whole }, new SampleBuffer())).toThrow('right before it is decoded');
  });
});
