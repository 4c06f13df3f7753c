import { describe, expect, it } from 'vitest';
import type { JsonObject } from './dashboard.ts';
import { isOlderDashboard } from './older-forms.ts';
import { parseDashboard } from './parse.ts';

const reference = (uid: string, more: JsonObject = {}): JsonObject => ({
  ...{ id: 4, gridPos: { x: 6, y: 2, w: 5, h: 3 }, libraryPanel: { uid, name: 'Shared errors' } },
  ...more,
});
const model = {
  ...{ id: 99, type: 'singlestat', title: 'Errors', gridPos: { x: 0, y: 0, w: 1, h: 1 } },
  targets: [{ refId: 'A', expr: 'up' }],
};

function panelOf(json: JsonObject) {
  expect(isOlderDashboard(json)).toBe(true);
  const { panels, rows } = parseDashboard(json, 'x');
  return [...panels, ...rows.flatMap((row) => row.panels)][0]!;
}

describe('a panel of a library', () => {
  it.each([
    ['by uid', { a: { uid: 'a', kind: 1, model } }],
    ['as a list', [{ uid: 'a', model }]],
  ])('is what the file brings along %s, in the place of its reference', (_, elements) => {
    const panel = panelOf({ panels: [reference('a', { type: 'row-less' })], __elements: elements as never });
    expect([panel.id, panel.type, panel.title, panel.targets[0]!.expr]).toEqual([4, 'stat', 'Errors', 'up']);
    expect(panel.position).toEqual({ x: 6, y: 2, w: 5, h: 3 });
  });

  it('is found in collapsed rows', () => {
    const row = { type: 'row', collapsed: true, title: 'R', panels: [reference('a')] };
    expect(panelOf({ panels: [row], __elements: { a: { model } } }).type).toBe('stat');
  });

  it('that did not come along says whose it is', () => {
    const panel = panelOf({ panels: [reference('b')], __elements: { a: { model } } });
    expect([panel.type, panel.title]).toEqual(['library-panel-ref', 'Shared errors']);
    expect(panelOf({ panels: [reference('constructor')] }).type).toBe('library-panel-ref');
  });
});
