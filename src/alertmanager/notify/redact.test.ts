import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '#lib/secret';
import { alertmanagerConfig } from '#test/alertmanager';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { filesOf, outgoingParts } from '#test/notifier';
import { FIRING } from '#test/notifier-bench';
import { redacted, secretsIn, secretsOfUrl } from './redact.ts';
import { createIntegrations } from './registry.ts';
import { Renderer } from './renderer.ts';

describe('secrets in errors', () => {
  const hidden = (text: string, url: string) => redacted(text, secretsOfUrl(url));

  it.each([
    ['https://hooks.slack.com/services/T0/B0/xyz', 'Cannot POST /services/T0/B0/xyz', 'Cannot POST <redacted>'],
    ['https://h/a%20b/c?token=s3cret', 'GET /a%20b/c?token=s3cret: no', 'GET <redacted>: no'],
    ['https://h/a%20b/c?token=s3cret', 'no /a b/c, token s3cret', 'no <redacted>, token <redacted>'],
    ['https://me:passw%C3%B6rd@h/hook/1', 'wrong password passwörd', 'wrong password <redacted>'],
    ['https://h/', 'not found: / and https://h/', 'not found: / and <redacted>'],
    ['https://h/v2', 'no /v2', 'no /v2'],
  ])('%s: %s', (url, text, shown) => {
    expect(hidden(text, url)).toBe(shown);
  });

  it('are found wherever they stand in a configuration', () => {
    const config = { a: [{ key: new Secret('routing-key') }], url: new Secret('http://h/some/path'), name: 'visible' };
    expect(redacted('routing-key at /some/path is visible', secretsIn(config))).toBe(
      '<redacted> at <redacted> is visible',
    );
  });

  describe('that a receiver sends back', () => {
    let echo: FakeReceiver;
    beforeEach(async () => {
      echo = await startFakeReceiver();
    });
    afterEach(() => echo.close());

    /** The error of a receiver that says what it was sent. */
    async function errorOf(entry: string, said: string, files: Record<string, string> = {}): Promise<string> {
      const outgoing = outgoingParts(filesOf(files));
      const { now } = outgoing;
      const renderer = await Renderer.load({ templates: [], files: outgoing.files, externalUrl: 'http://b', now });
      const yaml = `{route: {receiver: r}, receivers: [{name: r, ${entry.replaceAll('URL', echo.url)}}]}`;
      const [receiver] = alertmanagerConfig(yaml).receivers;
      const [integration] = createIntegrations(receiver!, { ...outgoing, renderer });
      echo.answers.push({ status: 404, body: said });
      const delivery = await integration!.notifier.send(FIRING, new AbortController().signal);
      return delivery.ok ? 'sent' : delivery.error;
    }

    it.each([
      ['webhook_configs: [{url: "URL/hook/secret?token=hidden"}]', 'Cannot POST /hook/secret?token=hidden'],
      ['webhook_configs: [{url_file: /url}]', 'Cannot POST /hook/in-a-file'],
      ['webhook_configs: [{url: "URL/hook", http_config: {authorization: {credentials: hush-hush}}}]', 'no: hush-hush'],
      ['pagerduty_configs: [{url: "URL/v2/enqueue", routing_key: hush-hush}]', 'bad key hush-hush'],
      ['opsgenie_configs: [{api_url: "URL/", api_key: hush-hush}]', 'bad key hush-hush'],
      [
        'telegram_configs: [{api_url: "URL", bot_token: "123:hush-hush", chat_id: 1}]',
        'no /bot123:hush-hush/sendMessage',
      ],
    ])('are not shown: %s', async (entry, said) => {
      const error = await errorOf(entry, said, { '/url': `${echo.url}/hook/in-a-file` });
      expect(error).toContain('404');
      expect(error).toContain('<redacted>');
      expect(error).not.toMatch(/secret|hidden|in-a-file|hush/);
    });
  });
});
