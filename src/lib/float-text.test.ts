import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAMPLE_VALUE_BYTES, writeSampleValue } from './float-text.ts';
import { formatSampleValue } from './go-format.ts';

function written(value: number): string {
  const bytes = new Uint8Array(1 + SAMPLE_VALUE_BYTES);
  const end = writeSampleValue(bytes, 1, value);
  expect(bytes[0]).toBe(0);
  return String.fromCharCode(...bytes.subarray(1, end));
}

function expectSame(value: number): void {
  if (written(value) !== formatSampleValue(value)) expect(written(value)).toBe(formatSampleValue(value));
}

function fromWords(high: number, low: number): number {
  return new Float64Array(Uint32Array.of(low, high).buffer)[0]!;
}

describe('sample values as bytes', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [12, '12'],
    [-1234567890123, '-1234567890123'],
    [0.1, '0.1'],
    [-123.456, '-123.456'],
    [1 / 3, '0.3333333333333333'],
    [2 / 3, '0.6666666666666666'],
    [0.000001, '0.000001'],
    [1.25e-7, '1.25e-07'],
    [0.000_012_345_678_901_234_568, '0.000012345678901234568'],
    [5e-324, '5e-324'],
    [2 ** 53, '9007199254740992'],
    [2 ** 52 - 0.5, '4503599627370495.5'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('%d is %s', (value, text) => expect(written(value)).toBe(text));

  it('are those of formatSampleValue for any float', () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(word, word, (high, low) => expectSame(fromWords(high, low))),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 1080 }), word, word, (exponent, high, low) =>
        expectSame(fromWords((exponent << 20) | (high >>> 12), low)),
      ),
      { numRuns: 10_000 },
    );
  });

  it('are those of formatSampleValue for floats beside short decimals and powers of two', () => {
    const digits = fc.integer({ min: 1, max: 9_999_999 });
    fc.assert(
      fc.property(digits, fc.integer({ min: -13, max: 18 }), (whole, exponent) => {
        const value = Number(`${whole}e${exponent}`);
        const [low, high] = new Uint32Array(Float64Array.of(value).buffer);
        for (const step of [-1, 0, 1]) expectSame(fromWords(high!, low! + step));
      }),
      { numRuns: 5000 },
    );
    for (let exponent = -30; exponent < 60; exponent++) {
      for (let odd = 1; odd < 100; odd += 2) expectSame(odd * 2 ** exponent);
    }
  });
});
