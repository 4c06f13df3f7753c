import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { forStateMatchers, forStatesFrom, restoredActiveAt } from './restore.ts';
import type { AlertingRule } from './rule.ts';

const MINUTE = 60_000;
const minutes = (count: number) => count * MINUTE;

describe('when an alert counts as active after a restart', () => {
  const timing = { now: minutes(100), holdDuration: minutes(30), gracePeriod: minutes(10) };
  it.each([
    ['it was firing: nothing changes, it fires again', { downAt: minutes(90), activeAt: minutes(60) }, minutes(60)],
    ['it had long to wait: the outage is added', { downAt: minutes(90), activeAt: minutes(85) }, minutes(95)],
    ['it was nearly due: the grace period is left', { downAt: minutes(90), activeAt: minutes(65) }, minutes(80)],
    ['exactly the grace period was left', { downAt: minutes(90), activeAt: minutes(70) }, minutes(80)],
  ])('%s', (_, before, activeAt) => {
    expect(restoredActiveAt(before, timing)).toBe(activeAt);
  });
});

const rule: AlertingRule = {
  kind: 'alerting',
  name: 'High',
  query: 'x > 1',
  expr: { kind: 'number', value: 0, duration: false, start: 0, end: 0 },
  labels: Labels.from({ severity: 'page', owner: '{{ $labels.team }}' }),
  annotations: Labels.EMPTY,
  holdDuration: minutes(30),
  keepFiringFor: 0,
};

describe('reading ALERTS_FOR_STATE', () => {
  it('asks for the series of the rule, but not by templated labels', () => {
    expect(forStateMatchers(rule).map(({ name, value }) => `${name}=${value}`)).toEqual([
      '__name__=ALERTS_FOR_STATE',
      'alertname=High',
      'severity=page',
    ]);
  });

  it('gives the last sample of each series, and tells ended ones', async () => {
    const storage = new MemoryStorage();
    const labels = (instance: string) =>
      Labels.from({ __name__: 'ALERTS_FOR_STATE', alertname: 'High', severity: 'page', instance });
    const appender = storage.appender();
    appender.float(UNKNOWN_REF, labels('a'), minutes(1), 30);
    appender.float(UNKNOWN_REF, labels('a'), minutes(2), 60);
    appender.float(UNKNOWN_REF, labels('b'), minutes(1), 30);
    appender.stale(UNKNOWN_REF, labels('b'), minutes(2));
    appender.float(UNKNOWN_REF, Labels.from({ __name__: 'ALERTS_FOR_STATE', alertname: 'Other' }), minutes(2), 1);
    await appender.commit();
    const states = await forStatesFrom(storage)(forStateMatchers(rule), { start: 0, end: minutes(10) });
    expect(states.map(({ labels: found, at, activeAt }) => [found.get('instance'), at, activeAt])).toEqual([
      ['a', minutes(2), minutes(1)],
      ['b', minutes(2), null],
    ]);
    expect(states[0]!.labels.has('__name__')).toBe(false);
  });
});
