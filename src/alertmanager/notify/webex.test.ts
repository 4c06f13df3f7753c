import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { webex } from './webex.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'webex_configs', create: webex });
});
afterEach(() => bench.close());

const CLIENT = 'http_config: {authorization: {credentials: t0ken}}';

describe('Webex', () => {
  it('gets Markdown for a room with the token of the bot', async () => {
    const yaml = `{api_url: "URL/v1/messages", room_id: "{{ .GroupLabels.alertname }}", message: "**{{ .Status }}**", ${CLIENT}}`;
    expect(await bench.send(yaml)).toMatchObject({ ok: true });
    expect(bench.receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      headers: { authorization: 'Bearer t0ken' },
    });
    expect(bench.json()).toEqual({ markdown: '**firing**', roomId: 'DiskFull' });
  });

  it('gets at most 7439 bytes, and no half character', async () => {
    await bench.send(`{api_url: URL, room_id: r, message: "${'ä'.repeat(4000)}", ${CLIENT}}`);
    expect(bench.json()).toEqual({ markdown: `${'ä'.repeat(3718)}…`, roomId: 'r' });
  });

  it('is not asked again after 401', async () => {
    bench.receiver.answers.push({ status: 401 });
    expect(await bench.send(`{api_url: URL, room_id: r, ${CLIENT}}`, RESOLVED)).toMatchObject({ retry: false });
  });
});
