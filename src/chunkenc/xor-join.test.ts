import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleBuffer } from '#storage/sample-buffer';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from './value-bits.ts';
import { XorEncoder } from './xor-encoder.ts';
import { XorJoiner } from './xor-join.ts';
import { PlainXorDecoder } from './xor-plain.ts';

const joiner = kernelJoiner();

/** The kernel is compiled before tests run: without it there is nothing to judge, and that is a failure. */
function kernelJoiner(): XorJoiner {
  const made = XorJoiner.create();
  if (made === null) throw new Error('the XOR kernel is missing: run node tools/kernels.js');
  return made;
}

interface Sample {
  readonly t: number;
  readonly high: number;
  readonly low: number;
}

const value = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.double(),
  fc.constantFrom(1e300, -0, Number.POSITIVE_INFINITY, Number.NaN),
);
const bits = fc.oneof(
  value.map((v) => ({ high: highBits(v), low: lowBits(v) })),
  fc.constant({ high: STALE_HIGH, low: STALE_LOW }),
  fc.constant({ high: 0x7ff80000, low: 0x1234 }),
);
const gap = fc.oneof(
  { weight: 5, arbitrary: fc.constant(15_000) },
  fc.integer({ min: 1, max: 40_000 }),
  fc.integer({ min: 1, max: 2 ** 42 }),
);
const samples = fc.array(fc.tuple(gap, bits), { minLength: 1, maxLength: 40 });

function encoded(samples: readonly Sample[]): Uint8Array {
  const encoder = new XorEncoder();
  for (const { t, high, low } of samples) encoder.append(t, high, low);
  return encoder.bytes.slice();
}

/** The samples of a chunk, the bits of their values told apart, encoded alone. */
function decoded(chunk: Uint8Array): { readonly count: number; readonly t: number[]; readonly v: string[] } {
  const decoder = new PlainXorDecoder();
  const out = new SampleBuffer();
  const count = decoder.load(chunk);
  decoder.decode({ count, start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }, out);
  return {
    count,
    t: Array.from(out.t.subarray(0, out.length)),
    v: Array.from({ length: out.length }, (_, i) => `${out.kind[i]} ${highBits(out.v[i]!)} ${lowBits(out.v[i]!)}`),
  };
}

describe('XOR chunks that are joined', () => {
  it('have the samples of all, to the bit, whatever their lengths and distances', () => {
    const property = fc.property(
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      fc.array(samples, { minLength: 1, maxLength: 4 }),
      (start, lists) => {
        let t = start;
        const chunks = lists.map((list) =>
          encoded(
            list.map(([distance, own]) => {
              t += distance;
              return { ...own, t };
            }),
          ),
        );
        const all = chunks.map(decoded);
        expect(decoded(joiner.join(chunks))).toEqual({
          count: all.reduce((sum, { count }) => sum + count, 0),
          t: all.flatMap((one) => one.t),
          v: all.flatMap((one) => one.v),
        });
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it('take hardly more room than if they had been encoded together', () => {
    const counter = Array.from({ length: 240 }, (_, i) => ({
      t: i * 15_000,
      high: highBits(i * 7),
      low: lowBits(i * 7),
    }));
    const apart = [encoded(counter.slice(0, 120)), encoded(counter.slice(120))];
    const joined = joiner.join(apart);
    expect(joined.length).toBeLessThan(apart[0]!.length + apart[1]!.length - 10);
    expect(joined.length - encoded(counter).length).toBeLessThanOrEqual(3);
  });

  it('are refused when one of them is cut off', () => {
    const whole = encoded([1, 2, 3].map((i) => ({ t: i * 1000, high: highBits(i / 3), low: lowBits(i / 3) })));
    expect(() => joiner.join([whole, whole.subarray(0, whole.length - 6)])).toThrow('malformed');
  });
});
