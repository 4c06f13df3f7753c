import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, GROUP_HASH, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { opsgenie } from './opsgenie.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'opsgenie_configs', create: opsgenie, files: { '/key': 'from-file\n' } });
});
afterEach(() => bench.close());

const sent = () => bench.receiver.requests.map(({ method, path }) => `${method} ${path}`);

describe('Opsgenie', () => {
  it('gets an alert under the hash of the group', async () => {
    bench.receiver.answers.push({ status: 202 });
    const yaml =
      '{api_url: URL, api_key: "k-{{ .GroupLabels.alertname }}", description: "{{ .Status }}", details: {note: "{{ len .Alerts }}", severity: high}}';
    expect(await bench.send(yaml)).toEqual({ ok: true, answer: '202' });
    expect(sent()).toEqual(['POST /v2/alerts']);
    expect(bench.receiver.requests[0]!.headers).toMatchObject({
      authorization: 'GenieKey k-DiskFull',
      'content-type': 'application/json',
    });
    expect(bench.json()).toEqual({
      alias: GROUP_HASH,
      message: '[FIRING:1] DiskFull (a critical)',
      description: 'firing',
      details: { alertname: 'DiskFull', instance: 'a', severity: 'high', note: '1' },
      source: 'http://barograph/alerts?receiver=team-x',
    });
  });

  it('closes it', async () => {
    await bench.send('{api_url: URL, api_key_file: /key, source: "{{ .Status }}"}', RESOLVED);
    expect(sent()).toEqual([`POST /v2/alerts/${GROUP_HASH}/close?identifierType=alias`]);
    expect(bench.receiver.requests[0]!.headers.authorization).toBe('GenieKey from-file');
    expect(bench.json()).toEqual({ source: 'resolved' });
  });

  it('changes text and description of the alert when asked to', async () => {
    await bench.send('{api_url: URL, api_key: k, update_alerts: true, message: m, description: d}');
    expect(sent()).toEqual([
      'POST /v2/alerts',
      `PUT /v2/alerts/${GROUP_HASH}/message?identifierType=alias`,
      `PUT /v2/alerts/${GROUP_HASH}/description?identifierType=alias`,
    ]);
    expect(bench.receiver.requests.slice(1).map(({ body }) => JSON.parse(body))).toEqual([
      { message: 'm' },
      { description: 'd' },
    ]);
    expect(bench.receiver.requests.every(({ headers }) => headers.authorization === 'GenieKey k')).toBe(true);
  });

  it('hears of responders, tags and the rest; of those whose templates are empty it does not', async () => {
    const responders =
      '[{name: "a,b", type: teams}, {username: "{{ .CommonLabels.instance }}", type: user}, {name: "{{ .CommonLabels.nope }}", type: "{{ .CommonLabels.nope }}"}]';
    await bench.send(
      `{api_url: URL, api_key: k, responders: ${responders}, tags: " x,,{{ .Status }} ", note: n, priority: P2, entity: e, actions: "up,down", message: "${'ä'.repeat(200)}"}`,
    );
    expect(bench.json()).toMatchObject({
      message: `${'ä'.repeat(129)}…`,
      responders: [
        { name: 'a', type: 'team' },
        { name: 'b', type: 'team' },
        { username: 'a', type: 'user' },
      ],
      tags: ['x', 'firing'],
      note: 'n',
      priority: 'P2',
      entity: 'e',
      actions: ['up', 'down'],
    });
  });

  it('is asked again after 429 and 500, not after 422; what follows a refusal is not sent', async () => {
    bench.receiver.answers.push({ status: 429 }, { status: 500 }, { status: 422, body: 'no' });
    const send = await bench.open('{api_url: URL, api_key: k, update_alerts: true}');
    expect(await send(FIRING)).toMatchObject({ retry: true });
    expect(await send(FIRING)).toMatchObject({ retry: true });
    expect(await send(FIRING)).toMatchObject({ retry: false, error: 'unexpected status code 422: no' });
    expect(bench.receiver.requests).toHaveLength(3);
  });
});
