import { expect, it } from 'vitest';
import { formatHexFloat } from './hex-float.ts';

it.each([
  [0, -1, '0x0p+00'],
  [-0, 2, '-0x0.00p+00'],
  [1.5, -1, '0x1.8p+00'],
  [0.1, -1, '0x1.999999999999ap-04'],
  [5e-324, -1, '0x1p-1074'],
  [1.96875, 1, '0x1.0p+01'],
  [1.03125, 1, '0x1.0p+00'],
  [1.09375, 1, '0x1.2p+00'],
  [1, 15, '0x1.000000000000000p+00'],
  [Number.NEGATIVE_INFINITY, -1, '-Inf'],
])('%d with precision %d is %s', (value, precision, text) => {
  expect(formatHexFloat(value, precision)).toBe(text);
});
