import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '#test/alertmanager';
import { CHALLENGE, type FakeSmtp, type FakeSmtpOptions, startFakeSmtp, TEST_CERTIFICATE } from '#test/fake-smtp';
import { filesOf, flushedAlert, notificationOf, outgoingParts } from '#test/notifier';
import { email } from './email.ts';
import type { Delivery } from './notifier.ts';
import { Renderer } from './renderer.ts';

const files = filesOf({ '/etc/password': 'from-file\n' });
let server: FakeSmtp;
afterEach(() => server.close());

const ALERT = flushedAlert({ instance: 'a<b>' }, { annotations: { summary: 'Platte voll: größer als 90 %' } });

async function send(yaml: string, options: FakeSmtpOptions = {}, times = 1): Promise<Delivery> {
  server = await startFakeSmtp(options);
  const outgoing = outgoingParts(files);
  const config = alertmanagerConfig(`
global: {smtp_smarthost: "127.0.0.1:${server.port}", smtp_from: "Alerts <alerts@example.org>", smtp_hello: me.example.org}
route: {receiver: r}
receivers: [{name: r, email_configs: [${yaml}]}]`).receivers[0]!.emailConfigs[0]!;
  const renderer = await Renderer.load({ templates: [], files, externalUrl: 'http://barograph', now: outgoing.now });
  const notifier = email(config, { ...outgoing, renderer });
  const notification = notificationOf([ALERT]);
  let delivery = await notifier.send(notification, AbortSignal.timeout(5000));
  for (let again = 1; again < times; again++) delivery = await notifier.send(notification, AbortSignal.timeout(5000));
  await outgoing.http.close();
  return delivery;
}

