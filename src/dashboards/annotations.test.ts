import { describe, expect, it } from 'vitest';
import { alertAnnotations, annotationsOf, storedAnnotations } from './annotation-events.ts';
import { type Annotation, parseAnnotations, showsOn } from './annotations.ts';
import type { JsonObject } from './dashboard.ts';

function definition(rest: JsonObject = {}) {
  return parseAnnotations([{ name: 'Deploys', expr: 'deploys', ...rest }])[0]!;
}

function found(values: readonly (readonly [number, string])[], rest: JsonObject = {}) {
  const data = { resultType: 'matrix', result: [{ metric: { app: 'web', version: '7' }, values }] } as const;
  return annotationsOf(data, definition(rest), 60_000);
}

describe('annotations', () => {
  it('are those of a file that a query finds, and those that are stored', () => {
    const all = parseAnnotations([
      { builtIn: 1, name: 'Annotations & Alerts', expr: 'x', enable: false },
      { name: 'Deploys', datasource: { uid: '-- Grafana --' }, target: { type: 'tags', tags: ['ci'], matchAny: true } },
      { name: 'Nothing' },
      { name: 'A', target: { expr: 'a' }, enable: false, hide: true, tagKeys: 'app, env', iconColor: 'blue' },
    ]);
    expect(all).toEqual([
      expect.objectContaining({
        ...{ name: 'Annotations & Alerts', expr: '', enabled: false, color: 'rgba(0, 211, 255, 1)' },
        stored: { of: 'dashboard', tags: [], matchAny: false, limit: 100 },
      }),
      expect.objectContaining({
        ...{ name: 'Deploys', enabled: true },
        stored: { of: 'tags', tags: ['ci'], matchAny: true, limit: 100 },
      }),
      expect.objectContaining({
        stored: null,
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

  const event = (filter: JsonObject | null, kept?: Annotation['kept']): Annotation => ({
    ...{ start: 1, end: 1, title: '', text: '', tags: [], source: definition(filter === null ? {} : { filter }) },
    ...(kept === undefined ? {} : { kept, source: parseAnnotations([])[0]! }),
  });

  it('are drawn on the panels that they name', () => {
    const shown = (filter: JsonObject) => [1, 2].map((id) => showsOn(event(filter), id));
    expect(shown({ ids: [1] })).toEqual([true, false]);
    expect(shown({ ids: [1], exclude: true })).toEqual([false, true]);
    expect(showsOn(event(null), 5)).toBe(true);
  });

  it('that were made on a panel are drawn there only, those of the dashboard on all', () => {
    const kept = (panelId: number) => ({ id: 1, panelId, text: '' });
    expect([1, 2].map((id) => showsOn(event(null, kept(2)), id))).toEqual([false, true]);
    expect([1, 2].map((id) => showsOn(event(null, kept(0)), id))).toEqual([true, true]);
  });

  it('that are stored have the first line of their text as title', () => {
    const stored = { id: 7, dashboardUID: 'd', panelId: 2, time: 5, timeEnd: 9, text: 'Deploy\nby hand', tags: ['ci'] };
    expect(storedAnnotations([stored], parseAnnotations([])[0]!)).toEqual([
      expect.objectContaining({
        ...{ start: 5, end: 9, title: 'Deploy', text: 'by hand', tags: ['ci'] },
        kept: { id: 7, panelId: 2, text: 'Deploy\nby hand' },
      }),
    ]);
  });

  it('of an Alertmanager last from the beginning of the alert', () => {
    const alert = (startsAt: string) => ({
      ...{ labels: { alertname: 'Down', app: 'web' }, annotations: { summary: 'gone' }, startsAt },
    });
    const alerts = [alert('1970-01-01T00:01:00Z'), alert('1970-01-01T00:09:00Z')];
    expect(alertAnnotations(alerts, definition({ tagKeys: 'app' }), 120_000)).toEqual([
      expect.objectContaining({ start: 60_000, end: 120_000, title: 'Down', text: 'gone', tags: ['web'] }),
    ]);
  });
});
