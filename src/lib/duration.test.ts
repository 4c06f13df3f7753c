import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatGoDuration, parseDuration, parseGoDuration } from './duration.ts';

describe("a duration in Prometheus' notation", () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['15s', 15_000],
    ['1m', 60_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['1d', 86_400_000],
    ['2w', 1_209_600_000],
    ['1y', 31_536_000_000],
    ['1y2w3d4h5m6s7ms', 31_536_000_000 + 1_209_600_000 + 259_200_000 + 14_400_000 + 300_000 + 6007],
    ['100s', 100_000],
  ])('reads %s as %d ms', (text, millis) => {
    expect(parseDuration(text)).toBe(millis);
  });

  it.each([
    ['', 'empty duration string'],
    ['1x', 'not a valid duration string: "1x"'],
    ['-1h', 'not a valid duration string: "-1h"'],
    ['1', 'not a valid duration string: "1"'],
    ['1.5h', 'not a valid duration string: "1.5h"'],
    ['30m1h', 'not a valid duration string: "30m1h"'],
    ['1m1m', 'not a valid duration string: "1m1m"'],
    [' 1m', 'not a valid duration string: " 1m"'],
    ['1M', 'not a valid duration string: "1M"'],
    ['99999999y', 'duration out of range'],
  ])('refuses %j: %s', (text, message) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ message, kind: 'bad-config' }));
  });

  it.each([
    [0, '0s'],
    [500, '500ms'],
    [60_000, '1m'],
    [90_000, '1m30s'],
    [5_400_000, '1h30m'],
    [86_400_000, '1d'],
    [90_000_000, '1d1h'],
    [7_776_000_000, '90d'],
    [1_209_600_000, '2w'],
    [691_200_000, '8d'],
    [31_536_000_000, '1y'],
    [34_128_000_000, '395d'],
    [-60_000, '-1m'],
  ])('prints %d ms as %s', (millis, text) => {
    expect(formatDuration(millis)).toBe(text);
  });

  it('reads back what it prints', () => {
    fc.assert(fc.property(fc.nat(9_000_000_000_000), (millis) => parseDuration(formatDuration(millis)) === millis));
  });
});

describe("a duration in Go's notation", () => {
  it.each([
    ['0', 0],
    ['1h', 3_600_000],
    ['1.5h', 5_400_000],
    ['-300ms', -300],
    ['+5s', 5000],
    ['1m1h', 3_660_000],
    ['.5s', 500],
    ['1500us', 2],
  ])('reads %s as %d ms', (text, millis) => {
    expect(parseGoDuration(text)).toBe(millis);
  });

  it.each(['', '1', '1d', 'h', '1h ', 'x1h', '1hh'])('refuses %j', (text) => {
    expect(() => parseGoDuration(text)).toThrow(`time: invalid duration ${JSON.stringify(text)}`);
  });

  it.each([
    [0, '0s'],
    [300, '300ms'],
    [1500, '1.5s'],
    [60_000, '1m0s'],
    [3_600_000, '1h0m0s'],
    [3_661_500, '1h1m1.5s'],
    [-60_000, '-1m0s'],
  ])('prints %d ms as %s', (millis, text) => {
    expect(formatGoDuration(millis)).toBe(text);
  });
});