/** Headers by lower-case name, continuation lines joined. */
function headers(message: string): Record<string, string> {
  const head = message.slice(0, message.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return Object.fromEntries(
    head
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
}

function decodeQuotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

describe('mail', () => {
  it('goes to all addresses at once, text first and HTML last', async () => {
    const yaml =
      '{to: "a@example.org, Bea <b@example.org>", require_tls: false, text: "{{ len .Alerts }} alert", headers: {x-team: "größe {{ .Status }}"}}';
    expect(await send(yaml)).toEqual({ ok: true, answer: 'accepted' });
    const [mail] = server.mails;
    expect(mail).toMatchObject({
      hello: 'me.example.org',
      secure: false,
      login: '',
      from: 'alerts@example.org',
      to: ['a@example.org', 'b@example.org'],
    });
    const head = headers(mail!.message);
    expect(head).toMatchObject({
      from: 'Alerts <alerts@example.org>',
      to: 'a@example.org, Bea <b@example.org>',
      subject: '[FIRING:1] DiskFull (a<b>)',
      'mime-version': '1.0',
      'message-id': expect.stringMatching(/^<.+@.+>$/),
      date: expect.stringMatching(/^\w{3}, /),
      'x-team': expect.stringMatching(/^=\?UTF-8\?Q\?gr=C3=B6/),
    });
    expect(head['content-type']).toMatch(/^multipart\/alternative/);
    expect(mail!.message.indexOf('text/plain')).toBeLessThan(mail!.message.indexOf('text/html'));
    expect(mail!.message.match(/Content-Transfer-Encoding: quoted-printable/g)).toHaveLength(2);
  });

  it('escapes what comes from alerts in HTML', async () => {
    await send('{to: a@example.org, require_tls: false}');
    const text = decodeQuotedPrintable(server.mails[0]!.message);
    expect(text).toContain('instance = a&lt;b&gt;<br>');
    expect(text).toContain('Platte voll: größer als 90 %');
    expect(text).not.toContain('a<b><br>');
  });

  it('is threaded when asked for', async () => {
    await send('{to: a@example.org, require_tls: false, threading: {enabled: true, thread_by_date: daily}}');
    const head = headers(server.mails[0]!.message);
    expect(head['references']).toMatch(/^<alert-[0-9a-f]{16}-2026-11-24@alertmanager>$/);
    expect(head['in-reply-to']).toBe(head['references']);
  });

  it('is not sent in the clear when TLS is required, and is not sent to a certificate that nobody knows', async () => {
    expect(await send('{to: a@example.org}')).toMatchObject({
      ok: false,
      error: expect.stringMatching(/does not do STARTTLS.*require_tls/),
      retry: true,
    });
    expect(server.mails).toEqual([]);
    await server.close();
    expect(await send('{to: a@example.org}', { tls: TEST_CERTIFICATE })).toMatchObject({
      ok: false,
      error: expect.stringContaining('self-signed certificate'),
    });
    expect(server.mails).toEqual([]);
  });

  const trusted = `{ca: ${JSON.stringify(TEST_CERTIFICATE.cert)}}`;

  it('goes over STARTTLS', async () => {
    const yaml = `{to: a@example.org, tls_config: ${trusted}, auth_username: me, auth_password: pw}`;
    expect(await send(yaml, { tls: TEST_CERTIFICATE, auth: ['LOGIN', 'PLAIN'] })).toMatchObject({ ok: true });
    expect(server.mails[0]).toMatchObject({ secure: true, login: 'me:pw' });
  });

  it('goes over TLS from the start', async () => {
    const yaml = `{to: a@example.org, tls_config: ${trusted}, force_implicit_tls: true}`;
    expect(await send(yaml, { tls: { ...TEST_CERTIFICATE, implicit: true } })).toMatchObject({ ok: true });
    expect(server.mails[0]).toMatchObject({ secure: true, login: '' });
  });

  it('logs in with what the server offers', async () => {
    const yaml =
      '{to: a@example.org, require_tls: false, auth_username: me, auth_password_file: /etc/password, auth_secret: s}';
    await send(yaml, { auth: ['LOGIN'] });
    expect(server.mails[0]!.login).toBe('me:from-file');
    await server.close();
    await send(yaml, { auth: ['CRAM-MD5', 'PLAIN'] });
    const digest = createHmac('md5', 's').update(CHALLENGE).digest('hex');
    expect(server.mails[0]!.login).toBe(`me ${digest}`);
    await server.close();
    expect(await send(yaml, { auth: ['XOAUTH2'] })).toMatchObject({
      ok: false,
      error: expect.stringContaining('no way to log in'),
    });
  });

  it('that is refused is reported without secrets', async () => {
    const yaml = '{to: a@example.org, require_tls: false, auth_username: me, auth_password: hunter2}';
    const delivery = await send(yaml, { auth: ['PLAIN'], refuse: { AUTH: '535 bad credentials' } });
    expect(delivery).toMatchObject({ ok: false, retry: true, error: expect.stringContaining('535') });
    expect(JSON.stringify(delivery)).not.toContain('hunter2');
    await server.close();
    expect(
      await send('{to: a@example.org, require_tls: false}', { refuse: { RCPT: '550 no such user' } }),
    ).toMatchObject({
      ok: false,
      error: expect.stringContaining('550'),
    });
  });

  it('reaches those whom the server takes, once, while one who is refused for now is tried again alone', async () => {
    const yaml = '{to: "a@example.org, b@example.org, c@example.org", require_tls: false}';
    const busy = ['451 try later', '451 try later', null];
    const refuseRecipient = (address: string) =>
      address.startsWith('c') ? '550 no such user' : address.startsWith('b') ? (busy.shift() ?? null) : null;
    expect(await send(yaml, { refuseRecipient })).toEqual({
      ok: false,
      error: 'accepted, but not for b@example.org (451 try later), c@example.org (550 no such user)',
      retry: true,
      reason: 'other',
    });
    expect(server.mails.map(({ to }) => to)).toEqual([['a@example.org']]);
    await server.close();
    busy.splice(0, busy.length, '451 try later', null);
    expect(await send(yaml, { refuseRecipient }, 2)).toMatchObject({ ok: true });
    expect(server.mails.map(({ to }) => to)).toEqual([['a@example.org'], ['b@example.org']]);
    await server.close();
    expect(await send(yaml, { refuseRecipient })).toEqual({
      ok: true,
      answer: 'accepted, but refused for c@example.org (550 no such user)',
    });
  });

  it('cannot be made to carry another header', async () => {
    await send('{to: a@example.org, require_tls: false, headers: {subject: "x\\r\\nBcc: evil@example.org"}}');
    expect(headers(server.mails[0]!.message)).toMatchObject({ subject: 'x Bcc: evil@example.org' });
    expect(headers(server.mails[0]!.message)['bcc']).toBeUndefined();
  });

  it('without a usable address fails for good', async () => {
    await expect(send('{to: nobody, require_tls: false}')).rejects.toThrow(/holds no address/);
    await server.close();
    await expect(send('{to: a@example.org, from: "a@x, b@x", require_tls: false}')).rejects.toThrow(
      "exactly one 'from' address (got: 2)",
    );
  });
});
