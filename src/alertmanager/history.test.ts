import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlertmanagerTimeline } from '#test/alertmanager';

let line: AlertmanagerTimeline;
beforeEach(() => {
  line = new AlertmanagerTimeline();
});
afterEach(() => line.dispose());

const TOO_LATE = 'it had ended before the flush that would have told of it';

function yaml(sendResolved = true): string {
  return `
route: {receiver: hook, group_by: [], group_wait: 5s, group_interval: 10s, repeat_interval: 1h}
receivers: [{name: hook, webhook_configs: [{url: "http://hook", send_resolved: ${sendResolved}}]}]`;
}

/** What was written of an alert: seconds, kinds and, where it was kept back, why. */
function events(name = 'a'): (readonly [number, string, string])[] {
  return line.alertmanager
    .history()
    .filter(({ labels }) => labels.get('name') === name)
    .map(({ at, kind, detail }) => [(at - line.begin) / 1000, kind, kind === 'suppressed' ? detail : ''] as const)
    .reverse();
}

function silence(end: number): Promise<string> {
  const matchers = [{ name: 'name', operator: '=', value: 'a' }] as const;
  const times = { startsAt: line.clock.now(), endsAt: line.time(end) };
  return line.alertmanager.setSilence({ matchers, ...times, createdBy: 'me', comment: 'c' });
}

describe('what goes on for long', () => {
  it('is written again every six hours, with how often it was tried since', async () => {
    await line.open(yaml().replace('group_interval: 10s', 'group_interval: 1h'));
    line.statusOf = () => 403;
    const hours = 3600;
    await line.post({ name: 'a' }, 0, 24 * hours);
    await line.until(7.5 * hours);
    const failed = () =>
      line.alertmanager.history({ kinds: ['failed'] }).map(({ at, detail }) => [at - line.begin, detail]);
    const last = (hour: number) => new Date(line.time(hour * hours + 5)).toISOString();
    expect(failed()).toEqual([
      [line.time(6 * hours + 5) - line.begin, `unexpected status code 403; 2 attempts, the last at ${last(7)}`],
      [5000, `unexpected status code 403; 6 attempts, the last at ${last(5)}`],
    ]);
    const id = await silence(20 * hours);
    await line.until(15.5 * hours);
    const kept = line.alertmanager.history({ kinds: ['suppressed'] });
    expect(kept.map(({ at, detail }) => [at, detail])).toEqual([
      [line.time(14 * hours + 5), `silenced by ${id}`],
      [line.time(8 * hours + 5), `silenced by ${id}`],
    ]);
  });
});

describe('an alert that ends before the first flush', () => {
  it('has told nobody, and its history says why', async () => {
    await line.open(yaml());
    await line.post({ name: 'a' }, 0);
    await line.until(2);
    await line.post({ name: 'a' }, 0, 2);
    await line.until(60);
    expect(line.sent).toEqual([]);
    expect(events()).toEqual([
      [0, 'created', ''],
      [0, 'grouped', ''],
      [2, 'resolved', ''],
      [5, 'suppressed', TOO_LATE],
    ]);
  });

  it.each([
    ['that goes on hid it', 30],
    ['that is over by the flush hid nothing', 3],
  ])('says that a silence %s', async (_, end) => {
    await line.open(yaml());
    const id = await silence(end);
    await line.post({ name: 'a' }, 0);
    await line.until(2);
    await line.post({ name: 'a' }, 0, 2);
    await line.until(60);
    expect(events().at(-1)).toEqual([5, 'suppressed', end === 30 ? `silenced by ${id}` : TOO_LATE]);
    expect(events().filter(([, kind]) => kind === 'suppressed')).toHaveLength(1);
  });

  it('says so though the program ended in between', async () => {
    await line.open(yaml());
    await line.post({ name: 'a' }, 0, 60);
    await line.until(1);
    await line.close();
    await line.until(2);
    await line.open(yaml());
    await line.post({ name: 'a' }, 0, 2);
    await line.until(60);
    expect(events().filter(([, kind]) => kind === 'suppressed')).toEqual([[7, 'suppressed', TOO_LATE]]);
  });

  it.each([
    [true, 'sent', ''],
    [false, 'suppressed', TOO_LATE],
  ])('in a group of which somebody was told is told as ended: send_resolved is %s', async (sendResolved, ...last) => {
    await line.open(yaml(sendResolved));
    await line.post({ name: 'b' }, 0);
    await line.until(6);
    await line.post({ name: 'a' }, 6);
    await line.until(7);
    await line.post({ name: 'a' }, 6, 7);
    await line.until(60);
    expect(events().at(-1)).toEqual([15, ...last]);
  });

  it('is not said to have come and gone each time its sender repeats its end', async () => {
    await line.open(yaml(false));
    await line.post({ name: 'a' }, 0);
    await line.until(6);
    for (let second = 6; second < 120; second += 7) {
      await line.post({ name: 'a' }, 0, 6);
      await line.post({ name: 'never seen' }, 0, 1);
      await line.until(second + 7);
    }
    expect(events()).toEqual([
      [0, 'created', ''],
      [0, 'grouped', ''],
      [5, 'sent', ''],
      [6, 'resolved', ''],
    ]);
    expect(events('never seen')).toEqual([]);
  });
});
