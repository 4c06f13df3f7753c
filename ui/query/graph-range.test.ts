import { describe, expect, it } from 'vitest';
import { graphRange, graphStep, steppedRange } from './graph-range.ts';
import { NEW_PANEL } from './query-url.ts';

const HOUR = 3_600_000;

describe('the step of a graph', () => {
  it('follows the density', () => {
    expect(graphStep(HOUR, { kind: 'auto', density: 'medium' })).toBe(14_000);
    expect(graphStep(HOUR, { kind: 'auto', density: 'low' })).toBe(36_000);
    expect(graphStep(HOUR, { kind: 'auto', density: 'high' })).toBe(4000);
    expect(graphStep(60_000, { kind: 'auto', density: 'high' })).toBe(1000);
  });

  it('never asks for more than 11,000 points', () => {
    const year = 365 * 24 * HOUR;
    expect(year / graphStep(year, { kind: 'fixed', step: 1000 })).toBeLessThanOrEqual(11_000);
    expect(graphStep(HOUR, { kind: 'fixed', step: 5000 })).toBe(5000);
  });
});

describe('the range of a graph', () => {
  it('ends now, on a multiple of its step', () => {
    const { range, step } = graphRange({ ...NEW_PANEL, range: HOUR }, 10_000_000_123);
    expect(step).toBe(14_000);
    expect(range.end % step).toBe(0);
    expect(10_000_000_123 - range.end).toBeLessThan(step);
  });

  it('ends exactly where it is told', () => {
    expect(graphRange({ ...NEW_PANEL, range: HOUR, end: 50_000_001 }, 0).range).toEqual({
      start: 50_000_001 - HOUR,
      end: 50_000_001,
    });
  });

  it('steps through usual lengths', () => {
    expect(steppedRange(HOUR, 1)).toBe(2 * HOUR);
    expect(steppedRange(HOUR, -1)).toBe(HOUR / 2);
    expect(steppedRange(HOUR + 1, -1)).toBe(HOUR);
    expect(steppedRange(60_000, -1)).toBe(60_000);
  });
});
