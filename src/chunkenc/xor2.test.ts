import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from './value-bits.ts';
import { decodeXor2 } from './xor2-decoder.ts';
import { Xor2Encoder } from './xor2-encoder.ts';

interface Sample {
  readonly t: number;
  /** null = staleness marker. */
  readonly v: number | null;
  readonly start: number;
}

function encode(samples: readonly Sample[]): Uint8Array {
  const encoder = new Xor2Encoder();
  for (const { t, v, start } of samples) {
    const bits = v === null ? ([STALE_HIGH, STALE_LOW] as const) : ([highBits(v), lowBits(v)] as const);
    if (!encoder.append(t, ...bits, start)) throw new Error('full');
  }
  return encoder.bytes.slice();
}

function decode(data: Uint8Array, start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY): Sample[] {
  const samples: { t: number; v: number | null; start: number }[] = [];
  decodeXor2(
    data,
    { start, end },
    {
      get length() {
        return samples.length;
      },
      pushFloat: (t, v) => samples.push({ t, v, start: 0 }),
      pushStale: (t) => samples.push({ t, v: null, start: 0 }),
      setStart: (i, began) => {
        samples[i]!.start = began;
      },
    },
  );
  return samples;
}

const value = fc.oneof(
  fc.double(),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, Number.NaN, Infinity, 1, 1, 1, 1, null, null),
);
const step = fc.oneof(
  fc.constantFrom(15_000, 15_000, 15_000, 1, 4095, 4096, 4097, 524_287, 524_288, 2 ** 40),
  fc.integer({ min: 1, max: 100_000 }),
);
const series = fc
  .tuple(
    fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
    fc.array(fc.tuple(step, value, fc.constantFrom(0, 0, 5, 1_700_000_000_000, null)), { maxLength: 40 }),
  )
  .map(([from, steps]) => {
    let t = from;
    return steps.map(([delta, v, start]): Sample => {
      const before = t;
      t += delta;
      return { t, v, start: start ?? before };
    });
  });

describe('an XOR2 chunk', () => {
  it('gives back what went in, with start times', () => {
    const property = fc.property(series, (samples) => {
      expect(decode(encode(samples))).toEqual(samples);
      const [from, to] = [samples[2]?.t ?? 0, samples[9]?.t ?? 0];
      expect(decode(encode(samples), from, to)).toEqual(samples.filter(({ t }) => t >= from && t <= to));
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('keeps a first change of the start time that comes late, or after the 127th sample', () => {
    for (const change of [1, 2, 126, 127, 128, 140]) {
      const samples = Array.from({ length: 150 }, (_, i) => ({
        t: i * 1000,
        v: 1,
        start: i < change ? 0 : i * 1000 - 1,
      }));
      expect(decode(encode(samples))).toEqual(samples);
    }
  });

  it('needs one bit for a sample of equal step, value and start time', () => {
    const samples = Array.from({ length: 120 }, (_, i) => ({ t: i * 15_000, v: 7, start: 1 }));
    // 3 header, 1 + 8 first, 1 its start time, 2 bytes of step and a bit of value, 118 bits.
    expect(encode(samples).length).toBe(3 + 9 + 1 + 2 + Math.ceil((1 + 118) / 8));
  });

  it('of three samples is Prometheus’ bytes', () => {
    const samples = [
      { t: 1000, v: 1.5, start: 990 },
      { t: 2000, v: 1.5, start: 990 },
      { t: 3000, v: null, start: 990 },
    ];
    // Count 3, first start time known; time 1000, 1.5, 1000 - 990; step 1000; 0 value, 11111 marker.
    const bytes = [0, 3, 0x80, 0xd0, 0x0f, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 20, 0xe8, 0x07, 0b01111100];
    expect([...encode(samples)]).toEqual(bytes);
  });

  it('is full before it is longer than 1024 bytes', () => {
    const encoder = new Xor2Encoder();
    let i = 0;
    while (encoder.append(i * 2 ** 33 + i * i * 7_000_000, highBits(Math.sin(i)), lowBits(Math.sin(i)), i * i)) i++;
    expect(encoder.bytes.length).toBeLessThanOrEqual(1024);
    expect(encoder.bytes.length).toBeGreaterThan(1024 - 2 * 28);
    expect(decode(encoder.bytes)).toHaveLength(i);
  });

  it('that is cut off says so', () => {
    const chunk = encode(Array.from({ length: 20 }, (_, i) => ({ t: i * i, v: Math.sqrt(i), start: i })));
    expect(() => decode(chunk.subarray(0, chunk.length - 3))).toThrow('malformed XOR2 chunk: it ends too early');
    expect(() => decode(chunk.subarray(0, 2))).toThrow('malformed XOR2 chunk: its header is cut off');
  });
});
