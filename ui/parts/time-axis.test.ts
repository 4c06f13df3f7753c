import { describe, expect, it } from 'vitest';
import { timeAxisLabels, timeLabel } from './time-axis.ts';

const MIDNIGHT = Date.UTC(2026, 2, 31);
const ticks = (from: number, step: number, count = 3) => Array.from({ length: count }, (_, i) => from + i * step);

describe('the labels of a time axis', () => {
  it('are as fine as their step', () => {
    expect(timeAxisLabels(ticks(MIDNIGHT + 50_400_000, 900_000), 'utc')).toEqual(['14:00', '14:15', '14:30']);
    expect(timeAxisLabels(ticks(MIDNIGHT + 1000, 15_000), 'utc')).toEqual(['00:00:01', '00:00:16', '00:00:31']);
    expect(timeAxisLabels(ticks(MIDNIGHT, 500), 'utc')).toEqual(['00:00:00.000', '00:00:00.500', '00:00:01.000']);
    expect(timeAxisLabels(ticks(MIDNIGHT, 86_400_000), 'utc')).toEqual(['03-31', '04-01', '04-02']);
    expect(timeAxisLabels(ticks(MIDNIGHT, 28 * 86_400_000), 'utc')).toEqual(['2026-03', '2026-04', '2026-05']);
  });

  it('say the date where a day begins', () => {
    expect(timeAxisLabels(ticks(MIDNIGHT - 7_200_000, 3_600_000, 4), 'utc')).toEqual([
      '22:00',
      '23:00',
      '03-31 00:00',
      '01:00',
    ]);
  });
});

it('a sample has its whole time', () => {
  expect(timeLabel(MIDNIGHT + 45_000, 'utc')).toBe('2026-03-31 00:00:45 UTC');
  expect(timeLabel(MIDNIGHT + 45_250, 'utc')).toBe('2026-03-31 00:00:45.250 UTC');
});
