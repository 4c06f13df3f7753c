import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '#lib/log';
import { silentLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { decodeText } from '#lib/schema-decode';
import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';
import { FakeClock } from '#test/clock';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { filesOf } from '#test/notifier';
import { AlertSenders, type AlertSendersOptions } from './alert-senders.ts';
import { alertingConfigSchema } from './alerting-config.ts';

let receivers: FakeReceiver[];
let registry: MetricRegistry;
let senders: AlertSenders;
const log: Log = silentLog;

beforeEach(async () => {
  receivers = [await startFakeReceiver(), await startFakeReceiver()];
  open({});
});
afterEach(async () => {
  await senders.stop();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

function open(options: Partial<AlertSendersOptions>): void {
  registry = new MetricRegistry();
  senders = new AlertSenders({
    ...{ clock: new FakeClock(), log, registry, files: filesOf({ '/t': 't0ken' }), env: {}, userAgent: 'Test/1' },
    findAwsIdentity: async ({ region = '' }) => ({
      region,
      credentials: { accessKey: 'AK', secretKey: 'SK', sessionToken: '' },
    }),
    ...{ capacity: 10, batchSize: 4, drain: true, isInside: () => false, ...options },
  });
}

function configure(...entries: string[]): void {
  const text = `alertmanagers: [${entries.join(', ')}]`;
  const { value, problems } = decodeText(text, {}, (node, decoding) => alertingConfigSchema.decode(node!, decoding));
  if (!value || problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  senders.configure(value.alertmanagers, 'utf8');
}

/** Discovery finds these fakes for an entry. */
function found(index: number, which: readonly number[], labels: Readonly<Record<string, string>> = {}): void {
  const targets = which.map((i) => Labels.from({ __address__: address(i), ...labels }));
  senders.groups(`config-${index}`, [{ source: 'static/0', targets, labels: Labels.from({ zone: 'z' }) }]);
}

function address(index: number): string {
  return new URL(receivers[index]!.url).host;
}

function alerts(...names: string[]): Alert[] {
  return names.map((name) => ({
    labels: Labels.from({ alertname: name, severity: 'page' }),
    annotations: Labels.from({ summary: name }),
    startsAt: Date.UTC(2026, 10, 24, 9),
    endsAt: Date.UTC(2026, 10, 24, 9, 4),
    updatedAt: 0,
    timeout: false,
    generatorURL: 'http://barograph/graph?g0.expr=up',
  }));
}

/** The names of alerts in each request that a fake got. */
function batches(index: number): string[][] {
  return receivers[index]!.requests.map(({ body }) =>
    (JSON.parse(body) as { labels: Record<string, string> }[]).map(({ labels }) => labels['alertname']!),
  );
}

function metric(name: string, index?: number): number | undefined {
  const family = registry.collect().find((each) => each.name === `prometheus_notifications_${name}`);
  const url = index === undefined ? undefined : `${receivers[index]!.url}/api/v2/alerts`;
  const samples = family?.samples.filter(({ labels, suffix }) => suffix !== '_sum' && !labels.includes('quantile'));
  return samples?.find(({ labels }) => !url || labels.includes(url))?.value;
}

describe('alerts for other Alertmanagers', () => {
  it('are posted to API v2 of all that were found', async () => {
    configure('{timeout: 3s}');
    found(0, [0, 1]);
    senders.put(alerts('a'));
    await senders.stop();
    expect(receivers[0]!.requests).toHaveLength(1);
    expect(receivers[0]!.requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/v2/alerts',
      headers: { 'content-type': 'application/json', 'user-agent': 'Test/1' },
    });
    expect(JSON.parse(receivers[0]!.requests[0]!.body)).toEqual([
      {
        labels: { alertname: 'a', severity: 'page' },
        annotations: { summary: 'a' },
        startsAt: '2026-11-24T09:00:00.000Z',
        endsAt: '2026-11-24T09:04:00.000Z',
        generatorURL: 'http://barograph/graph?g0.expr=up',
      },
    ]);
    expect(batches(1)).toEqual([['a']]);
  });

  it('are not posted to the Alertmanager inside, but counted; with labels of their own they are', async () => {
    open({ isInside: (url) => url === `${receivers[0]!.url}/api/v2/alerts` });
    configure('{}', '{alert_relabel_configs: [{target_label: to, replacement: b}]}');
    found(0, [0, 1]);
    found(1, [0]);
    senders.put(alerts('a'));
    await receivedBy(1, 1);
    await receivedBy(0, 1);
    await settled(() => metric('sent_total', 0) === 2);
    expect(senders.active()).toContain(`${receivers[0]!.url}/api/v2/alerts`);
    expect(JSON.parse(receivers[0]!.requests[0]!.body)).toMatchObject([{ labels: { alertname: 'a', to: 'b' } }]);
    expect([batches(0), batches(1)]).toEqual([[['a']], [['a']]]);
  });

  it('go in batches; the oldest make room when too many wait', async () => {
    configure('{}');
    found(0, [0]);
    senders.put(alerts(...'abcdefghijklm'));
    expect(metric('queue_length')).toBe(10);
    await senders.stop();
    expect(batches(0)).toEqual([
      ['d', 'e', 'f', 'g'],
      ['h', 'i', 'j', 'k'],
      ['l', 'm'],
    ]);
  });

  it('wait in queues of which the longest is measured against the capacity, under the same labels', async () => {
    configure('{}', '{alert_relabel_configs: [{source_labels: [alertname], regex: a, action: keep}]}');
    expect(metric('queue_length')).toBe(0);
    found(0, [0]);
    found(1, [1]);
    senders.put(alerts(...'aaabbbcccddd'));
    expect(metric('queue_length')).toBe(10);
    const labelsOf = (name: string) =>
      registry
        .collect()
        .find((each) => each.name === name)
        ?.samples.map(({ labels }) => labels);
    const [length, capacity] = ['queue_length', 'queue_capacity'].map((name) =>
      labelsOf(`prometheus_notifications_${name}`),
    );
    expect(length).toEqual(capacity);
    await senders.stop();
  });

  it('are counted', async () => {
    configure('{}');
    found(0, [0, 1]);
    expect([metric('sent_total', 0), metric('errors_total', 0), metric('dropped_total', 0)]).toEqual([0, 0, 0]);
    expect([metric('queue_capacity'), metric('alertmanagers_discovered')]).toEqual([10, 2]);
    receivers[0]!.answers.push({ status: 500 });
    senders.put(alerts('a', 'b'));
    await receivedBy(0, 1);
    await receivedBy(1, 1);
    await settled(() => metric('sent_total', 1) === 2 && metric('errors_total', 0) === 2);
    expect([metric('sent_total', 0), metric('dropped_total', 0)]).toEqual([2, 2]);
    expect(metric('latency_seconds', 1)).toBe(1);
    const latency = registry.collect().find(({ name }) => name === 'prometheus_notifications_latency_seconds');
    const quantiles = latency?.samples.filter(({ suffix }) => suffix === '').map(({ labels }) => labels.slice(2));
    expect(quantiles?.slice(0, 3)).toEqual(['0.5', '0.9', '0.99'].map((quantile) => ['quantile', quantile]));
    found(0, [1]);
    expect(metric('sent_total', 0)).toBeUndefined();
    expect(metric('sent_total', 1)).toBe(2);
  });

  it('that did not arrive are not sent again: the rules will', async () => {
    configure('{}');
    found(0, [0]);
    receivers[0]!.answers.push({ status: 503 });
    senders.put(alerts('a', 'b', 'c', 'd', 'e'));
    await senders.stop();
    expect(batches(0)).toEqual([['a', 'b', 'c', 'd'], ['e']]);
  });

  it('are relabelled for each entry, and dropped', async () => {
    configure(
      '{alert_relabel_configs: [{action: drop, source_labels: [alertname], regex: b}, {action: labeldrop, regex: severity}]}',
      '{}',
    );
    found(0, [0]);
    found(1, [1]);
    senders.put(alerts('a', 'b'));
    senders.put(alerts('b'));
    await senders.stop();
    expect(batches(0)).toEqual([['a']]);
    expect(JSON.parse(receivers[0]!.requests[0]!.body)[0].labels).toEqual({ alertname: 'a' });
    expect(batches(1)).toEqual([['a', 'b', 'b']]);
  });

  it('go with the options of their entry', async () => {
    configure('{path_prefix: /am/, authorization: {credentials_file: /t}}', '{sigv4: {region: eu-1}}');
    found(0, [0]);
    found(1, [1]);
    senders.put(alerts('a'));
    await senders.stop();
    expect(receivers[0]!.requests[0]).toMatchObject({
      path: '/am/api/v2/alerts',
      headers: { authorization: 'Bearer t0ken' },
    });
    expect(receivers[1]!.requests[0]!.headers.authorization).toMatch(/Credential=AK\/\d{8}\/eu-1\/aps\/aws4_request/);
  });

  it('wait no longer than nothing when they shall not be sent at the end', async () => {
    await senders.stop();
    open({ drain: false, batchSize: 1 });
    configure('{}');
    found(0, [0]);
    senders.put(alerts('a', 'b', 'c'));
    await senders.stop();
    expect(batches(0)).toEqual([]);
  });
});

describe('Alertmanagers that are found', () => {
  it('can be moved and dropped by relabelling', async () => {
    configure(
      `{relabel_configs: [{action: drop, source_labels: [role], regex: standby}, {target_label: __alerts_path__, replacement: /x}, {source_labels: [zone], target_label: __scheme__, regex: none}]}`,
    );
    const targets = [
      { __address__: 'a:1' },
      { __address__: 'b:1', role: 'standby' },
      { __address__: 'a:1' },
      { __address__: 'c/d' },
    ];
    senders.groups('config-0', [
      {
        source: 's',
        targets: targets.map((each) => Labels.from(each as Record<string, string>)),
        labels: Labels.EMPTY,
      },
    ]);
    expect(senders.active()).toEqual(['http://a:1/x']);
    expect(senders.dropped()).toEqual(['http://b:1/api/v2/alerts']);
  });

  it('are kept by an entry that says the same, and found again by one that says something else', async () => {
    configure('{}');
    found(0, [0]);
    configure('{}');
    expect(senders.active()).toEqual([`${receivers[0]!.url}/api/v2/alerts`]);
    senders.put(alerts('a'));
    configure('{timeout: 1s}');
    senders.put(alerts('b'));
    await senders.stop();
    expect(batches(0).flat().sort()).toEqual(['a', 'b']);
  });

  it('are gone when discovery says so, or the entry is', async () => {
    configure('{}', '{}');
    found(0, [0]);
    found(1, [1]);
    senders.groups('config-0', [{ source: 'static/0', targets: [], labels: Labels.EMPTY }]);
    expect(senders.active()).toEqual([`${receivers[1]!.url}/api/v2/alerts`]);
    configure('{}');
    expect(senders.active()).toEqual([]);
  });
});

async function receivedBy(index: number, count: number): Promise<void> {
  await settled(() => receivers[index]!.requests.length >= count);
}

/** Waits for what the network brings. */
async function settled(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn > 1000) throw new Error('it did not come to that');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
