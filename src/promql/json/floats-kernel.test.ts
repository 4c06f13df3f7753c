import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '#lib/byte-writer';
import { formatSampleValue } from '#lib/go-format';
import { floatsKernel } from './floats-kernel.ts';
import { seconds, stepTimes } from './step-times.ts';

const START = 1_700_000_000_500;

interface Written {
  readonly text: string;
  /** Of each step. */
  readonly starts: readonly number[];
}

function written(values: Float64Array, present: Uint8Array | null = null): Written {
  const writer = new ByteWriter();
  writer.ascii('before');
  const table = new Uint32Array(values.length + 1);
  const columns = { values: Float64Array.of(7, ...values), present, histograms: null, base: 1 };
  const times = stepTimes({ start: START, step: 500, count: values.length });
  expect(floatsKernel()!.write(writer, columns, times, { table, at: 1 })).toBe(true);
  const text = new TextDecoder().decode(writer.take());
  expect(text.slice(0, 6)).toBe('before');
  return { text: text.slice(6), starts: [...table.subarray(1)].map((start) => start - 6) };
}

function expected(values: Float64Array, present: Uint8Array | null = null): Written {
  const starts: number[] = [];
  let text = '';
  values.forEach((value, i) => {
    starts.push(text.length);
    if (present === null || present[i + 1] === 1) {
      text += `,[${seconds(START + i * 500)},"${formatSampleValue(value)}"]`;
    }
  });
  return { text, starts };
}

const odd = fc.constantFrom(
  ...[0, -0, 0.5, -0.25, 1e-6, 9.999e-7, 5e-324, 2 ** 53, 2 ** 53 + 2, 1e21, 99_999_999, 100_000_000, 1e15 + 0.5],
  ...[0.1, 0.30000000000000004, 1e23, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
);
const bits = fc
  .tuple(fc.nat(0xffffffff), fc.nat(0xffffffff))
  .map(([high, low]) => new Float64Array(Uint32Array.of(low, high).buffer)[0]!);
const decimals = fc.tuple(fc.integer(), fc.nat(12)).map(([whole, places]) => whole / 10 ** places);
const ratios = fc.tuple(fc.integer(), fc.integer({ min: 1, max: 100_000 })).map(([a, b]) => a / b);

describe('the kernel that writes floats', () => {
  it('writes what the slow way does, whatever the numbers', () => {
    const value = fc.oneof(odd, bits, decimals, ratios, fc.double(), fc.maxSafeInteger());
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), (list) => {
        const values = Float64Array.from(list);
        expect(written(values)).toEqual(expected(values));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves out steps without a value and tells where each begins, over more steps than are written at a time', () => {
    const values = Float64Array.from({ length: 2500 }, (_, i) => (i % 7 === 0 ? i : Math.sqrt(i)));
    const present = Uint8Array.from({ length: 2501 }, (_, i) => (i % 3 === 0 ? 0 : 1));
    expect(written(values, present)).toEqual(expected(values, present));
  });

  it('is not for more steps than a query has', () => {
    const values = new Float64Array(1 << 14);
    const times = stepTimes({ start: 0, step: 1, count: values.length });
    const writer = new ByteWriter();
    expect(floatsKernel()!.write(writer, { values, present: null, histograms: null, base: 0 }, times, null)).toBe(
      false,
    );
    expect(writer.length).toBe(0);
  });
});
