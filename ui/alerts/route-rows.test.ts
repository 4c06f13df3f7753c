import { expect, it } from 'vitest';
import type { RouteJson, RouteStepJson } from '../api/alerting.ts';
import { routeRows } from './route-rows.ts';

const node = (index: number, matchers: string, receiver: string, routes: readonly RouteJson[] = []): RouteJson => ({
  ...{ index, matchers, receiver, routes, continue: false, groupBy: [], groupWait: 0, groupInterval: 0 },
  ...{ repeatInterval: 0, muteTimeIntervals: [], activeTimeIntervals: [] },
});
const step = (index: number, verdict: RouteStepJson['verdict'], failed = ''): RouteStepJson => ({
  ...{ index, depth: 0, matchers: '', receiver: '', verdict, failed, continues: false },
});

const root = node(0, '{}', 'all', [
  node(1, '{team="db"}', 'db', [node(2, '{severity="page"}', 'page')]),
  node(3, '{team="web"}', 'web'),
  node(4, '{team=~"w.*"}', 'late'),
]);

it('says of every node of the tree what becomes of a label set there', () => {
  const walk = [step(0, 'passed'), step(1, 'no-match', 'team="db"'), step(3, 'taken'), step(4, 'not-asked')];
  const rows = routeRows(root, walk, { team: 'web' });
  expect(rows.map(({ depth, mark, why }) => [depth, mark, why])).toEqual([
    [0, 'passed', 'matches; a route below takes it'],
    [1, 'no-match', 'team="db" does not hold: team is "web"'],
    [2, 'below', 'not asked: the route above does not match'],
    [1, 'taken', 'goes to web'],
    [1, 'not-asked', 'not asked: a route before it took the alert and does not continue'],
  ]);
});

it('marks nothing while no labels are asked for, and names the label that is missing', () => {
  expect(routeRows(root, null, {}).map(({ mark, why }) => [mark, why])).toEqual(Array(5).fill(['idle', '']));
  expect(routeRows(root, [step(0, 'no-match', '"a b"="c"')], {})[0]!.why).toBe(
    '"a b"="c" does not hold: there is no label a b',
  );
});
