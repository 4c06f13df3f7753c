import { describe, expect, it } from 'vitest';
import { toFixed } from './unit-numbers.ts';
import { formattedText, unitFormatter, withoutZeros } from './units.ts';

describe('units', () => {
  it.each([
    ['short', 0, '0'],
    ['short', 999, '999'],
    ['short', 1000, '1 K'],
    ['short', 1_234_567, '1.23 Mil'],
    ['none', 1_234_567, '1234567'],
    ['bytes', 0, '0 B'],
    ['bytes', 1024, '1 KiB'],
    ['bytes', 1536, '1.50 KiB'],
    ['bytes', 25_200_000_000, '23.5 GiB'],
    ['decbytes', 1500, '1.50 kB'],
    ['Bps', 2_500_000, '2.50 MB/s'],
    ['bps', 8000, '8 kb/s'],
    ['mbytes', 2048, '2 GiB'],
    ['percent', 12.345, '12.3%'],
    ['percentunit', 0.5, '50%'],
    ['s', 0.0025, '2.50 ms'],
    ['s', 0.000_002, '2 µs'],
    ['s', 0, '0 s'],
    ['s', 90, '1.50 mins'],
    ['s', 7200, '2 hours'],
    ['s', 86_400, '1 day'],
    ['ms', 0.5, '0.500 ms'],
    ['ms', 1500, '1.50 s'],
    ['ops', 12, '12 ops/s'],
    ['reqps', 12_000, '12K req/s'],
    ['ops', 2_500_000, '2.50M ops/s'],
    ['count:jobs', 1500, '1.50K jobs'],
    ['currency:¥', 1500, '¥1.50K'],
    ['si:mV', 1500, '1.50 V'],
    ['si:items', 1500, '1.50 kitems'],
    ['', 1_234_567, '1234567'],
    ['hertz', 2.4e9, '2.40 GHz'],
    ['celsius', 45, '45 °C'],
    ['bool_yes_no', 1, 'Yes'],
    ['currencyUSD', 1500, '$1.50K'],
    ['connections', 5, '5 connections'],
    ['suffix:items', 5, '5 items'],
    ['prefix:#', 5, '#5'],
    ['dtdurations', 93_784, '1 day'],
    ['clocks', 3723, '1h:02m:03s:000ms'],
    ['dthms', 3723, '01:02:03'],
    ['currency:financial:€', 1_234_567.5, '€1,234,567.5'],
    ['currency:financial:€:suffix', 12, '12€'],
    ['currencyUSD', -1500, '-$1.50K'],
    ['time:dddd D [of] MMMM', 0, expect.stringMatching(/^(Thursday 1 of January|Wednesday 31 of December)$/)],
    ['bool:up/down', 0, 'down'],
    ['bool:up', 0, '-'],
    ['locale', 1_234_567, '1,234,567'],
  ])('%s of %d is %s', (unit, value, text) => {
    expect(formattedText(unitFormatter(unit)(value))).toEqual(text);
  });

  it('keep the decimals that were asked for', () => {
    expect(formattedText(unitFormatter('bytes')(1024, 2))).toBe('1.00 KiB');
    expect(formattedText(unitFormatter('dtdurations')(93_784, 1))).toBe('1 day, 2 hours');
  });

  it('lose the zeros that say nothing', () => {
    const texts = ['1.50', '2.00', '100', '0.0530', '-4.0', '1,000.0', '00:10', ''];
    expect(texts.map(withoutZeros)).toEqual(['1.5', '2', '100', '0.053', '-4', '1,000.0', '00:10', '']);
  });

  it('tell how long ago', () => {
    const formatter = unitFormatter('dateTimeFromNow', () => 1_000_000);
    expect(formattedText(formatter(1_000_000 - 3 * 3600 * 1000))).toBe('3 hours ago');
  });

  it('need more decimals the smaller the number', () => {
    expect([0.0123, 0.1, 1.5, 2.5, 15.55, 155.5].map((value) => toFixed(value))).toEqual([
      '0.0123',
      '0.100',
      '1.50',
      '2.50',
      '15.6',
      '156',
    ]);
    expect([Number.NaN, Number.POSITIVE_INFINITY, -0].map((value) => toFixed(value))).toEqual(['NaN', '∞', '0']);
  });
});
