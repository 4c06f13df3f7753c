import { describe, expect, it } from 'vitest';
import { colorRamp } from './color-ramp.ts';
import { parseThresholds } from './thresholds.ts';

const theme = { text: '#ffffff', background: '#000000' };

function ramp(mode: string, fixedColor = ''): string[] {
  const steps = [
    { value: null, color: '#00ff00' },
    { value: 50, color: '#ff0000' },
  ];
  const config = { color: { mode, fixedColor }, thresholds: parseThresholds({ steps }) } as never;
  return colorRamp({ config, min: 0, max: 100, name: 'disk' }, theme);
}

describe('the colors along a bar', () => {
  it('change where a threshold stands', () => {
    expect(ramp('thresholds')).toEqual([...Array(12).fill('#00ff00'), ...Array(12).fill('#ff0000')]);
  });

  it('go through a scale from its first to its last color', () => {
    const scale = ramp('continuous-GrYlRd');
    expect([scale[0], scale.at(-1)]).toEqual(['#73bf69', '#f2495c']);
    expect(new Set(scale).size).toBe(24);
  });

  it('are all the same for a fixed color', () => {
    expect(new Set(ramp('fixed', '#123456'))).toEqual(new Set(['#123456']));
  });
});
