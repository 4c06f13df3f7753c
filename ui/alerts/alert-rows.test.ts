import { describe, expect, it } from 'vitest';
import type { AlertJson } from '../api/alertmanager.ts';
import type { ActiveAlertJson, LabelSet, RuleGroupJson } from '../api/prometheus.ts';
import { alertEntries, alertRows, countAlerts, filterAlerts } from './alert-rows.ts';

function active(
  labels: LabelSet,
  state: 'firing' | 'pending' = 'firing',
  activeAt = '2026-01-01T00:00:00Z',
): ActiveAlertJson {
  return { labels, annotations: { summary: `${labels['instance']}-summary` }, state, activeAt, value: '1e+00' };
}

function group(alerts: readonly ActiveAlertJson[]): RuleGroupJson {
  const rule = {
    type: 'alerting',
    name: 'Down',
    query: 'up == 0',
    health: 'ok',
    lastEvaluation: '',
    evaluationTime: 0,
    alerts,
  } as const;
  return { name: 'g', file: 'f', interval: 1, limit: 0, evaluationTime: 0, lastEvaluation: '', rules: [rule] };
}

function received(labels: LabelSet, state: AlertJson['status']['state'] = 'active'): AlertJson {
  return {
    labels,
    annotations: {},
    fingerprint: JSON.stringify(labels),
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: '',
    updatedAt: '',
    receivers: [],
    status: { state, silencedBy: [], inhibitedBy: [] },
  };
}

const down = (instance: string): LabelSet => ({ alertname: 'Down', instance });

describe('the alerts of the page', () => {
  it('join rules with what Alertmanager knows, external labels notwithstanding', () => {
    const entries = alertEntries(
      [group([active(down('a')), active(down('b')), active(down('c'), 'pending')])],
      [received({ ...down('b'), site: 'lab' }, 'suppressed'), received({ ...down('a'), site: 'lab' })],
    );
    expect(entries.map(({ labels, state, known }) => [labels['instance'], state, known?.labels['site']])).toEqual([
      ['a', 'firing', 'lab'],
      ['b', 'suppressed', 'lab'],
      ['c', 'pending', undefined],
    ]);
  });

  it('count as firing only when nothing keeps them from being sent', () => {
    const groups = [group([active(down('a')), active(down('b')), active(down('c'), 'pending')])];
    const entries = alertEntries(groups, [received(down('a'), 'suppressed')]);
    expect(countAlerts(entries)).toEqual({ firing: 1, pending: 1, suppressed: 1 });
  });

  it('are each once, those from elsewhere among them', () => {
    const entries = alertEntries(
      [group([active(down('a'))])],
      [received(down('a')), received({ alertname: 'Foreign' })],
    );
    expect(entries.map(({ name, query }) => [name, query])).toEqual([
      ['Down', 'up == 0'],
      ['Foreign', null],
    ]);
  });

  it('stay quick with thousands that are never sent', () => {
    const many = Array.from({ length: 5000 }, (_, i) => active(down(`host-${i}`)));
    const foreign = Array.from({ length: 5000 }, (_, i) => received({ alertname: 'Foreign', i: String(i) }));
    expect(alertEntries([group(many)], foreign)).toHaveLength(10_000);
  });

  it('are filtered by state, by words and by matchers', () => {
    const entries = alertEntries([group([active(down('a')), active(down('b'), 'pending')])], []);
    const names = (state: 'all' | 'firing' | 'pending', filter: string) =>
      filterAlerts(entries, { state, filter, receiver: '', by: 'alertname', closed: new Set() }).map(
        ({ labels }) => labels['instance'],
      );
    expect(names('all', '')).toEqual(['a', 'b']);
    expect(names('pending', '')).toEqual(['b']);
    expect(names('all', 'instance=A down')).toEqual(['a']);
    expect(names('all', 'b-summary')).toEqual(['b']);
    expect(names('all', '{instance="A"}')).toEqual([]);
    expect(names('all', '{alertname="Down", instance!="a"}')).toEqual(['b']);
    expect(names('all', 'instance=~"a|c"')).toEqual(['a']);
  });

  it('are filtered by the receiver that they go to, by its whole name', () => {
    const to = (instance: string, ...names: string[]): AlertJson => ({
      ...received(down(instance)),
      receivers: names.map((name) => ({ name })),
    });
    const entries = alertEntries(
      [group([active(down('a')), active(down('b'))])],
      [to('a', 'slack'), to('c', 'slack-ops', 'slack')],
    );
    const names = (receiver: string) =>
      filterAlerts(entries, { state: 'all', filter: '', receiver, by: 'alertname', closed: new Set() }).map(
        ({ labels }) => labels['instance'],
      );
    expect(names('slack')).toEqual(['a', 'c']);
    expect(names('slack-ops')).toEqual(['c']);
    expect(names('sla')).toEqual([]);
    expect(names('')).toEqual(['a', 'b', 'c']);
  });

  it('stand in groups, firing first and newest first', () => {
    const entries = alertEntries(
      [
        group([
          active({ ...down('old'), team: 'x' }, 'firing', '2026-01-01T00:00:00Z'),
          active({ ...down('new'), team: 'x' }, 'firing', '2026-01-02T00:00:00Z'),
          active({ ...down('waits'), team: 'a' }, 'pending'),
          active(down('bare')),
        ]),
      ],
      [],
    );
    const rows = (closed: ReadonlySet<string>) =>
      alertRows(entries, { state: 'all', filter: '', receiver: '', by: 'team', closed }).map((row) =>
        row.kind === 'group' ? `# ${row.name}` : row.entry.labels['instance'],
      );
    expect(rows(new Set())).toEqual(['# no team', 'bare', '# x', 'new', 'old', '# a', 'waits']);
    expect(rows(new Set(['x']))).toEqual(['# no team', 'bare', '# x', '# a', 'waits']);
  });
});
