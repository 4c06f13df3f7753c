import { describe, expect, it } from 'vitest';
import { formatFloatE, formatFloatF, formatFloatG, formatSampleValue } from './go-format.ts';

describe('Go float formatting', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [0.1, '0.1'],
    [1e-6, '0.000001'],
    [9.9e-7, '9.9e-07'],
    [123456789012345680000, '123456789012345680000'],
    [1e21, '1e+21'],
    [-1.5e300, '-1.5e+300'],
    [5e-324, '5e-324'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('prints the sample value %d as %s', (value, text) => {
    expect(formatSampleValue(value)).toBe(text);
  });

  it('never uses an exponent in the f form', () => {
    expect(formatFloatF(1e22)).toBe('10000000000000000000000');
    expect(formatFloatF(1.25e-9)).toBe('0.00000000125');
  });

  it('switches to the exponent below 1e-4 and from 1e6 in the g form', () => {
    expect(formatFloatG(0.0001)).toBe('0.0001');
    expect(formatFloatG(0.00001)).toBe('1e-05');
    expect(formatFloatG(123456)).toBe('123456');
    expect(formatFloatG(1234567)).toBe('1.234567e+06');
  });

  it('pads the exponent to two digits in the e form', () => {
    expect(formatFloatE(1)).toBe('1e+00');
    expect(formatFloatE(1234.5)).toBe('1.2345e+03');
  });
});
