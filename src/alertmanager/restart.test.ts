import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { AlertmanagerTimeline, temporaryFolder } from '#test/alertmanager';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';

const CONFIG = `
route: {receiver: default, group_wait: 1s, group_interval: 5s, repeat_interval: 60s}
receivers: [{name: default, webhook_configs: [{url: "http://hook/1"}]}]`;

describe('a restart', () => {
  let line: AlertmanagerTimeline;
  beforeEach(() => {
    line = new AlertmanagerTimeline();
  });
  afterEach(() => line.dispose());

  const messages = () => line.sent.map(({ at, alerts }) => `${at}: ${alerts.join(' ')}`);

  it('repeats nothing, and goes on with new alerts and resolves', async () => {
    await line.open(CONFIG);
    await line.post({ name: 'a' }, 0, 300);
    await line.until(2);
    await line.close();
    await line.until(4);
    await line.open(CONFIG);
    await line.until(5);
    await line.post({ name: 'b' }, 5, 300);
    await line.until(30);
    await line.post({ name: 'a' }, 0, 30);
    await line.until(40);
    expect(messages()).toEqual(['1: a(0)', '9: a(0) b(5)', '34: a(0,30) b(5)']);
  });

  it('still tells of an alert that nobody was told of before', async () => {
    await line.open(CONFIG);
    await line.post({ name: 'a' }, 0, 300);
    await line.close();
    await line.until(10);
    await line.open(CONFIG);
    await line.until(11);
    expect(messages()).toEqual(['10: a(0)']);
  });

  it('keeps the rhythm of repeats', async () => {
    await line.open(CONFIG);
    await line.post({ name: 'a' }, 0, 1000);
    await line.until(50);
    await line.close();
    await line.open(CONFIG);
    await line.until(70);
    expect(messages()).toEqual(['1: a(0)', '65: a(0)']);
  });

  it('does not take an alert for resolved that its sender could not extend meanwhile', async () => {
    await line.open(CONFIG);
    await line.post({ name: 'a' }, 0, 20);
    await line.until(2);
    await line.close();
    await line.until(100);
    await line.open(CONFIG);
    await line.until(101);
    expect(line.alertmanager.alerts()[0]?.endsAt).toBe(line.time(120));
    await line.post({ name: 'a' }, 0, 200);
    await line.until(110);
    expect(line.sent.map(({ reason }) => reason)).toEqual(['first notification', 'repeat interval elapsed']);
  });

  it('forgets an alert that is resolved and told, so that it comes back neither firing nor resolved', async () => {
    await line.open(CONFIG);
    await line.post({ name: 'a' }, 0, 3);
    await line.post({ name: 'b' }, 0, 500);
    await line.until(75);
    await line.close();
    await line.open(CONFIG);
    await line.until(120);
    expect(messages()).toEqual(['1: a(0) b(0)', '6: a(0,3) b(0)', '71: b(0)']);
  });

  it('keeps silences and history', async () => {
    await line.open(CONFIG);
    const id = await line.alertmanager.setSilence({
      matchers: [{ name: 'name', operator: '=~', value: 'a|b' }],
      startsAt: line.time(0),
      endsAt: line.time(1000),
      createdBy: 'me',
      comment: 'c',
      annotations: { ticket: '1' },
    });
    await line.post({ name: 'a' }, 0, 500);
    await line.until(2);
    await line.close();
    await line.open(CONFIG);
    await line.until(20);
    expect(messages()).toEqual([]);
    expect(line.alertmanager.silence(id)).toMatchObject({
      state: 'active',
      comment: 'c',
      annotations: { ticket: '1' },
    });
    expect(line.alertmanager.history({ limit: 10 }).map(({ kind }) => kind)).toContain('suppressed');
  });

  it('remembers extensions of the end that were only written late', async () => {
    await line.open(CONFIG);
    const alert = {
      labels: Labels.from({ alertname: 'x' }),
      annotations: Labels.EMPTY,
      startsAt: line.time(0),
      updatedAt: line.time(0),
      timeout: false,
      generatorURL: '',
    };
    line.alertmanager.put([{ ...alert, endsAt: line.time(240) }]);
    await line.until(60);
    line.alertmanager.put([{ ...alert, endsAt: line.time(400) }]);
    await line.close();
    await line.open(CONFIG);
    expect(line.alertmanager.alerts()[0]?.endsAt).toBe(line.time(400));
  });
});

