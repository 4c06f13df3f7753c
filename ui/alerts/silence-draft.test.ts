import { describe, expect, it } from 'vitest';
import type { SilenceJson } from '../api/alertmanager.ts';
import { draftOf, EMPTY_DRAFT, timesOf } from './silence-draft.ts';

const NOW = Date.UTC(2026, 10, 27, 12);
const MINUTE = 60_000;
const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();

function silence(state: SilenceJson['status']['state'], start: number, end: number): SilenceJson {
  const matchers = [{ name: 'a', value: 'b', isRegex: false, isEqual: true }];
  const texts = { createdBy: 'ann', comment: 'new disks', annotations: { ticket: 'OPS-7' } };
  return { id: '1', matchers, startsAt: at(start), endsAt: at(end), updatedAt: at(-99), status: { state }, ...texts };
}

/** What would be sent of a silence that is opened in the form and not touched: id, start and end in minutes from now. */
function untouched(before: SilenceJson, millis: number) {
  const draft = draftOf(before, NOW);
  const { start, end } = timesOf(draft, millis, NOW);
  return [draft.id, draft.length, (start - NOW) / MINUTE, (end - NOW) / MINUTE, draft.annotations];
}

describe('a silence in the form', () => {
  it('that is active keeps its start and what is left of it', () => {
    expect(untouched(silence('active', -30, 90.5), 91 * MINUTE)).toEqual(['1', '1h31m', -30, 91, { ticket: 'OPS-7' }]);
  });

  it('that is to come still begins then', () => {
    expect(untouched(silence('pending', 60, 180), 120 * MINUTE)).toEqual(['1', '2h', 60, 180, { ticket: 'OPS-7' }]);
  });

  it('that has ended is made again, from now', () => {
    expect(untouched(silence('expired', -180, -60), 120 * MINUTE)).toEqual([
      undefined,
      '2h',
      0,
      120,
      { ticket: 'OPS-7' },
    ]);
  });

  it('that is new begins now', () => {
    expect(timesOf(EMPTY_DRAFT, MINUTE, NOW)).toEqual({ start: NOW, end: NOW + MINUTE });
  });
});
