import { describe, expect, it } from 'vitest';
import { formatFloat } from './float.ts';

describe('a float with a precision, as Go 1.26 prints it', () => {
  it.each([
    [0.5, 'f', 0, '0'],
    [1.5, 'f', 0, '2'],
    [2.5, 'f', 0, '2'],
    [0.25, 'f', 1, '0.2'],
    [-0.125, 'f', 2, '-0.12'],
    [1e21, 'f', 1, '1000000000000000000000.0'],
    [5e-324, 'e', 3, '4.941e-324'],
    [9.996, 'e', 2, '1.00e+01'],
    [1e-12, 'g', 17, '9.9999999999999998e-13'],
    [999.99, 'g', 4, '1000'],
    [99999, 'g', 4, '1e+05'],
    [0.0001234, 'g', 2, '0.00012'],
    [0.00001234, 'g', 2, '1.2e-05'],
    [100, 'g', 0, '1e+02'],
    [0, 'g', 4, '0'],
    [-0, 'f', 1, '-0.0'],
    [1048576, 'g', -1, '1.048576e+06'],
    [Number.NaN, 'f', 2, 'NaN'],
    [-Infinity, 'g', 4, '-Inf'],
  ] as const)('%s as %s with %s is %s', (value, format, precision, text) => {
    expect(formatFloat(value, format, precision)).toBe(text);
  });
});
