import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { msteams } from './msteams.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'msteams_configs', create: msteams });
});
afterEach(() => bench.close());

describe('a connector of Teams', () => {
  it('gets a message card', async () => {
    expect(await bench.send('{webhook_url: "URL/webhookb2/x", text: "{{ len .Alerts }} alert"}')).toMatchObject({
      ok: true,
    });
    expect(bench.receiver.requests[0]).toMatchObject({ method: 'POST', path: '/webhookb2/x' });
    expect(bench.json()).toEqual({
      '@context': 'http://schema.org/extensions',
      type: 'MessageCard',
      title: '[FIRING:1] DiskFull (a critical)',
      summary: '[FIRING:1] DiskFull (a critical)',
      text: '1 alert',
      themeColor: '8C1A1A',
    });
  });

  it('gets another colour when all is over', async () => {
    await bench.send('{webhook_url: URL, title: t, summary: s, text: x}', RESOLVED);
    expect(bench.json()).toMatchObject({ title: 't', summary: 's', text: 'x', themeColor: '2DC72D' });
  });

  it('is not asked again after 400', async () => {
    bench.receiver.answers.push({ status: 400, body: 'Bad payload' });
    expect(await bench.send('{webhook_url: URL}')).toMatchObject({
      retry: false,
      error: 'unexpected status code 400: Bad payload',
    });
  });
});
