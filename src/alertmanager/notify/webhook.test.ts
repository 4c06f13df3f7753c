import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '#test/alertmanager';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { filesOf, flushedAlert, notificationOf, outgoingParts } from '#test/notifier';
import type { Delivery, Notification, NotifierParts } from './notifier.ts';
import { parseRetryAfter } from './post-json.ts';
import { Renderer } from './renderer.ts';
import { webhook } from './webhook.ts';
import { goTime } from './webhook-message.ts';

let receiver: FakeReceiver;
let outgoing: ReturnType<typeof outgoingParts>;
const files = filesOf({ '/etc/url': ' http://from-file/{{ .GroupLabels.alertname }}\n' });

beforeEach(async () => {
  receiver = await startFakeReceiver();
  outgoing = outgoingParts(files);
});
afterEach(async () => {
  await outgoing.http.close();
  await receiver.close();
});

async function parts(): Promise<NotifierParts> {
  const { now } = outgoing;
  return { ...outgoing, renderer: await Renderer.load({ templates: [], files, externalUrl: 'http://barograph', now }) };
}

async function send(yaml: string, notification: Notification, signal = AbortSignal.timeout(5000)): Promise<Delivery> {
  const config = alertmanagerConfig(`
route: {receiver: r}
receivers: [{name: r, webhook_configs: [${yaml}]}]`).receivers[0]!.webhookConfigs[0]!;
  return webhook(config, await parts()).send(notification, signal);
}

const ALERTS = [
  flushedAlert({ instance: 'a', team: 'x' }, { annotations: { summary: 'Disk <full>', n: '1' } }),
  flushedAlert({ instance: 'b', team: 'x' }, { annotations: { summary: 'Disk <full>' }, resolved: true, minutes: 5 }),
];
const NOTIFICATION = notificationOf(ALERTS);
const body = () => JSON.parse(receiver.requests[0]!.body) as Record<string, unknown>;

