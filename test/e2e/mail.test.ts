import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, type AuthMechanism, type Exim, eximMissing, startExim } from '#test/exim';
import { TEST_CERTIFICATE } from '#test/fake-smtp';
import { eventually, query, type Server, scratch, startServer } from '#test/process';
import { readMail, type ShownMail } from '#test/read-mail';

if (eximMissing) console.log(`skipped: mails through a real server: ${eximMissing}`);

interface AlertEvent {
  readonly kind: string;
  readonly integration: string;
  readonly detail: string;
}

const LOGIN = `auth_username: ${ACCOUNT.username}, auth_password: "${ACCOUNT.password}"`;
const PATIENT = 'group_wait: 0s, group_interval: 1s, repeat_interval: 1h';

describe.skipIf(eximMissing)('a mail through Exim', () => {
  let folder: ReturnType<typeof scratch>;
  let exim: Exim;
  let server: Server;

  beforeEach(() => {
    folder = scratch();
    writeFileSync(join(folder.dir, 'ca.pem'), TEST_CERTIFICATE.cert);
  });

  afterEach(async () => {
    await server?.stop('SIGKILL');
    await exim?.stop();
    folder.remove();
  });

  async function open(auth: readonly AuthMechanism[], receiver: string, tls = true): Promise<void> {
    exim = await startExim({ auth, tls });
    server = await startServer({ dir: folder.dir, alertmanager: config(receiver) });
  }

  const config = (receiver: string) => `
global:
  smtp_smarthost: localhost:${exim.port}
  smtp_from: "Überwachung Köln <alarm@example.org>"
  smtp_hello: barograph.example.org
  smtp_tls_config: {ca_file: ca.pem}
route: {receiver: team, group_by: [alertname], ${PATIENT}}
receivers:
  - name: team
    email_configs: [{to: "Jürgen Groß <team@example.org>, zweite@example.org", ${receiver}}]
`;

  const mail = (): Promise<ShownMail> => mailNumber(1);
  async function mailNumber(n: number): Promise<ShownMail> {
    return readMail(
      await eventually(() => {
        const all = exim.mails();
        if (all.length < n) throw new Error(`${all.length} mails of ${n}: ${exim.log()}`);
        return all[n - 1]!;
      }),
    );
  }

  async function post(firing = true): Promise<void> {
    const end = firing ? {} : { endsAt: new Date().toISOString() };
    const alert = {
      labels: { alertname: 'Übertemperatur', ort: 'Saal 1' },
      annotations: { summary: '90 °C – läuft heiß' },
    };
    const response = await fetch(`${server.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ ...alert, ...end }]),
    });
    expect(response.status).toBe(200);
  }

  const history = async () => (await query<{ events: AlertEvent[] }>(server, 'alerting/history')).events;
  const failures = async () => (await history()).filter(({ kind }) => kind === 'failed').map(({ detail }) => detail);

  /** What the receiver's failure says once there is one. */
  function failure(): Promise<string> {
    return eventually(async () => {
      const [detail] = await failures();
      if (detail === undefined) throw new Error('nothing failed yet');
      return detail;
    });
  }

  async function metric(name: string): Promise<number> {
    const page = await (await fetch(`${server.url}/metrics`)).text();
    const lines = page.split('\n').filter((line) => line.startsWith(name) && line.includes('integration="email"'));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  it('arrives encrypted, by password, with both bodies and in any script, and its end answers it', async () => {
    const body = 'text: "{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}", send_resolved: true';
    await open(['PLAIN'], `${LOGIN}, ${body}, threading: {enabled: true, thread_by_date: none}`);
    await post();
    const shown = await mail();
    expect(shown.headers).toMatchObject({
      subject: '[FIRING:1] Übertemperatur (Saal 1)',
      from: 'Überwachung Köln <alarm@example.org>',
      to: 'Jürgen Groß <team@example.org>, zweite@example.org',
      'return-path': '<alarm@example.org>',
      'envelope-to': 'team@example.org, zweite@example.org',
      'message-id': expect.stringMatching(/^<[^<>@\s]+@[^<>@\s]+>$/),
      date: expect.stringMatching(/^\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      'mime-version': '1.0',
      received: expect.stringMatching(/helo=barograph\.example\.org.*with esmtpsa/),
    });
    const [text, html] = shown.parts;
    expect(shown.parts).toHaveLength(2);
    expect(text).toMatchObject({ type: 'text/plain', body: '90 °C – läuft heiß' });
    expect(html).toMatchObject({
      type: 'text/html',
      body: expect.stringContaining('<strong>90 °C – läuft heiß</strong><br>'),
    });
    expect((await history()).filter(({ kind }) => kind === 'sent')).toMatchObject([
      { integration: 'email[0]', detail: 'firing, first notification: accepted' },
    ]);

    await post(false);
    const end = await mailNumber(2);
    expect(end.headers['subject']).toBe('[RESOLVED] Übertemperatur (Saal 1)');
    expect(end.headers['in-reply-to']).toBe(shown.headers['in-reply-to']);
    expect(end.headers['references']).toMatch(/^<alert-[0-9a-f]{16}-@alertmanager>$/);
    expect(end.headers['message-id']).not.toBe(shown.headers['message-id']);
  });

  it.each<[AuthMechanism, string, string]>([
    ['LOGIN', LOGIN, 'A=login:barograph'],
    ['PLAIN', LOGIN, 'A=plain:barograph'],
    ['CRAM-MD5', `auth_username: ${ACCOUNT.username}, auth_secret: "${ACCOUNT.password}"`, 'A=cram:barograph'],
  ])('logs in by %s', async (mechanism, login, logged) => {
    await open([mechanism], login);
    await post();
    await mail();
    expect(exim.log()).toContain(logged);
  });

  it('with a wrong password does not arrive; history, metrics and log say so, and no secret', async () => {
    await open(['PLAIN'], `auth_username: ${ACCOUNT.username}, auth_password: guessed`);
    await post();
    expect(await failure()).toBe(
      `mail server localhost:${exim.port}: login refused (check auth_username, auth_password and auth_secret): 535 Incorrect authentication data`,
    );
    // One flush ends after its ten seconds of attempts.
    await eventually(async () => expect(await metric('alertmanager_notifications_failed_total')).toBeGreaterThan(0));
    expect(await metric('alertmanager_notification_requests_failed_total')).toBeGreaterThan(1);
    expect(server.output()).toContain('Notify for alerts failed');
    expect(server.output()).toContain('535 Incorrect authentication data');
    expect(server.output() + JSON.stringify(await history())).not.toContain('guessed');
    expect(exim.mails()).toEqual([]);
  });

  it('is not sent in the clear to a server without STARTTLS, and the failure says what to do', async () => {
    await open(['PLAIN'], LOGIN, false);
    await post();
    expect(await failure()).toMatch(
      /^mail server localhost:\d+: it does not do STARTTLS \(it answered: 503 .*\), and require_tls is true: nothing was sent\. Turn STARTTLS on there, use its TLS port \(465\), or set require_tls: false to send in the clear$/,
    );
    expect(exim.mails()).toEqual([]);
    expect(exim.log()).not.toContain('A=plain');
  });

  it('reaches those whom the server knows, once, and says whom it does not know', async () => {
    exim = await startExim({ auth: ['PLAIN'], tls: true });
    server = await startServer({ dir: folder.dir, alertmanager: config(LOGIN).replace('zweite@', 'nobody@') });
    await post();
    await mail();
    await eventually(async () =>
      expect(await history()).toContainEqual(
        expect.objectContaining({
          kind: 'sent',
          detail: 'firing, first notification: accepted, but refused for nobody@example.org (550 no such user)',
        }),
      ),
    );
    expect(exim.mails()).toHaveLength(1);
  });

  it('waits for a server that hangs: the attempt ends in time, and the mail is not lost', async () => {
    await open(['PLAIN'], LOGIN);
    exim.hang(true);
    await post();
    expect(await failure()).toBe(
      `mail server localhost:${exim.port}: no answer before the time of this flush (10s) was over; the next one tries again`,
    );
    expect(exim.mails()).toEqual([]);
    exim.hang(false);
    expect((await mail()).headers['subject']).toBe('[FIRING:1] Übertemperatur (Saal 1)');
    await eventually(async () => expect((await history()).map(({ kind }) => kind)).toContain('sent'));
  });
});