describe('kill -9', () => {
  let receiver: FakeReceiver;
  let folder: ReturnType<typeof temporaryFolder>;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    folder = temporaryFolder();
    receiver = await startFakeReceiver();
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await receiver.close();
    folder.remove();
  });

  async function start(command: object): Promise<ChildProcess> {
    const script = join(import.meta.dirname, '../../test/support/alertmanager-process.ts');
    const child = fork(script, [JSON.stringify({ folder: folder.path, url: receiver.url, ...command })], {
      execArgv: ['--import', 'tsx'],
    });
    children.push(child);
    await once(child, 'message');
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  const bodies = () => receiver.requests.map(({ body }) => JSON.parse(body) as { status: string; alerts: unknown[] });

  it('right after a notification was acknowledged neither repeats it nor loses the alerts', async () => {
    const first = await start({ post: ['a', 'b'], messageWhen: 'recorded' });
    expect(bodies().map(({ alerts }) => alerts.length)).toEqual([2]);
    await kill(first);
    const second = await start({ post: [], messageWhen: 'flushed' });
    expect(receiver.requests).toHaveLength(1);
    await kill(second);
    await start({ post: [], resolve: ['a', 'b'], messageWhen: 'recorded' });
    expect(bodies().map(({ status, alerts }) => [status, alerts.length])).toEqual([
      ['firing', 2],
      ['resolved', 2],
    ]);
  }, 60_000);

  it('while alerts pour in loses none that was acknowledged', async () => {
    const child = await start({ post: [], groupWait: '1h', messageWhen: 'accepted', postOn: true });
    const acknowledged = new Set<string>();
    // Long enough for the log to be brought to the tables meanwhile.
    await new Promise<void>((enough) => {
      child.on('message', (names) => {
        for (const name of names as string[]) acknowledged.add(name);
        if (acknowledged.size >= 20_000) enough();
      });
    });
    await kill(child);
    const script = join(import.meta.dirname, '../../test/support/alertmanager-process.ts');
    const command = { folder: folder.path, url: receiver.url, post: [], messageWhen: 'accepted', tellHeld: true };
    const next = fork(script, [JSON.stringify({ ...command, groupWait: '1h' })], { execArgv: ['--import', 'tsx'] });
    children.push(next);
    const [held] = (await once(next, 'message')) as [string[]];
    const there = new Set(held);
    expect([...acknowledged].filter((name) => !there.has(name))).toEqual([]);
    expect(there.size).toBe(held.length);
  }, 60_000);

  it('while notifications pour out repeats none that was acknowledged', async () => {
    const child = await start({ post: [], groupWait: '10ms', messageWhen: 'accepted', postOn: true, tellSent: true });
    const sent = new Set<string>();
    await new Promise<void>((enough) => {
      child.on('message', (names) => {
        for (const name of names as string[]) sent.add(name);
        if (sent.size >= 300) enough();
      });
    });
    await kill(child);
    const told = () => {
      const alerts = bodies().flatMap((body) => body.alerts) as { readonly labels: { readonly name: string } }[];
      return alerts.map(({ labels }) => labels.name).filter((name) => sent.has(name));
    };
    expect(told().sort()).toEqual([...sent].sort());
    await start({ post: [], groupWait: '10ms', messageWhen: 'flushed', tellSent: true });
    expect(told().sort()).toEqual([...sent].sort());
  }, 60_000);

  it('right after an alert was accepted does not lose it', async () => {
    await kill(await start({ post: ['a'], groupWait: '1h', messageWhen: 'accepted' }));
    await start({ post: [], groupWait: '10ms', messageWhen: 'recorded' });
    expect(bodies().map(({ alerts }) => alerts.length)).toEqual([1]);
  });
});
