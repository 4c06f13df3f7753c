import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import {
  type ActiveAlert,
  type AlertSet,
  activeAlerts,
  advance,
  needsSending,
  RESOLVED_RETENTION,
} from './alert-state.ts';

const MINUTE = 60_000;
const labels = Labels.from({ alertname: 'High', instance: 'a' });
const result = (value = 1, summary = 'old') => ({ labels, annotations: Labels.from({ summary }), value });

/** Runs a rule over minutes: `x` is a result, `.` is none; gives the state after each. */
function timeline(results: string, { holdDuration = 0, keepFiringFor = 0 } = {}): string[] {
  let alerts: AlertSet = new Map();
  return [...results].map((mark, i) => {
    alerts = advance(alerts, mark === 'x' ? [result()] : [], { now: i * MINUTE, holdDuration, keepFiringFor });
    return alerts.get(labels.key)?.state ?? '-';
  });
}

const only = (alerts: AlertSet): ActiveAlert => {
  const [alert] = [...alerts.values()];
  if (!alert) throw new Error('no alert');
  return alert;
};

const at = (minute: number, timing = { holdDuration: 0, keepFiringFor: 0 }) => ({ now: minute * MINUTE, ...timing });

describe('the states of an alert, minute by minute', () => {
  it.each([
    ['fires at once without for', 'xx', {}, ['firing', 'firing']],
    [
      'is pending until for has passed',
      'xxxx',
      { holdDuration: 2 * MINUTE },
      ['pending', 'pending', 'firing', 'firing'],
    ],
    [
      'fires at the second evaluation when for is shorter than the interval',
      'xx',
      { holdDuration: 1 },
      ['pending', 'firing'],
    ],
    ['forgets a pending alert without a result', 'x.x', { holdDuration: 2 * MINUTE }, ['pending', '-', 'pending']],
    ['resolves a firing alert without a result', 'x..', {}, ['firing', 'inactive', 'inactive']],
    ['starts again after it was resolved', 'x.xx', { holdDuration: 0 }, ['firing', 'inactive', 'firing', 'firing']],
    [
      'waits for again after it was resolved',
      'xxx.xxx',
      { holdDuration: 2 * MINUTE },
      ['pending', 'pending', 'firing', 'inactive', 'pending', 'pending', 'firing'],
    ],
    ['keeps firing for a while', 'x...', { keepFiringFor: 2 * MINUTE }, ['firing', 'firing', 'firing', 'inactive']],
    [
      'begins keep_firing_for anew after each result',
      'x.x...',
      { keepFiringFor: 2 * MINUTE },
      ['firing', 'firing', 'firing', 'firing', 'firing', 'inactive'],
    ],
    ['does not keep a pending alert', 'x.', { holdDuration: MINUTE * 5, keepFiringFor: MINUTE * 5 }, ['pending', '-']],
  ] as const)('%s', (_, results, timing, states) => {
    expect(timeline(results, timing)).toEqual(states);
  });

  it('keeps a resolved alert for 15 minutes and no longer', () => {
    const states = timeline(`x${'.'.repeat(18)}`);
    expect(states.slice(0, 17)).toEqual(['firing', ...Array(16).fill('inactive')]);
    expect(states.slice(17)).toEqual(['-', '-']);
    expect(RESOLVED_RETENTION).toBe(15 * MINUTE);
  });
});

// promtool 3.5.3 test rules gave the last column: F is firing.
describe('when an alert fires, as promtool has it', () => {
  it.each([
    ['xx.x...xxxx.xxxx', 0, 0, 'FF-F---FFFF-FFFF'],
    ['.x..x.xxx.xx.xxx', 1, 0, '-------FF--F--FF'],
    ['xxxxxxxxxxxxxxx.', 2, 2, '--FFFFFFFFFFFFFF'],
    ['xxx.xxx.xxxxxx..', 3, 3, '-----------FFFFF'],
    ['xx..xxxxxx.xxxx.', 0.5, 0, '-F---FFFFF--FFF-'],
    ['xxxxx.x..x..x.xx', 0, 1, 'FFFFFFFF-FF-FFFF'],
    ['xxxxxxxxxxxxx.xx', 1, 0, '-FFFFFFFFFFFF--F'],
    ['x.xxx..xxxx.xxxx', 2, 0, '----F----FF---FF'],
    ['xx.x..xxx.xxxxxx', 3, 2, '-------------FFF'],
    ['x.xx..xxx.xxx.x.', 0.5, 3, '---FFFFFFFFFFFFF'],
    ['xxxxxxxxxxxxxxx.', 0, 0, 'FFFFFFFFFFFFFFF-'],
    ['x.xx..xx..x.xxx.', 1, 1, '---FF--FF----FFF'],
    ['xxxxxxx.x.xxxx..', 2, 0, '--FFFFF-----FF--'],
    ['x.xxxx.x..xxx.x.', 3, 0, '-----F----------'],
  ] as const)('%s with for %s m and keep_firing_for %s m', (results, hold, keep, firing) => {
    const states = timeline(results, { holdDuration: hold * MINUTE, keepFiringFor: keep * MINUTE });
    expect(states.map((state) => (state === 'firing' ? 'F' : '-')).join('')).toBe(firing);
  });
});

