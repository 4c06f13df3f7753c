import { expect, it } from 'vitest';
import { panelOf } from '#test/panels';
import { queryPlan } from './query-plan.ts';

const panel = panelOf('stat', {}, {}, { targets: [{ refId: 'A', expr: 'increase(x[$__range]) > $least' }] });
const scope = new Map([['least', { values: ['3'], text: '3', multi: false }]]);
const end = Date.UTC(2026, 2, 5, 12, 7, 9, 300);

it('a day in a small panel has a coarse grid, and an instant query is asked for its real end', () => {
  const range = { start: end - 86_400_000, end };
  const plan = queryPlan(panel.targets[0]!, { panel, scope, range, pixels: 300, scrapeInterval: 15_000 });
  expect(plan.expr).toBe('increase(x[86400s]) > 3');
  expect(plan.step).toBe(300_000);
  expect(new Date(plan.range.end).toISOString()).toBe('2026-03-05T12:05:00.000Z');
  expect(new Date(plan.at).toISOString()).toBe('2026-03-05T12:07:09.000Z');
});
