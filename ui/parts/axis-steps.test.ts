import { describe, expect, it } from 'vitest';
import { BINARY_STEPS, durationSteps } from './axis-steps.ts';

describe('the labels of an axis', () => {
  it('of durations stand where clocks have marks', () => {
    const seconds = durationSteps(1);
    expect(seconds.slice(0, 4)).toEqual([1e-9, 2e-9, 5e-9, 1e-8]);
    expect(seconds.filter((step) => step >= 0.1 && step <= 3600)).toEqual([
      ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600],
    ]);
    expect(seconds.every((step, i) => i === 0 || step > seconds[i - 1]!)).toBe(true);
    expect(durationSteps(0.001).slice(24, 30)).toEqual([100, 200, 500, 1000, 2000, 5000]);
    expect(durationSteps(3600)).toContain(0.25);
  });

  it('of bytes reach the largest limit that a process can have', () => {
    expect(BINARY_STEPS).toContain(1024);
    expect(BINARY_STEPS.at(-1)).toBeGreaterThan(2 ** 64);
    expect(BINARY_STEPS[0]).toBeLessThan(1e-5);
  });
});