describe('what an alert remembers', () => {
  it('when it became active, fired and resolved', () => {
    const timing = { holdDuration: 2 * MINUTE, keepFiringFor: 0 };
    let alerts: AlertSet = new Map();
    for (const minute of [1, 2, 3]) alerts = advance(alerts, [result()], at(minute, timing));
    expect(only(alerts)).toMatchObject({ activeAt: MINUTE, firedAt: 3 * MINUTE, resolvedAt: null });
    alerts = advance(alerts, [], at(4, timing));
    expect(only(alerts)).toMatchObject({ state: 'inactive', firedAt: 3 * MINUTE, resolvedAt: 4 * MINUTE });
    expect(activeAlerts(alerts)).toEqual([]);
  });

  it('the last value and annotations, and the first activity', () => {
    const first = advance(new Map(), [result(1, 'old')], at(1));
    const second = advance(first, [result(7, 'new')], at(2));
    expect(only(second)).toMatchObject({ value: 7, activeAt: MINUTE, firedAt: MINUTE });
    expect(only(second).annotations.get('summary')).toBe('new');
  });

  it('since when it fires without a result', () => {
    const timing = { holdDuration: 0, keepFiringFor: 5 * MINUTE };
    const kept = advance(advance(new Map(), [result()], at(1, timing)), [], at(2, timing));
    expect(only(kept).keepFiringSince).toBe(2 * MINUTE);
    expect(only(advance(kept, [result()], at(3, timing))).keepFiringSince).toBeNull();
  });

  it('nothing of its firing when for grew beyond its age', () => {
    const firing = advance(new Map(), [result()], at(1));
    const sent = new Map([[labels.key, { ...only(firing), lastSentAt: MINUTE }]]);
    const demoted = advance(sent, [result()], at(2, { holdDuration: 10 * MINUTE, keepFiringFor: 0 }));
    expect(only(demoted)).toMatchObject({ state: 'pending', activeAt: MINUTE, firedAt: null, lastSentAt: null });
  });

  it('nothing of a former episode', () => {
    const resolved = advance(advance(new Map(), [result()], at(1)), [], at(2));
    expect(only(advance(resolved, [result()], at(3)))).toMatchObject({
      activeAt: 3 * MINUTE,
      resolvedAt: null,
      lastSentAt: null,
    });
  });

  it('leaves the previous alerts as they were', () => {
    const before = advance(new Map(), [result(1)], at(1));
    advance(before, [result(2)], at(2));
    expect(only(before).value).toBe(1);
  });
});

describe('when an alert is told', () => {
  const firing = only(advance(new Map(), [result()], at(1)));
  it.each([
    ['never while pending', { ...firing, state: 'pending' as const }, 1, false],
    ['at once when it fires', firing, 1, true],
    ['not again within the delay', { ...firing, lastSentAt: MINUTE }, 2, false],
    ['again after the delay', { ...firing, lastSentAt: MINUTE }, 2.01, true],
    [
      'at once when it resolved since',
      { ...firing, state: 'inactive' as const, resolvedAt: MINUTE + 1, lastSentAt: MINUTE },
      1.1,
      true,
    ],
    [
      'again while resolved',
      { ...firing, state: 'inactive' as const, resolvedAt: MINUTE, lastSentAt: 2 * MINUTE },
      3.5,
      true,
    ],
  ])('%s', (_, alert, minute, due) => {
    expect(needsSending(alert, minute * MINUTE, MINUTE)).toBe(due);
  });
});
