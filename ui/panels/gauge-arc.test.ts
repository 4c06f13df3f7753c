import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#dashboards/dashboard';
import { fieldConfig } from '#dashboards/field-config';
import { parseThresholds } from '#dashboards/thresholds';
import { panelOf, series } from '#test/panels';
import { arcPath, dialName, dialsWish, gaugeMarks, gaugeSegments } from './gauge-arc.ts';

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

  it('has a least size along the line of gauges, where its panel sets one', () => {
    const least = (options: JsonObject) => dialsWish(panelOf('gauge', options)).least;
    const sizes = { minVizWidth: 120, minVizHeight: 90 };
    expect(least({ ...sizes, sizing: 'manual', orientation: 'vertical' })).toEqual({ width: 120, height: 0 });
    expect(least({ ...sizes, sizing: 'manual', orientation: 'horizontal' })).toEqual({ width: 0, height: 90 });
    expect(least({ sizing: 'manual', orientation: 'vertical' })).toEqual({ width: 75, height: 0 });
    expect(least({ ...sizes, sizing: 'manual' })).toBeUndefined();
    expect(least({ ...sizes, sizing: 'auto', orientation: 'vertical' })).toBeUndefined();
  });

  it('has a name beside others, in the size that its panel sets', () => {
    expect(dialName(panelOf('gauge'), 1)).toBeNull();
    expect(dialName(panelOf('gauge'), 2)).toEqual({ size: 12, room: 18 });
    expect(dialName(panelOf('gauge', { text: { titleSize: 20 } }), 2)).toEqual({ size: 20, room: 30 });
  });

  it('is marked with its ends and the thresholds between them', () => {
    const marks = (mode: string, unit: string) => {
      const steps = [
        { value: null, color: 'green' },
        { value: 0.3, color: 'orange' },
        { value: 60, color: 'orange' },
        { value: 500, color: 'red' },
      ];
      const frame = series('a', [[0, 1]]);
      const config = fieldConfig(panelOf('gauge', {}, { unit, thresholds: { mode, steps } }), frame, frame.fields[1]!);
      return gaugeMarks({ config, min: 0, max: 200 }).map(({ share, text }) => [share, text]);
    };
    expect(marks('absolute', 's')).toEqual([
      [0, '0 s'],
      [0.0015, '300 ms'],
      [0.3, '1 min'],
      [1, '3.33 mins'],
    ]);
    expect(marks('percentage', 'short')).toEqual([
      [0, '0'],
      [0.003, '0.6'],
      [0.6, '120'],
      [1, '200'],
    ]);
  });
});
