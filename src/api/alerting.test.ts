import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { ActiveAlertStatus, AlertingRuleStatus, RuleGroupStatus } from '#rules/status';
import { alertmanagerConfig } from '#test/alertmanager';
import { ApiWorld } from '#test/api-world';

let world: ApiWorld;

/** One rule, Down, with these alerts. */
function rulesWith(...alerts: readonly ActiveAlertStatus[]) {
  const rule: AlertingRuleStatus = {
    ...{ kind: 'alerting', name: 'Down', query: 'up == 0', health: 'ok', lastError: '', state: 'firing', alerts },
    labels: Labels.from({ severity: '{{ $labels.level }}', zone: 'a' }),
    ...{ annotations: Labels.EMPTY, duration: 0, keepFiringFor: 0 },
    ...{ evaluationSeconds: 0, lastEvaluation: null, lastSamples: 1 },
  };
  const group: RuleGroupStatus = {
    ...{ file: 'f', name: 'machines', interval: 1, limit: 0, queryOffset: 0, rules: [rule] },
    ...{ evaluationSeconds: 0, lastEvaluation: null },
  };
  return { groups: () => [group], alerts: () => alerts };
}

beforeEach(async () => {
  world = new ApiWorld();
  const labels = Labels.from({ alertname: 'Down' });
  const alert = {
    labels,
    annotations: Labels.EMPTY,
    state: 'firing',
    activeAt: 0,
    value: 3,
    keepFiringSince: null,
  } as const;
  await world.open({ rules: rulesWith(alert) });
});
afterEach(() => world.dispose());

const down = { alertname: 'Down', zone: 'a' };
const id = fingerprint(Labels.from(down));
type Body = { data: Record<string, unknown> & { events: { kind: string; at: string }[] } };

describe('the history of alerts', () => {
  it('is that of a day, newest first, unless asked for otherwise', async () => {
    await world.line.post(down);
    await world.line.post({ alertname: 'Other' });
    const all = (await world.json('/api/v1/alerting/history')).body as Body;
    expect(all.data.events.map(({ kind }) => kind)).toEqual(['grouped', 'created', 'grouped', 'created']);
    const one = (await world.json(`/api/v1/alerting/history?fingerprint=${id}&limit=1`)).body as Body;
    expect(one.data.events).toEqual([
      expect.objectContaining({ kind: 'grouped', fingerprint: id, labels: down, receiver: 'team', groupKey: '{}:{}' }),
    ]);
    const grouped = (await world.json('/api/v1/alerting/history?kind=grouped&kind=sent&receiver=team')).body as Body;
    expect(grouped.data.events.map(({ kind }) => kind)).toEqual(['grouped', 'grouped']);
    expect(await world.json('/api/v1/alerting/history?receiver=x')).toMatchObject({ body: { data: { events: [] } } });
    expect(await world.json('/api/v1/alerting/history?kind=told')).toMatchObject({ status: 400 });
    expect(await world.json('/api/v1/alerting/history?end=1')).toMatchObject({ body: { data: { events: [] } } });
  });
});

