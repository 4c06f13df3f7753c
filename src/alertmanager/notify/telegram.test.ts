import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flushedAlert, notificationOf } from '#test/notifier';
import { FIRING, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { telegram } from './telegram.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({
    key: 'telegram_configs',
    create: telegram,
    files: { '/token': 'from-file\n', '/chat': '-100\n', '/bad': 'x' },
  });
});
afterEach(() => bench.close());

const OK = { body: '{"ok":true,"result":{}}' };

describe('Telegram', () => {
  it('gets a message of the bot with every parameter as a text', async () => {
    bench.receiver.answers.push(OK);
    const yaml = '{api_url: URL, bot_token: "1:x", chat_id: -42, message: "{{ len .Alerts }}"}';
    expect(await bench.send(yaml)).toEqual({ ok: true, answer: '200' });
    expect(bench.receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/bot1:x/sendMessage',
      headers: { 'content-type': 'application/json' },
    });
    expect(bench.json()).toEqual({
      chat_id: '-42',
      text: '1',
      disable_web_page_preview: 'true',
      parse_mode: 'HTML',
    });
  });

  it('gets token and chat from files, a thread, silence and another mode', async () => {
    const yaml =
      '{api_url: "URL/", bot_token_file: /token, chat_id_file: /chat, message_thread_id: 7, disable_notifications: true, parse_mode: "", message: m}';
    await bench.send(yaml, RESOLVED);
    expect(bench.receiver.requests[0]!.path).toBe('/botfrom-file/sendMessage');
    expect(bench.json()).toEqual({
      chat_id: '-100',
      text: 'm',
      disable_web_page_preview: 'true',
      disable_notification: 'true',
      message_thread_id: '7',
    });
  });

  it('escapes what comes from alerts in HTML, and not elsewhere', async () => {
    const alert = notificationOf([flushedAlert({ instance: 'a<b' })]);
    const yaml = (mode: string) =>
      `{api_url: URL, bot_token: t, chat_id: 1, parse_mode: "${mode}", message: "<b>{{ .CommonLabels.instance }}</b>"}`;
    await bench.send(yaml('HTML'), alert);
    expect(bench.json()).toMatchObject({ text: '<b>a&lt;b</b>' });
    await bench.send(yaml('MarkdownV2'), alert);
    expect(bench.json()).toMatchObject({ text: '<b>a<b</b>', parse_mode: 'MarkdownV2' });
  });

  it('gets a cut text, or a word about HTML that is too long', async () => {
    const yaml = (mode: string) =>
      `{api_url: URL, bot_token: t, chat_id: 1, parse_mode: "${mode}", message: "${'ä'.repeat(4097)}"}`;
    await bench.send(yaml(''));
    expect(bench.json()).toMatchObject({ text: `${'ä'.repeat(4095)}…` });
    await bench.send(yaml('HTML'));
    expect(bench.json()).toMatchObject({ text: expect.stringContaining('longer than Telegram allows') });
  });

  it('says how long to wait in its answer', async () => {
    const refusal = { ok: false, description: 'Too Many Requests: retry after 5', parameters: { retry_after: 5 } };
    bench.receiver.answers.push(
      { status: 429, body: JSON.stringify(refusal) },
      { status: 400, body: '{"ok":false,"description":"Bad Request: chat not found"}' },
    );
    const send = await bench.open('{api_url: URL, bot_token: t, chat_id: 1}');
    expect(await send(FIRING)).toEqual({
      ok: false,
      error: 'unexpected status code 429: Too Many Requests: retry after 5',
      retry: true,
      reason: 'clientError',
      retryAfter: 5000,
    });
    expect(await send(FIRING)).toMatchObject({
      retry: false,
      error: 'unexpected status code 400: Bad Request: chat not found',
    });
    await expect(bench.send('{api_url: URL, bot_token: t, chat_id_file: /bad}')).rejects.toThrow('is no number');
  });
});
