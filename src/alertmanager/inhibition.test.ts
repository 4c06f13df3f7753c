import { describe, expect, it } from 'vitest';
import { fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import type { HeldAlert } from './alert-store.ts';
import { Inhibition } from './inhibition.ts';

const NOW = 1000;

function alert(record: Record<string, string>, endsAt = NOW + 1): HeldAlert {
  const labels = Labels.from(record);
  const text = { annotations: Labels.EMPTY, generatorURL: '' };
  const times = { startsAt: 0, endsAt, updatedAt: 0, timeout: false };
  return { fingerprint: fingerprint(labels), alert: { labels, ...text, ...times } };
}

const ended = ({ fingerprint, alert }: HeldAlert): HeldAlert => ({ fingerprint, alert: { ...alert, endsAt: NOW } });

function rule(source: MatcherSpec[], target: MatcherSpec[], equal: string[]) {
  return { sourceMatchers: source.map(createMatcher), targetMatchers: target.map(createMatcher), equal };
}

const is = (name: string, value: string): MatcherSpec => ({ name, operator: '=', value });
const CRITICAL = rule(
  [is('severity', 'critical')],
  [{ name: 'severity', operator: '=~', value: 'warning|info' }],
  ['job'],
);

describe('inhibition', () => {
  const source = alert({ severity: 'critical', job: 'a' });

  it('needs an active source with equal labels', () => {
    const inhibition = new Inhibition([CRITICAL]);
    inhibition.observe(source);
    expect(inhibition.inhibitor(Labels.from({ severity: 'warning', job: 'a' }), NOW)).toBe(source.fingerprint);
    expect(inhibition.inhibitor(Labels.from({ severity: 'warning', job: 'b' }), NOW)).toBe(null);
    expect(inhibition.inhibitor(Labels.from({ severity: 'page', job: 'a' }), NOW)).toBe(null);
    expect(inhibition.inhibitor(Labels.from({ severity: 'warning', job: 'a' }), NOW + 1)).toBe(null);
  });

  it('takes a missing label as empty on both sides', () => {
    const inhibition = new Inhibition([CRITICAL]);
    inhibition.observe(alert({ severity: 'critical' }));
    expect(inhibition.inhibitor(Labels.from({ severity: 'info' }), NOW)).not.toBe(null);
    expect(inhibition.inhibitor(Labels.from({ severity: 'info', job: 'a' }), NOW)).toBe(null);
  });

  it('follows the source: resolved, firing again, forgotten', () => {
    const inhibition = new Inhibition([CRITICAL]);
    const target = Labels.from({ severity: 'warning', job: 'a' });
    for (const [change, expected] of [
      [() => inhibition.observe(source), true],
      [() => inhibition.observe(ended(source)), false],
      [() => inhibition.observe(source), true],
      [() => inhibition.forget(source), false],
    ] as const) {
      change();
      expect(inhibition.inhibitor(target, NOW) !== null).toBe(expected);
    }
  });

  it('lets no alert on both sides inhibit another one on both sides, or itself', () => {
    const inhibition = new Inhibition([rule([is('job', 'a')], [is('job', 'a')], ['job'])]);
    const one = alert({ job: 'a', n: '1' });
    inhibition.observe(one);
    expect(inhibition.inhibitor(one.alert.labels, NOW)).toBe(null);
    expect(inhibition.inhibitor(Labels.from({ job: 'a', n: '2' }), NOW)).toBe(null);
  });

  it('does nothing for the empty rule', () => {
    const inhibition = new Inhibition([rule([], [], [])]);
    inhibition.observe(source);
    expect(inhibition.inhibitor(Labels.from({ severity: 'warning', job: 'a' }), NOW)).toBe(null);
  });

  it('goes on while one of several sources is active', () => {
    const inhibition = new Inhibition([CRITICAL]);
    const other = alert({ severity: 'critical', job: 'a', n: '2' }, NOW + 50);
    inhibition.observe(source);
    inhibition.observe(other);
    const target = Labels.from({ severity: 'warning', job: 'a' });
    expect(inhibition.inhibitor(target, NOW)).toBe(other.fingerprint);
    inhibition.observe(ended(other));
    expect(inhibition.inhibitor(target, NOW)).toBe(source.fingerprint);
  });
});