describe('the routing tree and the receivers', () => {
  const YAML = `
route: {receiver: team, group_by: [alertname], routes: [{receiver: page, matchers: [severity=page], group_by: ['...']}]}
receivers:
- {name: team, webhook_configs: [{url: "http://team/a"}, {url: "http://team/b"}]}
- {name: page, webhook_configs: [{url: "http://page"}]}
- {name: spare, webhook_configs: [{url: "http://spare"}]}`;
  beforeEach(() => world.line.alertmanager.reload(alertmanagerConfig(YAML)));

  it('is a tree with what each node inherits', async () => {
    expect(await world.json('/api/v1/alerting/routes')).toMatchObject({
      body: {
        data: {
          route: {
            ...{ index: 0, matchers: '{}', receiver: 'team', groupBy: ['alertname'], groupWait: 30_000 },
            routes: [{ index: 1, matchers: '{severity="page"}', receiver: 'page', groupBy: ['...'], routes: [] }],
          },
        },
      },
    });
  });

  it('shows receivers without secrets, also those that no route leads to', async () => {
    const { body } = (await world.json('/api/v1/alerting/receivers')) as { body: { data: { receivers: object[] } } };
    expect(body.data.receivers).toMatchObject([
      { name: 'team', integrations: ['webhook[0]', 'webhook[1]'], used: true },
      { name: 'page', used: true },
      { name: 'spare', integrations: ['webhook[0]'], used: false },
    ]);
    expect(JSON.stringify(body)).toContain('url: <secret>');
    expect(JSON.stringify(body)).not.toContain('http://team');
  });

  const test = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    world.json('/api/v1/alerting/receivers/test', { method: 'POST', body: new URLSearchParams(form), headers });

  it('sends a test through every integration of one receiver and says what came of each', async () => {
    world.line.statusOf = (url) => (url.endsWith('/b') ? 500 : 200);
    expect(await test({ receiver: 'team', labels: '{name="x"}' })).toMatchObject({
      status: 200,
      body: {
        data: {
          results: [
            { integration: 'webhook[0]', ok: true, detail: '200' },
            { integration: 'webhook[1]', ok: false, detail: expect.stringContaining('500') },
          ],
        },
      },
    });
    expect(world.line.sent.map(({ url }) => url)).toEqual(['http://team/a']);
    expect(await test({ receiver: 'spare' })).toMatchObject({ body: { data: { results: [{ ok: true }] } } });
  });

  it('refuses what it does not know, and pages of other origins', async () => {
    expect(await test({ receiver: 'nobody' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('there is no receiver "nobody"') },
    });
    expect((await test({ receiver: 'team', labels: '{a!="b"}' })).status).toBe(400);
    expect((await test({ receiver: 'team' }, { Origin: 'http://elsewhere' })).status).toBe(403);
    expect(world.line.sent).toEqual([]);
  });
});

describe('a preview', () => {
  const ask = async (form: Record<string, string>, headers: Record<string, string> = {}) =>
    world.json('/api/v1/alerting/preview', { method: 'POST', body: new URLSearchParams(form), headers });

  it('is that of a template, for an alert that is there or made up', async () => {
    await world.line.post(down);
    const template = '{{ .Status }} {{ (index .Alerts 0).Labels.alertname }}';
    const answer = (text: string, sample: boolean) => ({
      body: { data: { sample, results: [{ parts: [{ text }] }] } },
    });
    expect(await ask({ template })).toMatchObject(answer('firing Sample', true));
    const labels = '{alertname="Down",zone="a"}';
    expect(await ask({ template, labels, state: 'resolved' })).toMatchObject(answer('resolved Down', false));
    expect(await ask({ template: '{{ .Nope }}' })).toMatchObject({
      status: 400,
      body: {
        status: 'error',
        errorType: 'bad_data',
        error: expect.stringContaining("can't evaluate field Nope"),
        data: { results: [{ line: 1, column: 3 }] },
      },
    });
  });

  it('is asked for in JSON as well, with labels as an object or as a text', async () => {
    await world.line.post({ ...down, 'a "name"': 'back\\slash\n' });
    const json = (body: unknown, type = 'application/json') => {
      const headers = { 'Content-Type': type };
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return world.json('/api/v1/alerting/preview', { method: 'POST', body: text, headers });
    };
    const answer = { status: 200, body: { data: { sample: false, results: [{ parts: [{ text: 'firing 1' }] }] } } };
    const template = '{{ .Status }} {{ len .Alerts }}';
    const labels = { ...down, 'a "name"': 'back\\slash\n' };
    expect(await json({ template, labels, mode: 'text' })).toMatchObject(answer);
    const text = '{alertname="Down",zone="a","a \\"name\\""="back\\\\slash\\n"}';
    expect(await json({ template, labels: text }, 'application/json; charset=utf-8')).toMatchObject(answer);
    const failed = async (...asked: Parameters<typeof json>) => {
      const { status, body } = await json(...asked);
      return [status, (body as { error: string }).error];
    };
    expect(await failed('{"template": ')).toEqual([400, expect.stringContaining('it is no JSON: ')]);
    expect(await failed([template])).toEqual([400, "the request's body cannot be read: it is no JSON object"]);
    expect(await failed({ template: 7 })).toEqual([
      400,
      'invalid parameter "template": it must be a text, or an object of texts where it names labels',
    ]);
    expect(await failed({ template, labels: { a: 1 } })).toEqual([
      400,
      'invalid parameter "labels": the value of "a" must be a text',
    ]);
    expect(await failed({ template, lables: {} })).toEqual([
      400,
      'invalid parameter "lables": there is no such field, only receiver, template, mode, state, labels',
    ]);
    expect(await failed(template, 'text/plain')).toEqual([
      415,
      'the request\'s body has the Content-Type "text/plain", which this endpoint does not take',
    ]);
  });

  it('refuses what it does not know, and pages of other origins', async () => {
    expect((await ask({})).status).toBe(400);
    expect((await ask({ template: 'x', receiver: 'team' })).status).toBe(400);
    expect((await ask({ template: 'x', mode: 'pdf' })).status).toBe(400);
    expect((await ask({ receiver: 'nobody' })).status).toBe(400);
    expect((await ask({ template: 'x' }, { Origin: 'http://elsewhere' })).status).toBe(403);
  });
});

