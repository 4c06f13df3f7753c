import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { type AlertSet, advance } from './alert-state.ts';
import { pendingChanges } from './pending.ts';

const BEGIN = Date.UTC(2026, 10, 27);
const rule = { holdDuration: 120_000, keepFiringFor: 0 };

/** What is told at each minute, of an alert that is there at some of them. */
function told(present: readonly boolean[], outgoing: (labels: Labels) => Labels | null = (labels) => labels): string[] {
  let alerts: AlertSet = new Map();
  return present.flatMap((there, minute) => {
    const results = there ? [{ labels: Labels.from({ alertname: 'A' }), annotations: Labels.EMPTY, value: 1 }] : [];
    const before = alerts;
    alerts = advance(before, results, { ...rule, now: BEGIN + minute * 60_000 });
    const changes = pendingChanges(rule, { before, after: alerts }, (alert) => outgoing(alert.labels));
    return changes.map(({ kind, labels, detail }) => `${minute} ${kind} ${labels}: ${detail}`);
  });
}

describe('a pending alert', () => {
  it('is told of once, and not when it fires', () => {
    expect(told([true, true, true, true])).toEqual([
      '0 pending {alertname="A"}: fires at 2026-11-27T00:02:00.000Z if it lasts',
    ]);
  });

  it('that ends before it fires is told of again, each time', () => {
    expect(told([true, false, false, true, true, false])).toEqual([
      '0 pending {alertname="A"}: fires at 2026-11-27T00:02:00.000Z if it lasts',
      '1 inactive {alertname="A"}: its condition ended before its “for” was over',
      '3 pending {alertname="A"}: fires at 2026-11-27T00:05:00.000Z if it lasts',
      '5 inactive {alertname="A"}: its condition ended before its “for” was over',
    ]);
  });

  it('has the labels under which it would be sent, and is not told of when it would not be', () => {
    expect(told([true], (labels) => labels.with({ zone: 'eu' }))).toEqual([expect.stringContaining('zone="eu"')]);
    expect(told([true], () => null)).toEqual([]);
  });
});
