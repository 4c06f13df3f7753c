import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '#test/alertmanager';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { filesOf, flushedAlert, notificationOf, outgoingParts } from '#test/notifier';
import type { Delivery, Notification } from './notifier.ts';
import { Renderer } from './renderer.ts';
import { slack } from './slack.ts';

let receiver: FakeReceiver;
let outgoing: ReturnType<typeof outgoingParts>;
const files = filesOf({ '/t/own.tmpl': '{{ define "slack.default.footer" }}from {{ .Receiver }}{{ end }}' });

beforeEach(async () => {
  receiver = await startFakeReceiver();
  outgoing = outgoingParts(files);
});
afterEach(async () => {
  await outgoing.http.close();
  await receiver.close();
});

async function send(yaml: string, notification: Notification, templates: string[] = []): Promise<Delivery> {
  const config = alertmanagerConfig(`
route: {receiver: r}
receivers: [{name: r, slack_configs: [${yaml}]}]`).receivers[0]!.slackConfigs[0]!;
  const renderer = await Renderer.load({ templates, files, externalUrl: 'http://barograph', now: outgoing.now });
  return slack(config, { ...outgoing, renderer }).send(notification, AbortSignal.timeout(5000));
}

const NOTIFICATION = notificationOf([flushedAlert({ instance: 'a' }), flushedAlert({ instance: 'b' })]);
const OK = { body: 'ok' };
const body = () => JSON.parse(receiver.requests[0]!.body) as { attachments: Record<string, unknown>[] };

describe('Slack', () => {
  it('gets one attachment with the default texts', async () => {
    receiver.answers.push(OK);
    expect(await send(`{api_url: "${receiver.url}/services/T/B/X", channel: "#ops"}`, NOTIFICATION)).toEqual({
      ok: true,
      answer: 'ok',
    });
    expect(receiver.requests[0]!.path).toBe('/services/T/B/X');
    const title = '[FIRING:2] DiskFull ';
    const link = 'http://barograph/alerts?receiver=team-x';
    expect(body()).toEqual({
      channel: '#ops',
      username: 'Alertmanager',
      attachments: [
        {
          title,
          title_link: link,
          text: '',
          fallback: `${title} | ${link}`,
          callback_id: '',
          footer: '',
          color: 'danger',
          mrkdwn_in: ['fallback', 'pretext', 'text'],
        },
      ],
    });
  });

  it('gets the configured texts, fields and actions, and templates from files', async () => {
    receiver.answers.push(OK);
    const fields = '[{title: "{{ .Status }}", value: v}, {title: t, value: v, short: false}]';
    const actions =
      '[{type: button, text: Go, url: "http://x/{{ .Status }}", style: primary}, {type: button, text: Ack, name: ack, value: y, confirm: {text: Sure?}}]';
    const yaml = `{api_url: "${receiver.url}", channel: "#{{ .CommonLabels.alertname }}", text: "{{ len .Alerts }}", title: "${'ä'.repeat(1030)}", icon_emoji: ":fire:", link_names: true, short_fields: true, fields: ${fields}, actions: ${actions}, image_url: "http://i"}`;
    await send(yaml, NOTIFICATION, ['/t/*.tmpl']);
    expect(body()).toMatchObject({ channel: '#DiskFull', icon_emoji: ':fire:', link_names: true });
    expect(body().attachments[0]).toMatchObject({
      title: `${'ä'.repeat(1023)}…`,
      text: '2',
      footer: 'from team-x',
      image_url: 'http://i',
      fields: [
        { title: 'firing', value: 'v', short: true },
        { title: 't', value: 'v', short: false },
      ],
      actions: [
        { type: 'button', text: 'Go', url: 'http://x/firing', style: 'primary' },
        { type: 'button', text: 'Ack', name: 'ack', value: 'y', confirm: { text: 'Sure?' } },
      ],
    });
  });

  const json = (answer: object) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) });
  it.each([
    [
      { body: 'invalid_payload' },
      { ok: false, retry: false, error: 'channel "#ops": received an error response from Slack: invalid_payload' },
    ],
    [
      json({ ok: false, error: 'not_in_channel' }),
      { ok: false, retry: false, error: 'channel "#ops": error response from Slack: not_in_channel' },
    ],
    [json({ ok: true, ts: '1.2', channel: 'C1' }), { ok: true, answer: 'ok' }],
    [{ status: 503 }, { ok: false, retry: true, error: 'channel "#ops": unexpected status code 503' }],
  ])('takes the answer %j as %j', async (answer, expected) => {
    receiver.answers.push(answer);
    expect(await send(`{api_url: "${receiver.url}", channel: "#ops"}`, NOTIFICATION)).toMatchObject(expected);
  });

  it('with a bot token posts to the app URL', async () => {
    receiver.answers.push(json({ ok: true }));
    await send(`{app_token: xoxb-1, app_url: "${receiver.url}/api/chat.postMessage", channel: C1}`, NOTIFICATION);
    expect(receiver.requests[0]).toMatchObject({
      path: '/api/chat.postMessage',
      headers: { authorization: 'Bearer xoxb-1' },
    });
  });

  it('says when all is well again', async () => {
    receiver.answers.push(OK);
    const resolved = notificationOf([flushedAlert({ instance: 'a' }, { resolved: true })]);
    await send(`{api_url: "${receiver.url}", channel: C}`, resolved);
    expect(body().attachments[0]).toMatchObject({ title: '[RESOLVED] DiskFull (a)', color: 'good' });
  });
});
