import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatByteSize, parseByteSize } from './byte-size.ts';

describe('a size in bytes', () => {
  it.each([
    ['0', 0],
    ['0B', 0],
    ['15MB', 15 * 2 ** 20],
    ['15MiB', 15 * 2 ** 20],
    ['1GB512MB', 1.5 * 2 ** 30],
    ['1.5KB', 1536],
    ['100B', 100],
    ['-1KB', -1024],
    ['2EB', 2 * 2 ** 60],
  ])('reads %s as %d', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each([
    ['100', 'units: unknown unit  in 100'],
    ['1kB', 'units: unknown unit kB in 1kB'],
    ['1M', 'units: unknown unit M in 1M'],
    ['', 'units: invalid '],
    ['MB', 'units: invalid MB'],
    ['9EB', 'units: overflow parsing unit'],
  ])('refuses %j: %s', (text, message) => {
    expect(() => parseByteSize(text)).toThrow(expect.objectContaining({ message, kind: 'bad-config' }));
  });

  it.each([
    [0, '0B'],
    [100, '100B'],
    [1024, '1KiB'],
    [1536, '1KiB512B'],
    [15 * 2 ** 20, '15MiB'],
    [2 ** 60, '1EiB'],
  ])('prints %d as %s', (bytes, text) => {
    expect(formatByteSize(bytes)).toBe(text);
  });

  it('reads back what it prints', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (bytes) => parseByteSize(formatByteSize(bytes)) === bytes));
  });
});
