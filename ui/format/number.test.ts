import { describe, expect, it } from 'vitest';
import {
  formatByteRate,
  formatBytes,
  formatCount,
  formatSeconds,
  formatShare,
  formatShort,
  formatTick,
} from './number.ts';

describe('a short number', () => {
  it.each([
    [0, '0'],
    [1, '1'],
    [12.345, '12.3'],
    [999.4, '999'],
    [1000, '1 k'],
    [1254, '1.25 k'],
    [999_960, '1 M'],
    [-2_500_000, '-2.5 M'],
    [0.0341, '0.0341'],
    [0.00001, '1.0e-5'],
    [-0.00001, '-1.0e-5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('%d is %s', (value, text) => {
    expect(formatShort(value)).toBe(text);
  });
});

describe('a label of an axis', () => {
  it('has the decimals that its step needs', () => {
    expect(formatTick(0.25, 0.05)).toBe('0.25');
    expect(formatTick(1, 0.5)).toBe('1');
    expect(formatTick(1_795_528_776, 10)).toBe('1.79552878 G');
    expect(formatTick(1_250, 50)).toBe('1.25 k');
    expect(formatTick(1_001_000, 500)).toBe('1.001 M');
    expect(formatTick(-1_500, 500)).toBe('-1.5 k');
    expect([0, 2.5, 5, 7.5].map((value) => formatTick(value, 2.5))).toEqual(['0', '2.5', '5', '7.5']);
    expect([0.25, 0.5].map((value) => formatTick(value, 0.25))).toEqual(['0.25', '0.5']);
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [25_216_118_784, '23.5 GiB'],
    [-2048, '-2 KiB'],
    [0.5, '0.5 B'],
  ])('%d is %s', (value, text) => {
    expect(formatBytes(value)).toBe(text);
  });

  it('may be a rate', () => {
    expect(formatByteRate(2_097_152)).toBe('2 MiB/s');
  });
});

describe('a share', () => {
  it.each([
    [0, '0 %'],
    [0.256, '25.6 %'],
    [0.0512, '5.12 %'],
    [1, '100 %'],
    [-0.5, '-50 %'],
    [Number.NaN, 'NaN'],
  ])('%d is %s', (value, text) => {
    expect(formatShare(value)).toBe(text);
  });
});

describe('seconds', () => {
  it.each([
    [0, '0 s'],
    [4.54e-5, '45.4 µs'],
    [2e-9, '2 ns'],
    [0.0125, '12.5 ms'],
    [1.5, '1.5 s'],
    [150, '2.5 min'],
    [7200, '2 h'],
    [172_800, '2 d'],
  ])('%d is %s', (value, text) => {
    expect(formatSeconds(value)).toBe(text);
  });
});

it('a count has its thousands apart', () => {
  expect(formatCount(1_234_567)).toBe('1\u202f234\u202f567');
  expect(formatCount(999)).toBe('999');
});
