import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOAT, type SampleColumns, STALE } from './columns.ts';
import { fromBits, highBits, lowBits, STALE_HIGH, STALE_LOW } from './value-bits.ts';
import { XorDecoder } from './xor-decoder.ts';
import { XorEncoder } from './xor-encoder.ts';

interface Sample {
  readonly t: number;
  /** null = staleness marker. */
  readonly v: number | null;
}

function columns(capacity = 4): SampleColumns {
  return {
    length: 0,
    t: new Float64Array(capacity),
    v: new Float64Array(capacity),
    kind: new Uint8Array(capacity),
    hasStale: false,
    reserve(count) {
      const grow = <T extends Float64Array | Uint8Array>(from: T, to: T): T => {
        to.set(from);
        return to;
      };
      const size = this.length + count;
      if (size > this.t.length) {
        Object.assign(this, {
          t: grow(this.t, new Float64Array(size)),
          v: grow(this.v, new Float64Array(size)),
          kind: grow(this.kind, new Uint8Array(size)),
        });
      }
    },
  };
}

function encode(samples: readonly Sample[]): Uint8Array {
  const encoder = new XorEncoder();
  for (const { t, v } of samples) {
    const taken = v === null ? encoder.append(t, STALE_HIGH, STALE_LOW) : encoder.append(t, highBits(v), lowBits(v));
    if (!taken) throw new Error('full');
  }
  return encoder.bytes.slice();
}

function decode(chunk: Uint8Array, start = -Infinity, end = Infinity): Sample[] {
  const decoder = new XorDecoder();
  const out = columns();
  decoder.decode({ count: decoder.load(chunk), start, end }, out);
  return Array.from({ length: out.length }, (_, i) => ({
    t: out.t[i]!,
    v: out.kind[i] === STALE ? null : out.kind[i] === FLOAT ? out.v[i]! : Number.POSITIVE_INFINITY,
  }));
}

const value = fc.oneof(
  fc.double(),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 1, 1.5, null),
);
const delta = fc.oneof(
  fc.constantFrom(1, 15_000, 8191, 8192, 8193, 65_536, 65_537, 524_288, 524_289, 2 ** 31, 2 ** 40),
  fc.integer({ min: 1, max: 100_000 }),
);
const series = fc
  .tuple(fc.integer({ min: -(2 ** 45), max: 2 ** 45 }), fc.array(fc.tuple(delta, value), { maxLength: 40 }))
  .map(([start, steps]) => {
    let t = start;
    return steps.map(([d, v]): Sample => {
      t += d;
      return { t, v };
    });
  });

describe('an XOR chunk', () => {
  it('gives back what went in', () => {
    const property = fc.property(series, (samples) => {
      expect(decode(encode(samples))).toEqual(samples);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('of one sample is Prometheus’ bytes', () => {
    // Count 1, zigzag varint of 1000 = 2000, the bits of 1.5.
    expect([...encode([{ t: 1000, v: 1.5 }])]).toEqual([0, 1, 0xd0, 0x0f, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
  });

  it('of equal steps and values needs two bits per sample', () => {
    const samples = Array.from({ length: 120 }, (_, i) => ({ t: i * 15_000, v: 7 }));
    // 2 count, 1 + 8 first, 2 bytes of delta and a bit of value, 118 samples of 2 bits.
    expect(encode(samples).length).toBe(2 + 9 + 2 + Math.ceil((1 + 118 * 2) / 8));
    expect(decode(encode(samples))).toEqual(samples);
  });

  it('keeps the sign of zero, and tells a NaN from a staleness marker', () => {
    const samples = [0, -0, Number.NaN, null, Number.NaN, null, null, 1].map((v, i) => ({ t: i, v }));
    const decoded = decode(encode(samples));
    expect(decoded).toEqual(samples);
    expect(Object.is(decoded[1]?.v, -0)).toBe(true);
  });

  it('is decoded only where it is asked for', () => {
    const samples = Array.from({ length: 10 }, (_, i) => ({ t: i * 10, v: i }));
    expect(decode(encode(samples), 25, 50)).toEqual(samples.slice(3, 6));
    expect(decode(encode(samples), 30, 50)).toEqual(samples.slice(3, 6));
  });

  it('is full before it is longer than 1024 bytes', () => {
    const encoder = new XorEncoder();
    let i = 0;
    while (encoder.append(i * 2 ** 33 + i * i * 7_000_000, highBits(Math.sin(i)), lowBits(Math.sin(i)))) i++;
    expect(encoder.bytes.length).toBeLessThanOrEqual(1024);
    expect(encoder.bytes.length).toBeGreaterThan(1024 - 2 * 19);
    expect(decode(encoder.bytes)).toHaveLength(i);
  });

  it('that is cut off says so', () => {
    const chunk = encode(Array.from({ length: 20 }, (_, i) => ({ t: i * i, v: Math.sqrt(i) })));
    expect(() => decode(chunk.subarray(0, chunk.length - 3))).toThrow('malformed XOR chunk: it ends too early');
    expect(() => decode(chunk.subarray(0, 1))).toThrow('it has no sample count');
  });

  it('with the bits of any bytes never hangs or reads elsewhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(String(error)).toContain('malformed XOR chunk');
        }
      }),
    );
  });
});

describe('value bits', () => {
  it('round trip', () => {
    const property = fc.property(fc.double(), (v) => {
      expect(fromBits(highBits(v), lowBits(v))).toBe(v);
    });
    fc.assert(property);
  });
});
