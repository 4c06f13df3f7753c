import { describe, expect, it } from 'vitest';
import { annotationsOf, parseAnnotations, showsOn } from './annotations.ts';
import type { JsonObject } from './dashboard.ts';

function definition(rest: JsonObject = {}) {
  return parseAnnotations([{ name: 'Deploys', expr: 'deploys', ...rest }])[0]!;
}

function found(values: readonly (readonly [number, string])[], rest: JsonObject = {}) {
  const data = { resultType: 'matrix', result: [{ metric: { app: 'web', version: '7' }, values }] } as const;
  return annotationsOf(data, definition(rest), 60_000);
}

describe('annotations', () => {
  it('are those of a file that a query finds', () => {
    const all = parseAnnotations([
      { builtIn: 1, name: 'Annotations & Alerts', expr: 'x' },
      { name: 'Grafana', datasource: { uid: '-- Grafana --' } },
      { name: 'A', target: { expr: 'a' }, enable: false, hide: true, tagKeys: 'app, env', iconColor: 'blue' },
    ]);
    expect(all).toEqual([
      expect.objectContaining({
        name: 'A',
        expr: 'a',
        enabled: false,
        hidden: true,
        tagKeys: ['app', 'env'],
        color: 'blue',
      }),
    ]);
  });

  it('are samples above zero, neighbours within a step being one event', () => {
    expect(
      found([
        [60, '1'],
        [120, '1'],
        [180, '0'],
        [240, 'NaN'],
        [300, '2'],
      ]).map(({ start, end }) => [start, end]),
    ).toEqual([
      [60_000, 120_000],
      [300_000, 300_000],
    ]);
  });

  it('stand at the time that their value says, once', () => {
    const times = found(
      [
        [60, '1700000000000'],
        [120, '1700000000000'],
        [180, '1700000050000'],
      ],
      { useValueForTime: true },
    );
    expect(times.map(({ start, end }) => [start, end])).toEqual([
      [1_700_000_000_000, 1_700_000_000_000],
      [1_700_000_050_000, 1_700_000_050_000],
    ]);
  });

  it('say what their labels say', () => {
    const [one] = found([[60, '1']], {
      titleFormat: '{{app}} {{ gone }}',
      textFormat: 'now {{version}}',
      tagKeys: 'app,gone',
    });
    expect(one).toMatchObject({ title: 'web ', text: 'now 7', tags: ['web'] });
    expect(found([[60, '1']])[0]).toMatchObject({ title: 'Deploys', text: '', tags: [] });
  });

  it('are drawn on the panels that they name', () => {
    const shown = (filter: JsonObject) => [1, 2].map((id) => showsOn(definition({ filter }), id));
    expect(shown({ ids: [1] })).toEqual([true, false]);
    expect(shown({ ids: [1], exclude: true })).toEqual([false, true]);
    expect(showsOn(definition(), 5)).toBe(true);
  });
});
