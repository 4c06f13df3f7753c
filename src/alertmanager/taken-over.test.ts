import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#lib/log';
import type { NotificationEntry } from '#meta/notification-log';
import { Labels } from '#model/labels';
import { AlertmanagerTimeline } from '#test/alertmanager';
import { hashNameOf } from './alert-hash.ts';

const CONFIG = `
route:
  receiver: default
  group_by: [alertname]
  group_wait: 1s
  group_interval: 5s
  repeat_interval: 60s
  routes: [{matchers: [team="db"], receiver: db, group_by: ['...']}]
receivers:
- {name: default, webhook_configs: [{url: "http://hook/1"}]}
- {name: db, webhook_configs: [{url: "http://hook/2"}]}
- {name: idle, webhook_configs: [{url: "http://hook/3"}]}`;

describe('what an Alertmanager has told before', () => {
  let line: AlertmanagerTimeline;
  beforeEach(() => {
    line = new AlertmanagerTimeline();
  });
  afterEach(() => line.dispose());

  const messages = () => line.sent.map(({ at, alerts }) => `${at}: ${alerts.join(' ')}`);
  const hash = (name: string) => hashNameOf(Labels.from({ alertname: 'test', name }));
  const told = (entry: Partial<NotificationEntry>): NotificationEntry => ({
    ...{ groupKey: '{}:{alertname="test"}', receiver: 'default', integration: 'webhook', index: 0 },
    ...{ sentAt: line.time(-10), expiresAt: line.time(500), firing: [], resolved: [], receiverData: {} },
    ...entry,
  });

  it('is not told again before repeat_interval, and its end is told', async () => {
    await line.open(CONFIG, { notificationsBefore: [told({ firing: [hash('a'), hash('b')] })] });
    await line.post({ name: 'a' }, -100, 300);
    await line.post({ name: 'b' }, -100, 300);
    await line.until(20);
    expect(messages()).toEqual([]);
    await line.post({ name: 'b' }, -100, 20);
    await line.until(25);
    expect(messages()).toEqual(['25: a(-100) b(-100,20)']);
  });

  it('is repeated when its time is over', async () => {
    await line.open(CONFIG, { notificationsBefore: [told({ firing: [hash('a')] })] });
    await line.post({ name: 'a' }, -100, 300);
    await line.until(60);
    expect(line.sent.map(({ at, reason }) => `${at} ${reason}`)).toEqual(['55 repeat interval elapsed']);
  });

  it('ends for the receiver also when the alert comes resolved', async () => {
    await line.open(CONFIG, { notificationsBefore: [told({ firing: [hash('a')] })] });
    await line.post({ name: 'a' }, -100, -1);
    await line.until(2);
    expect(messages()).toEqual(['0: a(-100,-1)']);
  });

  it('is known in part: what is new is told', async () => {
    await line.open(CONFIG, { notificationsBefore: [told({ firing: [hash('a')] })] });
    await line.post({ name: 'a' }, -100, 300);
    await line.post({ name: 'new' }, 0, 300);
    await line.until(6);
    expect(line.sent.map(({ reason, alerts }) => `${reason}: ${alerts.join(' ')}`)).toEqual([
      'new alerts added: a(-100) new(0)',
    ]);
  });

  it('survives a restart before the alerts come', async () => {
    await line.open(CONFIG, { notificationsBefore: [told({ firing: [hash('a')] })] });
    await line.close();
    await line.open(CONFIG);
    await line.post({ name: 'a' }, -100, 300);
    await line.until(20);
    expect(messages()).toEqual([]);
  });

  it('counts in the answer to why somebody was told', async () => {
    await line.open(CONFIG, { notificationsBefore: [told({ firing: [hash('a')] })] });
    await line.post({ name: 'a' }, 0, 300);
    const why = line.alertmanager.why(Labels.from({ alertname: 'test', name: 'a' }));
    expect(why.routes[0]?.integrations[0]).toMatchObject({ knows: true, lastSentAt: line.time(-10), reason: null });
  });

  it('is named in the log where it has no place', async () => {
    const lines: string[] = [];
    const before = [
      told({ groupKey: '{}/{team="db"}:{alertname="x", team="a, b=\\"c\\""}', receiver: 'db' }),
      told({ receiver: 'idle' }),
      told({ receiver: 'gone' }),
      told({ integration: 'slack' }),
      told({ index: 1 }),
      told({ groupKey: '{}:{alertname="test", job="x"}' }),
      told({ groupKey: '{}/{team="web"}:{alertname="test"}' }),
      told({}),
    ];
    const log = createLog({ format: 'json', sink: (text) => lines.push(text) });
    await line.open(CONFIG, { notificationsBefore: before, log });
    expect(lines.map((text) => JSON.parse(text))).toMatchObject([
      {
        level: 'WARN',
        msg: 'Of what the Alertmanager before has told, a part has no place in this configuration',
        ...{ notifications: 6, of: 8 },
        first: [
          'idle/webhook[0] {}:{alertname="test"}',
          'gone/webhook[0] {}:{alertname="test"}',
          'default/slack[0] {}:{alertname="test"}',
          'default/webhook[1] {}:{alertname="test"}',
          'default/webhook[0] {}:{alertname="test", job="x"}',
        ].join('; '),
        hint: expect.stringContaining('told anew'),
      },
    ]);
  });
});
