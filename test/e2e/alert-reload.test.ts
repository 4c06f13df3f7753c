import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type Server, scratch, startServer } from '#test/process';
import { paced, WebhookHall } from '#test/webhook-hall';

async function post({ url }: Server, alertname: string, times: object = {}): Promise<void> {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname }, ...times }]),
  });
  expect(response.status).toBe(200);
}

describe('a new configuration', () => {
  it('begins new timers and repeats nothing, also under a prefix', async () => {
    const own = scratch();
    const hall = await WebhookHall.open();
    const yaml = paced(`
route: {receiver: hook, group_by: [], group_wait: 1s, group_interval: 6s, repeat_interval: 10m}
receivers: [{name: hook, webhook_configs: [{url: "${hall.url}/reload"}]}]`);
    const flags = ['--web.enable-lifecycle', '--web.route-prefix=/foo'];
    const reloaded = await startServer({ dir: own.dir, alertmanager: yaml, flags, prefix: '/foo' });
    try {
      hall.start();
      await hall.until(1);
      await post(reloaded, 't1');
      await hall.until(3);
      writeFileSync(join(own.dir, 'alertmanager.yml'), `${yaml.slice(0, -1)}, {name: more}]`);
      expect((await fetch(`${reloaded.url}/-/reload`, { method: 'POST' })).status).toBe(200);
      await hall.until(4);
      await post(reloaded, 't2');
      await eventually(() => expect(hall.listOf('reload')).toHaveLength(2));
      const told = hall.listOf('reload');
      expect(told.map(({ alerts }) => alerts.map((each) => each.slice(0, 2)))).toEqual([['t1'], ['t1', 't2']]);
      // Three seconds of the reload, six of the interval: the timer of before would have been earlier.
      expect(told[1]!.at).toBeGreaterThanOrEqual(9);
    } finally {
      await reloaded.stop('SIGKILL');
      await hall.close();
      own.remove();
    }
  });
});

describe('a start that is delayed', () => {
  it('tells of all alerts at once, old ones too, and waits neither after a reload nor for longer', async () => {
    const own = scratch();
    const hall = await WebhookHall.open();
    const yaml = paced(`
route: {receiver: hook, group_by: [], group_wait: 1s, group_interval: 6s, repeat_interval: 10m}
receivers: [{name: hook, webhook_configs: [{url: "${hall.url}/cold"}]}]`);
    hall.start();
    const delay = Number(paced('5s').slice(0, -1));
    const flags = ['--web.enable-lifecycle', `--dispatch.start-delay=${delay}s`];
    const server = await startServer({ dir: own.dir, alertmanager: yaml, flags });
    const told = () => hall.listOf('cold').map(({ alerts }) => alerts.map((each) => each.slice(0, 2)));
    const old = { startsAt: new Date(Date.now() - 100_000) };
    try {
      await post(server, 't1', old);
      await post(server, 't2');
      await eventually(() => expect(told()).toHaveLength(1));
      // Earlier than the program was there it cannot be.
      expect(hall.listOf('cold')[0]!.at).toBeGreaterThan(5);
      const reloaded = hall.seconds(Date.now());
      writeFileSync(join(own.dir, 'alertmanager.yml'), `${yaml.slice(0, -1)}, {name: more}]`);
      expect((await fetch(`${server.url}/-/reload`, { method: 'POST' })).status).toBe(200);
      await post(server, 't3', old);
      await post(server, 't4');
      await eventually(() => expect(told()).toHaveLength(2));
      expect(told()).toEqual([
        ['t1', 't2'],
        ['t1', 't2', 't3', 't4'],
      ]);
      expect(hall.listOf('cold')[1]!.at).toBeGreaterThanOrEqual(reloaded + 6);
    } finally {
      await server.stop('SIGKILL');
      await hall.close();
      own.remove();
    }
  });
});
