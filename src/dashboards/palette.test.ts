import { describe, expect, it } from 'vitest';
import { type FieldConfig, fieldConfig } from './field-config.ts';
import { classicColor, cssColor, fieldColor, legible, readableOn } from './palette.ts';
import { parseDashboard } from './parse.ts';

const THEME = { text: '#dddddd', background: '#000000' };

function configWith(defaults: object, type = 'stat'): FieldConfig {
  const json = { panels: [{ type, fieldConfig: { defaults, overrides: [] } }] };
  const panel = parseDashboard(json as never, 'x').panels[0]!;
  const field = { name: 'a', labels: {}, type: 'number', values: new Float64Array() } as const;
  return fieldConfig(panel, { refId: 'A', fields: [field], length: 0 }, field);
}

describe('a color', () => {
  it('has Grafana’s name, a form of CSS, or is the text’s', () => {
    expect(cssColor('green', THEME)).toBe('#73bf69');
    expect(cssColor('super-light-blue', THEME)).toBe('#c0d8ff');
    expect(cssColor('#AbC', THEME)).toBe('#AbC');
    expect(cssColor('rgba(50, 172, 45, 0.97)', THEME)).toBe('rgba(50, 172, 45, 0.97)');
    expect(cssColor('transparent', THEME)).toBe('transparent');
    expect(cssColor('text', THEME)).toBe('#dddddd');
    expect(cssColor('red;background:url(x)', THEME)).toBe('#dddddd');
    expect(cssColor('constructor', THEME)).toBe('constructor');
  });

  it('repeats after the palette’s end', () => {
    expect(classicColor(0, THEME)).toBe('#73bf69');
    expect(classicColor(24, THEME)).toBe('#73bf69');
    expect(new Set(Array.from({ length: 24 }, (_, i) => classicColor(i, THEME))).size).toBe(24);
  });

  it('follows the field’s mode', () => {
    const input = { value: 85, min: 0, max: 100, index: 2, name: 'a' };
    const steps = [
      { value: null, color: 'green' },
      { value: 80, color: 'red' },
    ];
    expect(fieldColor(configWith({ color: { mode: 'fixed', fixedColor: 'blue' } }), input, THEME)).toBe('#5794f2');
    expect(fieldColor(configWith({ color: { mode: 'thresholds' }, thresholds: { steps } }), input, THEME)).toBe(
      '#f2495c',
    );
    // Without one, series have their own colors, and values those of the thresholds.
    expect(fieldColor(configWith({}, 'timeseries'), input, THEME)).toBe('#5794f2');
    expect(fieldColor(configWith({}, 'piechart'), input, THEME)).toBe('#5794f2');
    expect(fieldColor(configWith({ thresholds: { steps } }), input, THEME)).toBe('#f2495c');
    expect(fieldColor(configWith({ thresholds: { steps } }, 'table'), input, THEME)).toBe('#f2495c');
    const middle = { ...input, value: 50 };
    expect(fieldColor(configWith({ color: { mode: 'continuous-GrYlRd' } }), middle, THEME)).toBe('#fade2a');
    expect(fieldColor(configWith({ color: { mode: 'continuous-blues' } }), { ...middle, value: -5 }, THEME)).toBe(
      '#000000',
    );
    expect(fieldColor(configWith({ color: { mode: 'palette-classic-by-name' } }), { ...input, index: 9 }, THEME)).toBe(
      fieldColor(configWith({ color: { mode: 'palette-classic-by-name' } }), input, THEME),
    );
  });

  it('says what reads on it', () => {
    expect(readableOn('#fade2a')).toBe('#111418');
    expect(readableOn('#1f60c4')).toBe('#ffffff');
    expect(readableOn('rgba(250, 222, 42, 0.9)')).toBe('#111418');
  });

  it('of text is as it is where it reads, and moves towards the text’s where it does not', () => {
    // The short form is what a minified style sheet has.
    const light = { text: '#1a1d23', background: '#fff' };
    expect(legible('#fade2a', THEME)).toBe('#fade2a');
    expect(legible('#e02f44', light)).toBe('#e02f44');
    expect(legible('#fade2a', light)).toBe('#a09127');
    expect(legible('#000000', THEME)).toBe('#636363');
  });
});
