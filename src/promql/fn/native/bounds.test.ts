import { describe, expect, it } from 'vitest';
import { boundAt } from './bounds.ts';

describe('the bounds of exponential buckets', () => {
  it('are those of Prometheus to the last bit, which are not always the nearest floats', () => {
    const row = (schema: number, ...indexes: number[]) => indexes.map((index) => boundAt(index, schema));
    expect(row(1, -1, 1)).toEqual([0.7071067811865475, 2 * 0.7071067811865475]);
    expect(row(3, -7, -6, -5, -4, -3, -2, -1)).toEqual([
      0.5452538663326288, 0.5946035575013605, 0.6484197773255048, 0.7071067811865475, 0.7711054127039704,
      0.8408964152537144, 0.9170040432046711,
    ]);
    expect(row(8, -255, -254, -128, -127, -126, -1)).toEqual([
      0.5013556375251013, 0.5027149505564014, 0.7071067811865475, 0.7090239421602076, 0.7109463010845827,
      0.9972960560854698,
    ]);
  });

  it('are powers of two where the index is one of whole ones, up to the largest float and infinity', () => {
    expect([boundAt(3, 0), boundAt(-2, -2), boundAt(16, 3), boundAt(-8, 3)]).toEqual([8, 2 ** -8, 4, 0.5]);
    expect([boundAt(1024, 0), boundAt(64, -4), boundAt(8192, 3)]).toEqual(Array(3).fill(Number.MAX_VALUE));
    expect([boundAt(1025, 0), boundAt(65, -4), boundAt(8193, 3)]).toEqual(Array(3).fill(Number.POSITIVE_INFINITY));
    expect(boundAt(8191, 3)).toBe(0.9170040432046711 * 2 * 2 ** 1023);
  });
});
