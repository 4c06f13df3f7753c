import { describe, expect, it } from 'vitest';
import { agoText, durationText, parseDurationText, roughDuration } from './duration.ts';

describe('a duration as typed', () => {
  it.each([
    ['15s', 15_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['2w', 1_209_600_000],
    ['1.5h', 5_400_000],
    ['1y', 31_536_000_000],
    ['1h 5m', 3_900_000],
  ])('%s is %d ms', (text, millis) => {
    expect(parseDurationText(text)).toBe(millis);
  });

  it.each(['', '0s', '-5m', '5', 'm', '5x', '1h30', '999y', 'NaN'])('is not %j', (text) => {
    expect(parseDurationText(text)).toBe(null);
  });

  it('prints as PromQL reads it', () => {
    expect(durationText(5_400_000)).toBe('1h30m');
    expect(durationText(8 * 86_400_000)).toBe('8d');
    expect(durationText(14 * 86_400_000)).toBe('2w');
    expect(durationText(1500)).toBe('1s500ms');
    expect(durationText(0)).toBe('0s');
  });
});

describe('how long', () => {
  it('has two units at most', () => {
    expect(roughDuration(340)).toBe('340ms');
    expect(roughDuration(12_000)).toBe('12s');
    expect(roughDuration(320_000)).toBe('5m 20s');
    expect(roughDuration(3_600_000)).toBe('1h');
    expect(roughDuration(97_200_000)).toBe('1d 3h');
    expect(roughDuration(40 * 86_400_000 + 7_200_000)).toBe('40d');
  });

  it('ago', () => {
    expect(agoText(1_000_000, 1_012_000)).toBe('12s ago');
    expect(agoText(1_000_000, 1_000_400)).toBe('just now');
    expect(agoText(1_180_000, 1_000_000)).toBe('in 3m');
    expect(agoText(Date.parse('0001-01-01T00:00:00Z'), 1_000_000)).toBe('never');
    expect(agoText(Number.NaN, 1_000_000)).toBe('never');
  });
});