describe('the webhook', () => {
  it('posts version 4 of the JSON, keys in upstream order', async () => {
    expect(await send(`{url: "${receiver.url}/hook"}`, NOTIFICATION)).toEqual({ ok: true, answer: '200' });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/hook' });
    expect(request!.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Alertmanager\//),
    });
    const common = { alertname: 'DiskFull', team: 'x' };
    const generatorURL = 'http://prometheus/graph?g0.expr=up';
    expect(body()).toEqual({
      receiver: 'team-x',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { ...common, instance: 'a' },
          annotations: { n: '1', summary: 'Disk <full>' },
          startsAt: '2026-11-24T09:00:00Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL,
          fingerprint: ALERTS[0]!.fingerprint,
        },
        {
          status: 'resolved',
          labels: { ...common, instance: 'b' },
          annotations: { summary: 'Disk <full>' },
          startsAt: '2026-11-24T09:05:00Z',
          endsAt: '2026-11-24T09:06:00.5Z',
          generatorURL,
          fingerprint: ALERTS[1]!.fingerprint,
        },
      ],
      notification_reason: 'first notification',
      groupLabels: { alertname: 'DiskFull' },
      commonLabels: common,
      commonAnnotations: { summary: 'Disk <full>' },
      routeLabels: {},
      externalURL: 'http://barograph',
      version: '4',
      groupKey: '{}/{team="x"}:{alertname="DiskFull"}',
      truncatedAlerts: 0,
    });
    expect(Object.keys(body())).toEqual(
      'receiver status alerts notification_reason groupLabels commonLabels commonAnnotations routeLabels externalURL version groupKey truncatedAlerts'.split(
        ' ',
      ),
    );
  });

  it('cuts the list at max_alerts and says so', async () => {
    await send(`{url: "${receiver.url}", max_alerts: 1}`, NOTIFICATION);
    expect(body()).toMatchObject({ truncatedAlerts: 1, alerts: [{ labels: { instance: 'a' } }] });
  });

  it('sends a payload of its own, with rendered texts that read as YAML turned into values', async () => {
    const payload = `{text: "{{ .CommonLabels.team }}!", n: "{{ len .Alerts }}", "k{{ .Status }}": ["{{ .Alerts | toJson }}", true, 7], s: "{{ .CommonAnnotations.summary }}"}`;
    await send(`{url: "${receiver.url}", payload: ${payload}}`, NOTIFICATION);
    expect(body()).toMatchObject({
      text: 'x!',
      n: 2,
      s: 'Disk <full>',
      kfiring: [[{ status: 'firing' }, {}], true, 7],
    });
  });

  it('renders its URL, and reads it from a file on each use', async () => {
    await send(`{url: "${receiver.url}/{{ .CommonLabels.team }}"}`, NOTIFICATION);
    expect(receiver.requests[0]!.path).toBe('/x');
    const delivery = await send('{url_file: /etc/url}', NOTIFICATION);
    expect(delivery).toMatchObject({ ok: false, retry: true });
    await expect(send('{url_file: /etc/none}', NOTIFICATION)).rejects.toThrow(/read url_file: open \/etc\/none/);
  });

  it('sends the credentials of http_config', async () => {
    await send(`{url: "${receiver.url}", http_config: {authorization: {credentials: s3cret}}}`, NOTIFICATION);
    expect(receiver.requests[0]!.headers.authorization).toBe('Bearer s3cret');
  });

  it.each([
    [{ status: 204 }, { ok: true }],
    [
      { status: 500, body: 'broken' },
      { ok: false, retry: true, reason: 'serverError', error: 'unexpected status code 500: broken' },
    ],
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { ok: false, retry: true, reason: 'clientError', retryAfter: 7000 },
    ],
    [
      { status: 400, body: 'no' },
      { ok: false, retry: false, reason: 'clientError', error: 'unexpected status code 400: no' },
    ],
  ])('takes the answer %j as %j', async (answer, expected) => {
    receiver.answers.push(answer);
    expect(await send(`{url: "${receiver.url}"}`, NOTIFICATION)).toMatchObject(expected);
  });

  it('gives up at its timeout and tells no URL', async () => {
    receiver.answers.push({ hang: true });
    const delivery = await send(`{url: "${receiver.url}/secret", timeout: 50ms}`, NOTIFICATION);
    expect(delivery).toEqual({
      ok: false,
      error: 'no answer within the timeout of 50ms',
      retry: true,
      reason: 'contextDeadlineExceeded',
    });
    await receiver.close();
    const refused = await send(`{url: "${receiver.url}/secret"}`, NOTIFICATION);
    expect(refused).toMatchObject({ ok: false, retry: true, reason: 'other' });
    expect(JSON.stringify(refused)).not.toContain('secret');
    expect(JSON.stringify(refused)).toContain('refused');
  });

  it('fails for good when a template fails or leaves no URL', async () => {
    await expect(send(`{url: "${receiver.url}/{{ .Nope }}"}`, NOTIFICATION)).rejects.toThrow(
      /can't evaluate field Nope/,
    );
    await expect(send('{url: "{{ .CommonLabels.nope }}"}', NOTIFICATION)).rejects.toThrow(
      'webhook URL is empty after templating',
    );
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 24, 9);
  it.each([
    ['120', 120_000],
    ['Tue, 24 Nov 2026 09:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2026 08:00:00 GMT', 0],
    ['', null],
    ['soon', null],
  ])('%j', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});

describe('times in JSON', () => {
  it.each([
    ['2026-11-23T14:58:50.087Z', '2026-11-23T14:58:50.087Z'],
    ['2026-11-23T14:58:50.500Z', '2026-11-23T14:58:50.5Z'],
    ['2026-11-23T14:58:50.000Z', '2026-11-23T14:58:50Z'],
    ['2026-11-23T14:58:00.000Z', '2026-11-23T14:58:00Z'],
  ])('%s', (time, expected) => {
    expect(goTime(Date.parse(time))).toBe(expected);
  });
});
