import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flushedAlert, notificationOf } from '#test/notifier';
import { FIRING, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { incidentio } from './incidentio.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({
    key: 'incidentio_configs',
    create: incidentio,
    files: { '/token': 'from-file\n', '/url': 'https://api.incident.io/v2/x\n' },
  });
});
afterEach(() => bench.close());

describe('incident.io', () => {
  it('gets the group with the token of the source', async () => {
    bench.receiver.answers.push({ status: 202 });
    expect(await bench.send('{url: "URL/v2/alert_events/alertmanager/x", alert_source_token: t0ken}')).toEqual({
      ok: true,
      answer: '202',
    });
    expect(bench.receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/v2/alert_events/alertmanager/x',
      headers: { authorization: 'Bearer t0ken' },
    });
    expect(bench.json()).toMatchObject({
      version: '1',
      receiver: 'team-x',
      status: 'firing',
      alerts: [{ status: 'firing', labels: { instance: 'a' }, startsAt: '2026-11-24T09:00:00Z' }],
      groupLabels: { alertname: 'DiskFull' },
      commonAnnotations: { summary: 'Disk is full' },
      externalURL: 'http://barograph',
      groupKey: FIRING.groupKey,
      truncatedAlerts: 0,
    });
  });

  it('gets at most max_alerts, to the URL in a file', async () => {
    const two = notificationOf([flushedAlert({ instance: 'a' }), flushedAlert({ instance: 'b' })]);
    await bench.send('{url_file: /url, alert_source_token_file: /token, max_alerts: 1}', two);
    expect(bench.hosts).toEqual(['api.incident.io']);
    expect(bench.receiver.requests[0]!.headers.authorization).toBe('Bearer from-file');
    expect(bench.json()).toMatchObject({ alerts: [{ labels: { instance: 'a' } }], truncatedAlerts: 1 });
  });

  it('gets the first alert alone when all are too much', async () => {
    const annotations = { text: 'x'.repeat(300_000) };
    const two = notificationOf([
      flushedAlert({ instance: 'a' }, { annotations }),
      flushedAlert({ instance: 'b' }, { annotations }),
    ]);
    await bench.send('{url: URL, alert_source_token: t}', two);
    expect((bench.json() as { alerts: unknown[] }).alerts).toHaveLength(1);
  });

  it('says what is wrong, and is asked again after 429', async () => {
    const refusal = { message: 'validation', errors: ['a', 'b'] };
    bench.receiver.answers.push({ status: 422, body: JSON.stringify(refusal) }, { status: 429 });
    const send = await bench.open('{url: URL, alert_source_token: t}');
    expect(await send(RESOLVED)).toMatchObject({ retry: false, error: 'unexpected status code 422: validation: a, b' });
    expect(await send(RESOLVED)).toMatchObject({ retry: true, error: 'unexpected status code 429' });
  });

  it('that is slower than its own time limit is asked again', async () => {
    bench.receiver.answers.push({ hang: true });
    expect(await bench.send('{url: URL, alert_source_token: t, timeout: 50ms}')).toMatchObject({
      ok: false,
      retry: true,
      reason: 'contextDeadlineExceeded',
    });
  });
});
