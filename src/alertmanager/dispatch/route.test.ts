import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { alertmanagerConfig } from '#test/alertmanager';
import { compareForMessage, compareLabelSets } from './order.ts';
import { buildRoutes, groupKey, groupLabels, matchRoutes } from './route.ts';

const TREE = buildRoutes(
  alertmanagerConfig(`
route:
  receiver: root
  group_by: [alertname]
  group_wait: 10s
  routes:
    - receiver: db
      matchers: ['team="db"']
      continue: true
      group_by: ['...']
      routes:
        - {receiver: db-critical, match: {severity: critical}, repeat_interval: 1h, mute_time_intervals: [night]}
    - {receiver: both, match_re: {team: 'db|web'}, group_by: []}
    - {receiver: unset, matchers: ['owner=""', 'team!~"db|web"']}
receivers: [{name: root}, {name: db}, {name: db-critical}, {name: both}, {name: unset}]
time_intervals: [{name: night, time_intervals: []}]
`).route,
);

const matched = (labels: Record<string, string>) => matchRoutes(TREE, Labels.from(labels));

describe('the route of an alert', () => {
  it.each([
    [{ team: 'db', severity: 'critical' }, ['db-critical', 'both']],
    [{ team: 'db' }, ['db', 'both']],
    [{ team: 'web' }, ['both']],
    [{ team: 'webb' }, ['unset']],
    [{ team: 'x', owner: 'me' }, ['root']],
    [{}, ['unset']],
  ])('%j', (labels, receivers) => {
    expect(matched(labels as Record<string, string>).map(({ receiver }) => receiver)).toEqual(receivers);
  });

  it('inherits options but neither time intervals nor matchers', () => {
    const [critical] = matched({ team: 'db', severity: 'critical' });
    expect(critical).toMatchObject({
      groupBy: 'all',
      groupWait: 10_000,
      groupInterval: 300_000,
      repeatInterval: 3_600_000,
      muteTimeIntervals: ['night'],
      key: '{}/{team="db"}/{severity="critical"}',
    });
    expect(TREE.repeatInterval).toBe(4 * 3_600_000);
  });
});

describe('the group of an alert', () => {
  const labels = Labels.from({ alertname: 'Disk "full"', team: 'web', path: 'C:\\\n' });

  it('is made of the labels of group_by that the alert has', () => {
    expect(groupKey(TREE, groupLabels(TREE, labels))).toBe('{}:{alertname="Disk \\"full\\""}');
    expect(groupKey(TREE, groupLabels(TREE, Labels.from({ other: 'x' })))).toBe('{}:{}');
  });

  it('shows match_re as upstream does', () => {
    const [both] = matched({ team: 'web' });
    expect(groupKey(both!, groupLabels(both!, labels))).toBe('{}/{team=~"^(?:db|web)$"}:{}');
  });

  it('with all labels', () => {
    const [db] = matched({ team: 'db' });
    expect(groupKey(db!, groupLabels(db!, labels))).toBe(
      '{}/{team="db"}:{alertname="Disk \\"full\\"", path="C:\\\\\\n", team="web"}',
    );
  });
});

describe('the order of alerts in a message', () => {
  it('is by job, instance and the rest; alerts without a job come last', () => {
    const sets = [{ n: '1' }, { job: 'b' }, { job: 'a', instance: 'y' }, { job: 'a', n: '0' }, { instance: 'x' }];
    const sorted = sets.map((set) => Labels.from(set)).sort(compareForMessage);
    expect(sorted.map((set) => set.toString())).toEqual([
      '{instance="y", job="a"}',
      '{job="a", n="0"}',
      '{job="b"}',
      '{instance="x"}',
      '{n="1"}',
    ]);
  });
});

describe('the order of label sets', () => {
  it('puts fewer labels first, then those that lack the first name, then values', () => {
    const sets = [{ b: '1' }, { a: '2' }, { a: '1', b: '1' }, { a: '1' }].map((set) => Labels.from(set));
    expect(sets.sort(compareLabelSets).map((set) => set.toString())).toEqual([
      '{b="1"}',
      '{a="1"}',
      '{a="2"}',
      '{a="1", b="1"}',
    ]);
  });
});
