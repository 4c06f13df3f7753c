import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { discord } from './discord.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({
    key: 'discord_configs',
    create: discord,
    files: { '/url': 'https://discord.example/hook\n' },
  });
});
afterEach(() => bench.close());

describe('Discord', () => {
  it('gets a red embed for what fires', async () => {
    bench.receiver.answers.push({ status: 204 });
    expect(await bench.send('{webhook_url: "URL/api/webhooks/1/x"}')).toEqual({ ok: true, answer: '204' });
    expect(bench.receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/webhooks/1/x',
      headers: { 'content-type': 'application/json', 'user-agent': 'Alertmanager/Barograph' },
    });
    expect(bench.json()).toEqual({
      content: '',
      embeds: [
        {
          title: '[FIRING:1] DiskFull (a critical)',
          description: expect.stringContaining('1 firing:\nDisk is full'),
          color: 0x992d22,
        },
      ],
    });
  });

  it('gets a green one for what is over, to the URL in a file', async () => {
    await bench.send('{webhook_url_file: /url}', RESOLVED);
    expect(bench.hosts).toEqual(['discord.example']);
    expect(bench.json()).toMatchObject({ embeds: [{ title: '[RESOLVED] DiskFull (a critical)', color: 0x2ecc71 }] });
  });

  it('gets what is configured, cut to what it takes', async () => {
    const long = 'ä'.repeat(5000);
    await bench.send(
      `{webhook_url: URL, title: "${long}", message: "${long}", content: "${long}", username: "{{ .Status }}", avatar_url: "http://i"}`,
    );
    expect(bench.json()).toEqual({
      content: `${'ä'.repeat(1999)}…`,
      embeds: [{ title: `${'ä'.repeat(255)}…`, description: `${'ä'.repeat(4095)}…`, color: 0x992d22 }],
      username: 'firing',
      avatar_url: 'http://i',
    });
  });

  it('is asked again after 429 when it says, and after 503, but not after 404', async () => {
    bench.receiver.answers.push({ status: 429, headers: { 'retry-after': '2' } }, { status: 503 }, { status: 404 });
    const send = await bench.open('{webhook_url: URL}');
    expect(await send(FIRING)).toMatchObject({ ok: false, retry: true, retryAfter: 2000 });
    expect(await send(FIRING)).toMatchObject({ ok: false, retry: true, reason: 'serverError' });
    expect(await send(FIRING)).toMatchObject({ ok: false, retry: false, error: 'unexpected status code 404' });
  });
});
