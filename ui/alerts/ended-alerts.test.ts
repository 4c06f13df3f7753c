import { describe, expect, it } from 'vitest';
import type { AlertEventJson, AlertEventKind } from '../api/alerting.ts';
import { endedAlerts, filterEnded, wholeSince } from './ended-alerts.ts';

const end = (alertname: string, second: number, kind: AlertEventKind = 'resolved'): AlertEventJson => ({
  ...{ at: new Date(second * 1000).toISOString(), kind, fingerprint: alertname, labels: { alertname, job: 'shop' } },
  ...{ groupKey: '', receiver: '', integration: '', detail: '' },
});
const names = (ended: ReturnType<typeof endedAlerts>) => ended.map(({ labels }) => labels['alertname']);

describe('the alerts that are over', () => {
  const ends = [end('Disk', 50), end('Cpu', 40, 'inactive'), end('Disk', 30), end('Cpu', 20), end('Net', 10)];

  it('are each named once, with the last end, newest first', () => {
    expect(endedAlerts(ends, new Set()).map(({ fingerprint, endedAt }) => [fingerprint, endedAt])).toEqual([
      ['Disk', 50_000],
      ['Cpu', 40_000],
      ['Net', 10_000],
    ]);
  });

  it('are told apart from those that fire again', () => {
    expect(names(endedAlerts(ends, new Set(['Disk', 'Net'])))).toEqual(['Cpu']);
  });

  it('say when the last time was a pending one only', () => {
    expect(endedAlerts(ends, new Set()).map(({ onlyPending }) => onlyPending)).toEqual([false, true, false]);
  });

  it('are known since the time from which on every list of events is whole', () => {
    const routings = [end('Disk', 45, 'grouped'), end('Cpu', 35, 'grouped'), end('Net', 15, 'grouped')];
    expect(wholeSince([ends, routings], 6)).toBe(null);
    expect(wholeSince([ends, routings], 5)).toBe(10_000);
    expect(wholeSince([ends, routings], 3)).toBe(15_000);
  });

  it('are filtered as the others are: by matchers or by words', () => {
    const ended = endedAlerts(ends, new Set());
    expect(names(filterEnded(ended, '{alertname=~"D.*|Net",job="shop"}'))).toEqual(['Disk', 'Net']);
    expect(names(filterEnded(ended, 'cpu shop'))).toEqual(['Cpu']);
    expect(names(filterEnded(ended, 'alertname=Net'))).toEqual(['Net']);
    expect(names(filterEnded(ended, ''))).toEqual(['Disk', 'Cpu', 'Net']);
  });
});