describe('why', () => {
  it('is told of an alert by its fingerprint, with what the rule says', async () => {
    await world.line.post(down);
    expect(await world.json(`/api/v1/alerting/why?fingerprint=${id}`)).toMatchObject({
      status: 200,
      body: {
        data: {
          summary: 'team tells nobody: it has no integrations.',
          fingerprint: id,
          labels: down,
          state: 'firing',
          startsAt: new Date(world.line.time(0)).toISOString(),
          rule: {
            ...{ name: 'Down', group: 'machines', state: 'firing', value: '3' },
            activeAt: '1970-01-01T00:00:00.000Z',
          },
          walk: [{ depth: 0, matchers: '{}', receiver: 'team', verdict: 'taken', failed: '', continues: false }],
          routes: [
            {
              receiver: 'team',
              groupKey: '{}:{}',
              integrations: [],
              nextFlushAt: new Date(world.line.time(30)).toISOString(),
            },
          ],
          standing: [{ kind: 'grouped' }],
        },
      },
    });
  });

  it('names the rule also when the alert is over, or when its rule has no such alert', async () => {
    await world.open({ rules: rulesWith() });
    const rule = { name: 'Down', group: 'machines', state: 'inactive', value: null, activeAt: null };
    const asked = async (labels: Record<string, string>) => {
      await world.line.post(labels);
      const answer = await world.json(`/api/v1/alerting/why?fingerprint=${fingerprint(Labels.from(labels))}`);
      return (answer.body as Body).data['rule'];
    };
    expect(await asked({ ...down, severity: 'page', region: 'eu' })).toEqual(rule);
    expect(await asked({ alertname: 'Down', zone: 'b' })).toBeNull();
    expect(await asked({ alertname: 'Up', zone: 'a' })).toBeNull();
  });

  it('is told of an alert by the labels that its rule gave it, without the external labels', async () => {
    const asked = async (labels: string) => {
      const { status, body } = await world.json(`/api/v1/alerting/why?labels=${encodeURIComponent(labels)}`);
      const { data, ...failure } = body as { data?: { labels: object; state: string }; error?: string; hint?: string };
      return data === undefined ? [status, failure.error, failure.hint] : [data.labels, data.state];
    };
    const sent = { alertname: 'Disk', host: 'h1', region: 'eu' };
    await world.line.post(sent);
    expect(await asked('{alertname="Disk",host="h1"}')).toEqual([sent, 'firing']);
    expect(await asked('{alertname="Disk",host="h1",region="eu"}')).toEqual([sent, 'firing']);
    expect(await asked('{alertname="Disk"}')).toEqual([
      404,
      'no alert has just these labels; 1 alert has them and also host, region',
      'Name all labels of one alert, e.g. labels={alertname="Disk", host="h1", region="eu"}, or ask with its fingerprint.',
    ]);
    await world.line.post({ alertname: 'Disk', rack: 'r1' });
    expect(await asked('{alertname="Disk"}')).toEqual([
      404,
      'no alert has just these labels; 2 alerts have them and also host, rack, region',
      expect.stringContaining('labels={alertname="Disk", rack="r1"}'),
    ]);
  });

  it('is told of labels that no alert has yet', async () => {
    const labels = encodeURIComponent('{alertname="New"}');
    expect(await world.json(`/api/v1/alerting/why?labels=${labels}`)).toMatchObject({
      body: { data: { state: 'unknown', rule: null, routes: [{ receiver: 'team', nextFlushAt: null }], events: [] } },
    });
  });

  it.each([
    ['fingerprint=00', 404, 'nothing is known of an alert with the fingerprint 00'],
    ['', 400, 'labels must name the labels of one alert'],
    [`labels=${encodeURIComponent('{a=~"b"}')}`, 400, 'labels must name the labels of one alert'],
  ])('%s is refused', async (query, status, error) => {
    expect(await world.json(`/api/v1/alerting/why?${query}`)).toMatchObject({
      status,
      body: { error: expect.stringContaining(error) },
    });
  });
});
