import { describe, expect, it } from 'vitest';
import type { AlertEventJson } from '../api/alerting.ts';
import { attemptsOf, errorsFirst, failingNow, lastAttempts } from './attempts.ts';
import { fittingRange, timelineLanes } from './timeline.ts';

const event = (at: number, kind: AlertEventJson['kind'], fields: Partial<AlertEventJson> = {}): AlertEventJson => ({
  ...{ at: new Date(at).toISOString(), kind, fingerprint: 'f', groupKey: '', receiver: '', integration: '' },
  ...{ detail: '', labels: {}, ...fields },
});
const hook = { receiver: 'db', integration: 'webhook[0]', groupKey: '{}:{}' };

describe('the timeline of an alert', () => {
  it('shows when it fired and what happened at each place, cut to the range', () => {
    const events = [
      event(100, 'created'),
      event(100, 'grouped', { receiver: 'db', groupKey: '{}:{}' }),
      event(150, 'sent', { ...hook, detail: '200' }),
      event(200, 'resolved'),
      event(210, 'sent', { ...hook, detail: '201' }),
      event(300, 'firing'),
    ];
    expect(timelineLanes(events, { start: 140, end: 400 })).toEqual([
      {
        name: 'Alert',
        spans: [
          { start: 140, end: 200 },
          { start: 300, end: 400 },
        ],
        waits: [],
        marks: [],
      },
      { name: 'db group', spans: [], waits: [], marks: [] },
      {
        ...{ name: 'db webhook[0]', spans: [], waits: [] },
        marks: [
          { at: 150, kind: 'sent', detail: '200' },
          { at: 210, kind: 'sent', detail: '201' },
        ],
      },
    ]);
  });

  it('shows when it was pending: until it fired, until it was no longer so, and until now', () => {
    const kinds = ['pending', 'inactive', 'pending', 'created', 'resolved', 'pending'] as const;
    const [alert] = timelineLanes(
      kinds.map((kind, i) => event(100 * (i + 1), kind)),
      { start: 150, end: 700 },
    );
    expect(alert).toMatchObject({
      waits: [
        { start: 150, end: 200 },
        { start: 300, end: 400 },
        { start: 600, end: 700 },
      ],
      spans: [{ start: 400, end: 500 }],
    });
  });

  it('begins with the alert firing when its beginning is forgotten', () => {
    const lanes = timelineLanes([event(50, 'sent', hook), event(60, 'resolved')], { start: 0, end: 100 });
    expect(lanes[0]!.spans).toEqual([{ start: 50, end: 60 }]);
  });

  it('looks as far back as there are events', () => {
    expect(fittingRange([], 0)).toBe('1h');
    expect(fittingRange([event(0, 'created')], 7_200_000)).toBe('6h');
    expect(fittingRange([event(0, 'created')], 200 * 86_400_000)).toBe('90d');
  });
});

describe('attempts', () => {
  const events = [
    event(9000, 'sent', { ...hook, detail: 'firing, first notification: 200' }),
    event(8999, 'sent', { ...hook, detail: 'resolved, first notification: 200', fingerprint: 'g' }),
    event(5000, 'failed', { ...hook, detail: 'status 500' }),
    event(2000, 'sent', { ...hook, detail: 'firing, first notification: 200' }),
    event(1000, 'created'),
  ];

  it('put the alerts of one notification together', () => {
    const attempts = attemptsOf(events).map(({ at, ok, detail, alerts }) => [at, ok, detail, alerts.length]);
    expect(attempts).toEqual([
      [9000, true, 'first notification: 200', 2],
      [5000, false, 'status 500', 1],
      [2000, true, 'first notification: 200', 1],
    ]);
  });

  it('show errors first, and the last one of each integration', () => {
    const attempts = attemptsOf(events);
    expect(errorsFirst(attempts).map(({ at }) => at)).toEqual([5000, 9000, 2000]);
    expect(lastAttempts(attempts).get('db webhook[0]')?.at).toBe(9000);
  });

  it('know who cannot be told now: the last try counts, not when it began to fail', () => {
    const lastAt = new Date(9500).toISOString();
    const goesOn = event(4000, 'failed', {
      ...hook,
      groupKey: 'x',
      detail: `status 400; 7 attempts, the last at ${lastAt}`,
    });
    const other = event(3000, 'failed', { ...hook, integration: 'email[0]', detail: 'no route to host' });
    const kept = event(9999, 'suppressed', { groupKey: '{}:{}', receiver: 'quiet', detail: 'silenced by 1' });
    const failing = (list: readonly AlertEventJson[]) =>
      failingNow(attemptsOf(list)).map(({ integration, at, lastAt: last }) => [integration, at, last]);
    expect(failing(events)).toEqual([]);
    expect(failing([kept, ...events.slice(0, 3), goesOn, other, ...events.slice(3)])).toEqual([
      ['webhook[0]', 4000, 9500],
      ['email[0]', 3000, 3000],
    ]);
    expect(failing([event(9600, 'sent', { ...hook, detail: 'firing, x: 200' }), goesOn])).toEqual([]);
  });

  it('tell failures that were delivered later, and stand behind those that were not', () => {
    const attempts = attemptsOf([
      event(9000, 'sent', { ...hook, detail: 'firing, first notification: 200' }),
      event(8000, 'failed', { ...hook, detail: 'status 500' }),
      event(7000, 'failed', { ...hook, detail: 'status 500', integration: 'email[0]' }),
      event(6000, 'failed', { ...hook, detail: 'status 502', fingerprint: 'g' }),
      event(5000, 'sent', { ...hook, detail: 'firing, first notification: 200', fingerprint: 'g' }),
    ]);
    expect(errorsFirst(attempts).map(({ at, deliveredLater }) => [at, deliveredLater])).toEqual([
      [7000, false],
      [6000, false],
      [8000, true],
      [9000, false],
      [5000, false],
    ]);
  });

  it('of several alerts are delivered when the last of them is', () => {
    const failed = (fingerprint: string) => event(5000, 'failed', { ...hook, detail: 'status 500', fingerprint });
    const sent = (fingerprint: string) => event(6000, 'sent', { ...hook, detail: 'firing, x: 200', fingerprint });
    const later = (...events: AlertEventJson[]) => attemptsOf(events).at(-1)!.deliveredLater;
    expect(later(sent('f'), failed('f'), failed('g'))).toBe(false);
    expect(later(sent('f'), sent('g'), failed('f'), failed('g'))).toBe(true);
  });

  it('that were kept back say from whom, and by what', () => {
    const kept = event(3000, 'suppressed', { groupKey: '{}:{}', receiver: 'db', detail: 'silenced by 1' });
    const [attempt, ...rest] = attemptsOf([kept, { ...kept, fingerprint: 'g' }]);
    expect(attempt).toMatchObject({ kind: 'suppressed', ok: false, deliveredLater: false, receiver: 'db' });
    expect(attempt).toMatchObject({ detail: 'silenced by 1', integration: '' });
    expect(attempt!.alerts.map(({ fingerprint }) => fingerprint)).toEqual(['f', 'g']);
    expect(rest).toEqual([]);
  });
});
