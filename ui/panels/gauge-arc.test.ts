import { describe, expect, it } from 'vitest';
import { parseThresholds } from '#dashboards/thresholds';
import { arcPath, gaugeSegments } from './gauge-arc.ts';

describe('a gauge', () => {
  it('is an arc', () => {
    expect(arcPath(10, 180, 270)).toBe('M-10 0 A10 10 0 0 1 0 -10');
    expect(arcPath(10, 180, 450)).toBe('M-10 0 A10 10 0 1 1 0 10');
  });

  it('has its thresholds around it, as far as they lie inside', () => {
    const segments = (mode: string) => {
      const steps = [
        { value: null, color: 'green' },
        { value: 50, color: 'orange' },
        { value: 500, color: 'red' },
      ];
      return gaugeSegments({ config: { thresholds: parseThresholds({ mode, steps }) } as never, min: 0, max: 200 });
    };
    expect(segments('absolute')).toEqual([
      { from: 0, to: 0.25, color: 'green' },
      { from: 0.25, to: 1, color: 'orange' },
    ]);
    expect(segments('percentage')[1]).toEqual({ from: 0.5, to: 1, color: 'orange' });
  });
});
