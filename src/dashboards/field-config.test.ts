import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from './dashboard.ts';
import { displayName, displayValue, fieldConfig } from './field-config.ts';
import type { DataFrame, Field } from './frames.ts';
import { parseDashboard } from './parse.ts';
import { loadPatternEngine } from './pattern.ts';
import { parseThresholds, thresholdColor } from './thresholds.ts';

// Only the engine knows that a pattern is not valid.
beforeAll(loadPatternEngine);

function configOf(fieldConfigJson: JsonObject, field: Field = cpu) {
  const { panels } = parseDashboard({ title: 'T', panels: [{ type: 'stat', fieldConfig: fieldConfigJson }] }, 'u');
  const frame: DataFrame = { refId: 'A', length: 1, fields: [field] };
  return fieldConfig(panels[0]!, frame, field);
}

const cpu: Field = { name: 'cpu user', labels: { cpu: '0' }, type: 'number', values: Float64Array.of(12.5) };

describe('the configuration of a field', () => {
  it('is the defaults with the overrides that match it, in order', () => {
    const config = configOf({
      defaults: { unit: 'short', decimals: 1, custom: { lineWidth: 1, fillOpacity: 10 } },
      overrides: [
        { matcher: { id: 'byName', options: 'other' }, properties: [{ id: 'unit', value: 'bytes' }] },
        { matcher: { id: 'byRegexp', options: '/^CPU/i' }, properties: [{ id: 'unit', value: 'percent' }] },
        { matcher: { id: 'byFrameRefID', options: 'A' }, properties: [{ id: 'custom.lineWidth', value: 3 }] },
        { matcher: { id: 'byType', options: 'string' }, properties: [{ id: 'decimals', value: 4 }] },
        {
          matcher: { id: 'byValue', options: { reducer: 'last', op: 'gte', value: 13 } },
          properties: [{ id: 'min', value: 9 }],
        },
        { matcher: { id: 'byRegexp', options: '/(/' }, properties: [{ id: 'unit', value: 'volt' }] },
      ],
    });
    expect(config).toMatchObject({
      unit: 'percent',
      decimals: 1,
      min: null,
      custom: { lineWidth: 3, fillOpacity: 10 },
    });
  });

  it('is overridden for fields by a list of names, or for all others', () => {
    const decimalsFor = (names: string[], mode: string) =>
      configOf({
        overrides: [
          { matcher: { id: 'byNames', options: { mode, names } }, properties: [{ id: 'decimals', value: 7 }] },
        ],
      }).decimals;
    expect([decimalsFor(['cpu user'], 'include'), decimalsFor(['other'], 'include')]).toEqual([7, null]);
    expect([decimalsFor(['cpu user'], 'exclude'), decimalsFor(['other'], 'exclude')]).toEqual([null, 7]);
  });

  it('shows no zeros that say nothing, unless decimals were asked for', () => {
    expect(displayValue(configOf({ defaults: { unit: 's' } }), 90).text).toBe('1.5');
    expect(displayValue(configOf({ defaults: { unit: 's', decimals: 2 } }), 90).text).toBe('1.50');
  });

  it('names the field by its labels', () => {
    const config = configOf({ defaults: { displayName: 'CPU ${__field.labels.cpu}: ${__field.name}' } });
    expect(displayName(config, cpu)).toBe('CPU 0: cpu user');
  });

  it('maps values, ranges, patterns and what is not there', () => {
    const config = configOf({
      defaults: {
        unit: 's',
        noValue: 'nothing',
        mappings: [
          { type: 'value', options: { 0: { text: 'DOWN', color: 'red' } } },
          { type: 'range', options: { from: 5, to: 9, result: { text: 'some' } } },
          { type: 'regex', options: { pattern: '1(.)', result: { text: 'teen $1' } } },
          { type: 'special', options: { match: 'nan', result: { text: 'N/A' } } },
        ],
      },
    });
    const shown = (value: number) => displayValue(config, value).text;
    expect([0, 7, 12, Number.NaN, 3].map(shown)).toEqual(['DOWN', 'some', 'teen 2', 'N/A', '3']);
    expect(displayValue(config, 0).color).toBe('red');
  });
});

describe('thresholds', () => {
  it('color from their value on', () => {
    const steps = [
      { value: 80, color: 'red' },
      { value: null, color: 'green' },
    ];
    const thresholds = parseThresholds({ mode: 'absolute', steps });
    expect([79.9, 80, -5].map((value) => thresholdColor(thresholds, value, 0, 100))).toEqual(['green', 'red', 'green']);
    const percent = parseThresholds({ mode: 'percentage', steps });
    expect([150, 170].map((value) => thresholdColor(percent, value, 100, 180))).toEqual(['green', 'red']);
  });

  it.each([
    ['of a file without any are green, and red from 80', undefined, ['green', 'green', 'red']],
    ['whose mode alone is given are the same in percent', { mode: 'percentage' }, ['green', 'red', 'red']],
    ['without a step have no color', { mode: 'absolute', steps: [] }, ['#808080', '#808080', '#808080']],
  ])('%s', (_, written, colors) => {
    const thresholds = parseThresholds(written);
    expect([-5, 79, 80].map((value) => thresholdColor(thresholds, value, 0, 90))).toEqual(colors);
  });
});
