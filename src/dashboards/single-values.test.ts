import { beforeAll, describe, expect, it } from 'vitest';
import type { Json, Target } from './dashboard.ts';
import { type DataFrame, framesOf } from './frames.ts';
import { parseDashboard } from './parse.ts';
import { loadPatternEngine } from './pattern.ts';
import { type SingleValueInput, singleValues } from './single-values.ts';
import { formattedText } from './units.ts';

// Only the engine knows that a pattern is not valid.
beforeAll(loadPatternEngine);

const THEME = { text: '#dddddd', background: '#000000' };

function panelWith(options: Json, defaults: Json = {}) {
  const json = {
    panels: [{ type: 'stat', options, fieldConfig: { defaults, overrides: [] }, targets: [{ expr: 'x' }] }],
  };
  return parseDashboard(json as Json, 'x').panels[0]!;
}

const TARGET: Target = panelWith({}).targets[0]!;

function series(values: readonly string[], device: string): DataFrame[] {
  const points = values.map((value, i) => [i, value] as const);
  const target = { ...TARGET, legendFormat: '{{device}}' };
  return framesOf({ resultType: 'matrix', result: [{ metric: { device }, values: points }] }, target);
}

function shown(input: Omit<SingleValueInput, 'theme' | 'ends'> & Partial<SingleValueInput>): string[] {
  return singleValues({ theme: THEME, ends: 'hundred', ...input }).map(
    ({ name, display, min, max, color }) => `${name}: ${formattedText(display)} of ${min}..${max} ${color}`,
  );
}

describe('the numbers of a panel', () => {
  const frames = [...series(['1', '5', 'NaN'], 'sda'), ...series(['2', '3'], 'sdb')];

  it('are the last values of all series', () => {
    expect(shown({ panel: panelWith({}), frames })).toEqual(['sda: 5 of 0..100 #73bf69', 'sdb: 3 of 0..100 #73bf69']);
  });

  it('are measured on all numbers of the panel, or on those of their own field', () => {
    const of = (defaults: Json) => shown({ panel: panelWith({}, defaults), frames, ends: 'data' });
    expect(of({}).map((text) => text.split(' ')[3])).toEqual(['1..5', '1..5']);
    expect(of({ fieldMinMax: true }).map((text) => text.split(' ')[3])).toEqual(['1..5', '2..3']);
    expect(of({ fieldMinMax: true, max: 9 }).map((text) => text.split(' ')[3])).toEqual(['1..9', '2..9']);
    const chosen = panelWith({ reduceOptions: { fields: 'sdb' } });
    expect(shown({ panel: chosen, frames, ends: 'data' })).toEqual(['sdb: 3 of 1..5 #73bf69']);
  });

  it('are what the calculations make of them, with unit, ends and thresholds', () => {
    const steps = [
      { value: null, color: 'green' },
      { value: 2.9, color: 'red' },
    ];
    const defaults = { unit: 'bytes', color: { mode: 'thresholds' }, thresholds: { steps } };
    expect(
      shown({ panel: panelWith({ reduceOptions: { calcs: ['max', 'mean'] } }, defaults), frames, ends: 'data' }),
    ).toEqual([
      'sda: 5 B of 1..5 #f2495c',
      'sda: 3 B of 1..5 #f2495c',
      'sdb: 3 B of 1..5 #f2495c',
      'sdb: 2.5 B of 1..5 #73bf69',
    ]);
  });

  it('end at 1 for shares', () => {
    expect(
      shown({ panel: panelWith({}, { unit: 'percentunit' }), frames: series(['0.25'], 'sda'), ends: 'data' }),
    ).toEqual(['sda: 25% of 0..1 #73bf69']);
  });

  it('are chosen by name', () => {
    expect(shown({ panel: panelWith({ reduceOptions: { fields: '/^sdb$/' } }), frames })).toHaveLength(1);
    expect(shown({ panel: panelWith({ reduceOptions: { fields: 'sda' } }), frames })).toHaveLength(1);
    expect(shown({ panel: panelWith({ reduceOptions: { fields: '/[/' } }), frames })).toEqual([]);
  });

  it('are all lines of a table, named by its texts', () => {
    const metric = (device: string) => ({ metric: { device }, value: [1, '7'] as const });
    const table = framesOf(
      { resultType: 'vector', result: [metric('sda'), metric('sdb')] },
      { ...TARGET, format: 'table' },
    );
    const options = { reduceOptions: { values: true, limit: 1 } };
    expect(shown({ panel: panelWith(options), frames: table })).toEqual(['sda: 7 of 0..100 #73bf69']);
  });

  it('take a mapping’s text and color, and the text for no value', () => {
    const mappings = [{ type: 'value', options: { '5': { text: 'five', color: 'blue' } } }];
    expect(shown({ panel: panelWith({}, { mappings }), frames: series(['5'], 'a') })).toEqual([
      'a: five of 0..100 #5794f2',
    ]);
    expect(shown({ panel: panelWith({}, { noValue: 'none' }), frames: series(['NaN'], 'a') })).toEqual([
      'a: none of 0..100 #73bf69',
    ]);
  });
});
