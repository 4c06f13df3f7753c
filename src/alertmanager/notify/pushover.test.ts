import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flushedAlert, notificationOf } from '#test/notifier';
import { FIRING, type NotifierBench, startNotifierBench } from '#test/notifier-bench';
import { pushover } from './pushover.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({
    key: 'pushover_configs',
    create: pushover,
    files: { '/user': 'u-file\n', '/token': 't-file\n' },
  });
});
afterEach(() => bench.close());

const query = () => Object.fromEntries(new URLSearchParams(bench.receiver.requests.at(-1)!.path.split('?')[1]));

describe('Pushover', () => {
  it('gets everything in the query', async () => {
    expect(await bench.send('{user_key: u, token: t, message: "{{ .Status }}"}')).toMatchObject({ ok: true });
    expect(bench.hosts).toEqual(['api.pushover.net']);
    expect(bench.receiver.requests[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '',
    });
    expect(bench.receiver.requests[0]!.path.split('?')[0]).toBe('/1/messages.json');
    expect(query()).toEqual({
      token: 't',
      user: 'u',
      title: '[FIRING:1] DiskFull (a critical)',
      message: 'firing',
      url: 'http://barograph/alerts?receiver=team-x',
      url_title: '',
      priority: '2',
      retry: '60',
      expire: '3600',
      device: '',
      sound: '',
    });
  });

  it('gets what is configured, keys from files, and a lower priority when all is over', async () => {
    const yaml =
      '{user_key_file: /user, token_file: /token, html: true, message: "<b>{{ .CommonLabels.instance }}</b>", url_title: more, device: d, sound: s, retry: 30s, expire: 10m, ttl: 1h}';
    await bench.send(yaml, notificationOf([flushedAlert({ instance: 'a<b' }, { resolved: true })]));
    expect(query()).toMatchObject({
      ...{ token: 't-file', user: 'u-file', html: '1', message: '<b>a&lt;b</b>', priority: '0' },
      ...{ url_title: 'more', device: 'd', sound: 's', retry: '30', expire: '600', ttl: '3600' },
    });
  });

  it('gets texts of the length that it takes, and never an empty message', async () => {
    const long = 'ä'.repeat(2000);
    await bench.send(`{user_key: u, token: t, monospace: true, title: "${long}", message: "${long}", url: "${long}"}`);
    expect(query()).toMatchObject({ title: `${'ä'.repeat(249)}…`, url: `${'ä'.repeat(511)}…`, monospace: '1' });
    expect([...query()['message']!]).toHaveLength(1024);
    await bench.send('{user_key: u, token: t, message: " "}');
    expect(query()).toMatchObject({ message: '(no details)' });
  });

  it('is not asked again after 400, and the keys are not told', async () => {
    bench.receiver.answers.push({ status: 400, body: '{"errors":["user key is invalid"]}' });
    const send = await bench.open('{user_key: s3cret, token: t0ken}');
    expect(await send(FIRING)).toMatchObject({ retry: false, error: expect.stringContaining('user key is invalid') });
    await bench.receiver.close();
    expect(JSON.stringify(await send(FIRING))).not.toMatch(/s3cret|t0ken/);
  });
});
