import { describe, expect, it } from 'vitest';
import { needsUpdate } from './needs-update.ts';

describe('whether a receiver must hear of a group', () => {
  const entry = (firing: string[], resolved: string[] = [], sentAt = 1000) => ({ firing, resolved, sentAt });
  const NOW = 1000;

  it.each([
    ['nothing sent, nothing fires', undefined, [], ['a'], null],
    ['nothing sent, something fires', undefined, ['a'], [], 'first notification'],
    ['something new fires', entry(['a']), ['a', 'b'], [], 'new alerts added'],
    ['something fires after all was resolved', entry([], ['a']), ['a'], [], 'first notification'],
    ['less fires, none told as resolved', entry(['a', 'b']), ['a'], [], null],
    ['one of two is resolved', entry(['a', 'b']), ['a'], ['b'], 'some alerts resolved'],
    ['the resolve was told', entry(['a'], ['b']), ['a'], ['b'], null],
    ['all are resolved', entry(['a']), [], ['a'], 'all alerts resolved'],
    ['all are resolved and that was told', entry([], ['a']), [], ['a'], null],
    ['nothing changed', entry(['a']), ['a'], [], null],
    ['nothing changed, exactly repeat_interval ago', entry(['a'], [], NOW - 50), ['a'], [], null],
    [
      'nothing changed, longer than repeat_interval ago',
      entry(['a'], [], NOW - 51),
      ['a'],
      [],
      'repeat interval elapsed',
    ],
  ])('%s', (_, last, firing, resolved, expected) => {
    const question = { entry: last, firing, resolved, sendResolved: true, repeatInterval: 50, now: NOW };
    expect(needsUpdate(question)).toBe(expected);
  });

  it('without send_resolved only the end of all alerts counts', () => {
    const question = { sendResolved: false, repeatInterval: 50, now: NOW };
    expect(needsUpdate({ ...question, entry: entry(['a', 'b']), firing: ['a'], resolved: ['b'] })).toBe(null);
    expect(needsUpdate({ ...question, entry: entry(['a']), firing: [], resolved: ['a'] })).toBe('all alerts resolved');
  });
});
