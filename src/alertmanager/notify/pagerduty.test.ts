import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '#test/alertmanager';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { filesOf, flushedAlert, notificationOf, outgoingParts } from '#test/notifier';
import { GROUP_HASH, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import type { Delivery, Notification } from './notifier.ts';
import { pagerduty } from './pagerduty.ts';
import { Renderer } from './renderer.ts';

let receiver: FakeReceiver;
let outgoing: ReturnType<typeof outgoingParts>;
const files = filesOf({ '/etc/key': 'k3y\n' });

beforeEach(async () => {
  receiver = await startFakeReceiver();
  outgoing = outgoingParts(files);
});
afterEach(async () => {
  await outgoing.http.close();
  await receiver.close();
});

async function send(yaml: string, notification: Notification): Promise<Delivery> {
  const config = alertmanagerConfig(`
global: {pagerduty_url: "${receiver.url}/v2/enqueue"}
route: {receiver: r}
receivers: [{name: r, pagerduty_configs: [${yaml}]}]`).receivers[0]!.pagerdutyConfigs[0]!;
  const renderer = await Renderer.load({ templates: [], files, externalUrl: 'http://barograph', now: outgoing.now });
  return pagerduty(config, { ...outgoing, renderer }).send(notification, AbortSignal.timeout(5000));
}

const FIRING = notificationOf([flushedAlert({ instance: 'a' })]);
const KEY = createHash('sha256').update(FIRING.groupKey).digest('hex');
const body = () => JSON.parse(receiver.requests[0]!.body) as Record<string, unknown>;

describe('PagerDuty', () => {
  it('gets a version 2 event that opens an incident', async () => {
    receiver.answers.push({ status: 202 });
    expect(await send('{routing_key: r0ute}', FIRING)).toEqual({ ok: true, answer: '202' });
    expect(receiver.requests[0]!.path).toBe('/v2/enqueue');
    expect(body()).toEqual({
      routing_key: 'r0ute',
      dedup_key: KEY,
      event_action: 'trigger',
      payload: {
        summary: '[FIRING:1] DiskFull (a)',
        source: 'Alertmanager',
        severity: 'error',
        custom_details: {
          firing: [expect.objectContaining({ labels: { alertname: 'DiskFull', instance: 'a' } })],
          resolved: [],
          num_firing: 1,
          num_resolved: 0,
        },
      },
      client: 'Alertmanager',
      client_url: 'http://barograph/alerts?receiver=team-x',
    });
  });

  it('gets the event that closes it under the same key', async () => {
    await send('{routing_key_file: /etc/key}', notificationOf([flushedAlert({ instance: 'a' }, { resolved: true })]));
    expect(body()).toMatchObject({ routing_key: 'k3y', dedup_key: KEY, event_action: 'resolve' });
  });

  it('gets what is configured', async () => {
    await send(
      `{routing_key: k, severity: "{{ .CommonLabels.alertname | toLower }}", class: c, component: d, group: g, details: {note: "{{ .Status }}"}, images: [{src: "http://i", alt: a}, {alt: none}], links: [{href: "http://l", text: t}]}`,
      FIRING,
    );
    expect(body()).toMatchObject({
      payload: { severity: 'diskfull', class: 'c', component: 'd', group: 'g', custom_details: { note: 'firing' } },
      images: [{ src: 'http://i', alt: 'a', href: '' }],
      links: [{ href: 'http://l', text: 't' }],
    });
  });

  it('gets the page without details rather than nothing when they are too long', async () => {
    await send(`{routing_key: k, details: {long: "${'x'.repeat(600_000)}"}}`, FIRING);
    expect(body()['payload']).toMatchObject({ custom_details: { error: expect.stringContaining('512KB') } });
  });

  it('is asked again after 429, not after 400; an empty key is an error', async () => {
    receiver.answers.push({ status: 429 }, { status: 400, body: '{"status":"invalid event"}' });
    expect(await send('{routing_key: k}', FIRING)).toMatchObject({ ok: false, retry: true });
    expect(await send('{routing_key: k}', FIRING)).toMatchObject({ ok: false, retry: false });
    await expect(send('{routing_key: "{{ .CommonLabels.nope }}"}', FIRING)).rejects.toThrow(
      'routing key cannot be empty',
    );
  });
});

describe('PagerDuty with a service key', () => {
  let bench: NotifierBench;
  beforeEach(async () => {
    bench = await startNotifierBench({ key: 'pagerduty_configs', create: pagerduty });
  });
  afterEach(() => bench.close());
  const DETAILS = 'details: {firing: f, resolved: r, num_firing: a, num_resolved: b}';

  it('gets a version 1 event', async () => {
    await bench.send(`{service_key: s3rvice, ${DETAILS}}`);
    expect(bench.hosts).toEqual(['events.pagerduty.com']);
    expect(bench.receiver.requests[0]!.path).toBe('/generic/2010-04-15/create_event.json');
    expect(bench.json()).toEqual({
      service_key: 's3rvice',
      incident_key: GROUP_HASH,
      event_type: 'trigger',
      description: '[FIRING:1] DiskFull (a critical)',
      client: 'Alertmanager',
      client_url: 'http://barograph/alerts?receiver=team-x',
      details: { firing: 'f', resolved: 'r', num_firing: 'a', num_resolved: 'b' },
    });
  });

  it('gets the resolve without the client', async () => {
    await bench.send(`{service_key: s3rvice, ${DETAILS}}`, RESOLVED);
    expect(Object.keys(bench.json() as object)).toEqual([
      'service_key',
      'incident_key',
      'event_type',
      'description',
      'details',
    ]);
    expect(bench.json()).toMatchObject({ incident_key: GROUP_HASH, event_type: 'resolve' });
  });

  it('is asked again after 403, which means too often there', async () => {
    bench.receiver.answers.push({ status: 403 }, { status: 400 });
    const send = await bench.open('{service_key: s}');
    expect(await send(RESOLVED)).toMatchObject({ ok: false, retry: true, error: 'unexpected status code 403' });
    expect(await send(RESOLVED)).toMatchObject({ ok: false, retry: false });
  });
});
