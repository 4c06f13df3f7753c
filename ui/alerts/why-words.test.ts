import { describe, expect, it } from 'vitest';
import type { AlertEventJson, RouteWhyJson, StandingJson, WhyJson } from '../api/alerting.ts';
import { ruleWords, whyHeadline, withTimes } from './why-words.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

const hook = {
  integration: 'webhook[0]',
  lastSentAt: null,
  knows: false,
  reason: 'first notification',
  text: '',
  repeatAfter: null,
};
const db: RouteWhyJson = {
  ...{ index: 0, receiver: 'db', groupKey: '{}:{}', groupLabels: {}, nextFlushAt: ago(-20), mutedBy: [] },
  integrations: [hook],
};
const firing: WhyJson = {
  ...{
    fingerprint: '00',
    labels: {},
    state: 'firing',
    startsAt: ago(100),
    silencedBy: [],
    inhibitedBy: [],
    rule: null,
  },
  ...{ walk: [], routes: [db], events: [], standing: [] },
};
const rule = { name: 'Disk', group: 'machines', state: 'firing', value: '1', activeAt: ago(160) } as const;
const at = (kind: StandingJson['kind'], seconds: number, detail = ''): StandingJson => ({
  ...{ groupKey: '{}:{}', receiver: 'db', integration: 'webhook[0]', kind, at: ago(seconds), detail },
});
const kept = (seconds: number): StandingJson => ({ ...at('suppressed', seconds, 'silenced by 7'), integration: '' });
const created: AlertEventJson = {
  ...{ at: ago(100), kind: 'created', fingerprint: '00', groupKey: '', receiver: '', integration: '', detail: '' },
  labels: {},
};

describe('why somebody was told or was not', () => {
  it.each<[Partial<WhyJson>, string, string]>([
    [{}, 'warn', 'db is not told yet: its group is flushed in 20s.'],
    [{ standing: [at('sent', 60)] }, 'good', 'db was told 1m ago.'],
    [{ standing: [at('failed', 5, 'status 500')] }, 'bad', 'db could not be told 5s ago: webhook[0]: status 500.'],
    [
      { routes: [{ ...db, integrations: [{ ...hook, lastSentAt: ago(60), knows: true }] }] },
      'good',
      'db was told 1m ago that it fires, and has heard nothing since.',
    ],
    [{ silencedBy: ['a'] }, 'quiet', 'Nobody is told: a silence hides it.'],
    [{ silencedBy: ['a', 'b'], inhibitedBy: ['c'] }, 'quiet', 'Nobody is told: 2 silences hide it.'],
    [{ inhibitedBy: ['c'] }, 'quiet', 'Nobody is told: another alert that fires inhibits it.'],
    [
      { routes: [{ ...db, mutedBy: ['nights'] }], standing: [at('sent', 60)] },
      'quiet',
      'db is not told now: its route is mute because of time interval nights. It was told before, 1m ago.',
    ],
    [{ routes: [{ ...db, integrations: [] }] }, 'quiet', 'db tells nobody: it has no integrations.'],
    [{ state: 'resolved', standing: [at('sent', 60)] }, 'quiet', 'The alert is over. db was told 1m ago.'],
    [{ state: 'resolved', standing: [kept(9)] }, 'quiet', 'The alert is over. db was not told: silenced by 7.'],
    [
      { state: 'resolved', standing: [kept(9), at('sent', 60)], silencedBy: ['8'] },
      'quiet',
      'The alert is over. db was not told: silenced by 7. It was told before, 1m ago.',
    ],
    [{ state: 'resolved', standing: [kept(90), at('sent', 60)] }, 'quiet', 'The alert is over. db was told 1m ago.'],
    [
      { state: 'unknown', events: [created], standing: [kept(9)] },
      'quiet',
      'The alert is over. db was not told: silenced by 7.',
    ],
    [{ state: 'unknown' }, 'quiet', 'There is no such alert now. One with these labels would go to db.'],
    [
      { state: 'unknown', startsAt: null, rule: { ...rule, state: 'pending' } },
      'quiet',
      'Nobody is told yet: the rule waits until its “for” is over, then db hears of it.',
    ],
  ])('%o: %s, %s', (fields, state, text) => {
    expect(whyHeadline({ ...firing, ...fields }, NOW)).toEqual({ state, text });
  });

  it('lets the worst of several routes speak for its colour', () => {
    const ops = { ...db, receiver: 'ops', groupKey: '{}/{}:{}' };
    expect(whyHeadline({ ...firing, routes: [db, ops], standing: [at('sent', 1)] }, NOW)).toEqual({
      state: 'warn',
      text: 'db was told 1s ago. ops is not told yet: its group is flushed in 20s.',
    });
  });
});

describe('what the rule says', () => {
  it.each<[Partial<WhyJson>, string]>([
    [{ rule }, 'firing for 1m 40s with the value 1, after it was pending for 1m'],
    [{ rule: { ...rule, activeAt: ago(100) } }, 'firing for 1m 40s with the value 1'],
    [{ rule: { ...rule, state: 'pending' }, state: 'unknown', startsAt: null }, 'pending for 2m 40s with the value 1'],
    [
      { rule: { ...rule, state: 'inactive', value: null, activeAt: null }, state: 'resolved' },
      'Disk of group machines has no such alert now',
    ],
    [{ rule: null }, 'no rule of this server: it was sent here'],
    [{ rule: null, state: 'unknown', startsAt: null }, 'no rule of this server has such an alert'],
  ])('%o: %s', (fields, words) => {
    expect(ruleWords({ ...firing, ...fields }, NOW)).toBe(words);
  });
});

it('times of the server are written for the reader', () => {
  const text = 'told at 1970-01-01T00:00:00.000Z; again after 1970-01-01T00:01:00Z';
  expect(withTimes(text, String)).toBe('told at 0; again after 60000');
});
