import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import type { MetricMetadata } from '#model/metadata';
import type { RuleGroupStatus } from '#rules/status';
import type { GrowingLabelStatus } from '#scrape/status';
import { ApiWorld } from '#test/api-world';

let world: ApiWorld;
beforeEach(() => {
  world = new ApiWorld();
});
afterEach(() => world.dispose());

const badData = (error: string) => ({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
const NO_ADVICE = { findings: [], expr: null };
const ok = (data: unknown) => ({ status: 200, body: { status: 'success', data } });
const T = Date.parse('2023-11-14T22:13:20.000Z');

const ruleBase = { query: 'up == 0', health: 'ok', lastError: '', evaluationSeconds: 0.5, lastSamples: 1 } as const;

function group(name: string, file = 'a.yml'): RuleGroupStatus {
  return {
    ...{ file, name, interval: 15_000, limit: 0, queryOffset: 0, evaluationSeconds: 0.25, lastEvaluation: T },
    rules: [
      {
        ...ruleBase,
        kind: 'recording',
        name: `${name}:sum`,
        labels: Labels.from({ team: name }),
        lastEvaluation: null,
      },
      {
        ...{ ...ruleBase, kind: 'alerting', name: `${name}Down`, labels: Labels.EMPTY, lastEvaluation: T },
        ...{ duration: 60_000, keepFiringFor: 0, annotations: Labels.from({ summary: 's' }), state: 'firing' },
        alerts: [
          {
            ...{ labels: Labels.from({ alertname: `${name}Down` }), annotations: Labels.EMPTY, state: 'firing' },
            ...{ activeAt: T, value: 1, keepFiringSince: T },
          },
        ],
      },
    ],
  };
}

const alert = (name: string) => ({
  ...{ labels: { alertname: `${name}Down` }, annotations: {}, state: 'firing', activeAt: '2023-11-14T22:13:20.000Z' },
  ...{ keepFiringSince: '2023-11-14T22:13:20.000Z', value: '1e+00' },
});

describe('rules and alerts', () => {
  const groups = [group('api'), group('db'), group('web', 'b.yml')];
  beforeEach(() =>
    world.open({
      rules: {
        groups: () => groups,
        alerts: () =>
          groups.flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === 'alerting' ? rule.alerts : []))),
      },
    }),
  );

  /** Names of the groups, and in each those of its rules. */
  async function names(query: string): Promise<unknown> {
    const { body } = await world.json(`/api/v1/rules?${query}`);
    const { data } = body as { data: { groups: { name: string; rules: { name: string }[] }[] } };
    return Object.fromEntries(data.groups.map(({ name, rules }) => [name, rules.map((rule) => rule.name)]));
  }

  it('are shown with times in seconds and values in Go’s form', async () => {
    expect(await world.json('/api/v1/rules?rule_group[]=api')).toEqual(
      ok({
        groups: [
          {
            ...{ name: 'api', file: 'a.yml', interval: 15, limit: 0, evaluationTime: 0.25 },
            lastEvaluation: '2023-11-14T22:13:20.000Z',
            rules: [
              {
                ...{ name: 'api:sum', query: 'up == 0', labels: { team: 'api' }, health: 'ok', evaluationTime: 0.5 },
                ...{ lastEvaluation: '0001-01-01T00:00:00Z', type: 'recording' },
              },
              {
                ...{ state: 'firing', name: 'apiDown', query: 'up == 0', duration: 60, keepFiringFor: 0, labels: {} },
                ...{ annotations: { summary: 's' }, alerts: [alert('api')], health: 'ok', evaluationTime: 0.5 },
                ...{ lastEvaluation: '2023-11-14T22:13:20.000Z', type: 'alerting' },
              },
            ],
          },
        ],
      }),
    );
    expect(await world.json('/api/v1/alerts')).toEqual(ok({ alerts: ['api', 'db', 'web'].map(alert) }));
  });

  it('come with the advice on them, where there is some', async () => {
    const advice = new Map([['a.yml;api', [NO_ADVICE, { findings: ['f'], expr: 'up == 1' }]]]);
    await world.open({ rules: { groups: () => groups, alerts: () => [] }, advice: () => Promise.resolve(advice) });
    const { body } = await world.json('/api/v1/rules?type=alert&exclude_alerts=true');
    const { data } = body as { data: { groups: { name: string; rules: { advice?: unknown }[] }[] } };
    expect(data.groups.map(({ name, rules }) => [name, rules[0]!.advice])).toEqual([
      ['api', { findings: ['f'], query: 'up == 1' }],
      ['db', undefined],
      ['web', undefined],
    ]);
  });

  it('can be chosen', async () => {
    expect(await names('file[]=b.yml')).toEqual({ web: ['web:sum', 'webDown'] });
    expect(await names('type=record&rule_name[]=db:sum')).toEqual({ db: ['db:sum'] });
    expect(await names('type=alert&rule_group[]=db')).toEqual({ db: ['dbDown'] });
    expect(await names('match[]={team="web"}')).toEqual({ web: ['web:sum'] });
    const { body } = await world.json('/api/v1/rules?exclude_alerts=true');
    expect(JSON.stringify(body)).not.toContain('activeAt');
  });

  it('come page by page', async () => {
    const page = async (query: string) =>
      (
        (await world.json(`/api/v1/rules?group_limit=2${query}`)).body as {
          data: { groups: { name: string }[]; groupNextToken?: string };
        }
      ).data;
    const first = await page('');
    expect(first.groups.map(({ name }) => name)).toEqual(['api', 'db']);
    const second = await page(`&group_next_token=${encodeURIComponent(first.groupNextToken ?? '')}`);
    expect(second.groups.map(({ name }) => name)).toEqual(['web']);
    expect(second).not.toHaveProperty('groupNextToken');
  });

  it.each([
    ['type=x', 'invalid parameter "type": not supported value "x"'],
    [
      'exclude_alerts=x',
      'invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing "x": invalid syntax',
    ],
    ['group_limit=0', 'invalid parameter "group_limit": group_limit needs to be greater than 0'],
    [
      'group_limit=x',
      'invalid parameter "group_limit": group_limit needs to be a valid number: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      'group_next_token=abc',
      'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
    ],
    [
      'group_next_token=abc&group_limit=1',
      `invalid parameter "group_next_token": invalid group_next_token 'abc'. were rule groups changed?`,
    ],
    ['match[]={}', 'invalid parameter "match[]": match[] must contain at least one non-empty matcher'],
  ])('refuse %s', async (query, error) => {
    expect(await world.json(`/api/v1/rules?${query}`)).toEqual(badData(error));
  });

  it('go to those of the configuration when there are some', async () => {
    await world.dispose();
    world = new ApiWorld();
    await world.open({ alertmanagers: () => ({ active: ['http://a:9093/api/v2/alerts'], dropped: ['http://b/x'] }) });
    expect(await world.json('/api/v1/alertmanagers')).toEqual(
      ok({
        activeAlertmanagers: [{ url: 'http://a:9093/api/v2/alerts' }],
        droppedAlertmanagers: [{ url: 'http://b/x' }],
      }),
    );
  });

  it('go to the alertmanager inside', async () => {
    expect(await world.json('/api/v1/alertmanagers')).toEqual(
      ok({ activeAlertmanagers: [{ url: 'http://barograph.test/api/v2/alerts' }], droppedAlertmanagers: [] }),
    );
  });
});

describe('targets and their metadata', () => {
  const target = { instance: 'a:1', job: 'x' };
  const active = {
    ...{ discoveredLabels: { __address__: 'a:1' }, labels: target, scrapePool: 'x', scrapeUrl: 'http://a:1/metrics' },
    ...{ globalUrl: 'http://a:1/metrics', lastError: '', lastScrapeDuration: 0.1, health: 'up' as const },
  };
  let growing: readonly GrowingLabelStatus[] = [];
  const of = (help: string) => ({ type: 'gauge' as const, help, unit: '' });
  const entry = (metric: string, help: string) => ({ target, metric, ...of(help) });

  beforeEach(() =>
    world.open({
      targets: {
        pools: () => ['x', 'y'],
        poolConfig: (job) => (job === 'x' ? 'job_name: x\n' : null),
        relabeling: () => null,
        targets: () =>
          Promise.resolve({
            active: [
              { ...active, lastScrape: null, scrapeInterval: 15_000, scrapeTimeout: 10_000, growingLabels: growing },
            ],
            dropped: [{ discoveredLabels: { __address__: 'b:1' }, scrapePool: 'y' }],
            rejected: [],
            droppedCounts: { x: 0, y: 1 },
          }),
        metadata: (metric) => {
          const all: [string, MetricMetadata[]][] = [
            ['up', [of('one'), of('two')]],
            ['down', [of('')]],
          ];
          return Promise.resolve(new Map(all.filter(([name]) => metric === '' || name === metric)));
        },
        targetMetadata: () => Promise.resolve([entry('up', 'one'), entry('up', 'two'), entry('down', '')]),
      },
    }),
  );

  it('are shown by state and pool', async () => {
    const activeTargets = [
      { ...active, lastScrape: '0001-01-01T00:00:00Z', scrapeInterval: '15s', scrapeTimeout: '10s' },
    ];
    const droppedTargets = [{ discoveredLabels: { __address__: 'b:1' }, scrapePool: 'y' }];
    const droppedTargetCounts = { x: 0, y: 1 };
    expect(await world.json('/api/v1/targets')).toEqual(ok({ activeTargets, droppedTargets, droppedTargetCounts }));
    expect(await world.json('/api/v1/targets?state=Active&scrapePool=y')).toEqual(
      ok({ activeTargets: [], droppedTargets: [], droppedTargetCounts: {} }),
    );
    expect(await world.json('/api/v1/targets?state=dropped')).toEqual(
      ok({ activeTargets: [], droppedTargets, droppedTargetCounts }),
    );
    expect(await world.json('/api/v1/scrape_pools')).toEqual(ok({ scrapePools: ['x', 'y'] }));
  });

  it('have the settings of their pool', async () => {
    const ask = (params: string) => world.json(`/api/v1/scrape_pools/config${params}`);
    expect(await ask('?scrapePool=x')).toEqual(ok({ yaml: 'job_name: x\n' }));
    const refused = (error: string) => ({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
    expect(await ask('')).toEqual(refused('no scrapePool parameter provided'));
    expect(await ask('?scrapePool=z')).toEqual(refused('error retrieving scrape config: scrape pool "z" not found'));
  });

  it('are shown with the labels that grow', async () => {
    growing = [
      {
        ...{ label: 'user_id', kind: 'growing', values: 900, within: 'hour', metrics: ['hits'], hasOthers: false },
        ...{ since: T, rule: 'metric_relabel_configs: []' },
      },
    ];
    const { body } = await world.json('/api/v1/targets?state=active');
    growing = [];
    expect(body).toMatchObject({
      data: {
        activeTargets: [{ growingLabels: [{ label: 'user_id', values: 900, since: '2023-11-14T22:13:20.000Z' }] }],
      },
    });
  });

  it('have their metadata by metric', async () => {
    expect(await world.json('/api/v1/metadata')).toEqual(ok({ up: [of('one'), of('two')], down: [of('')] }));
    expect(await world.json('/api/v1/metadata?metric=up&limit_per_metric=1')).toEqual(ok({ up: [of('one')] }));
    expect(await world.json('/api/v1/metadata?limit=1&limit_per_metric=0')).toEqual(ok({ up: [of('one'), of('two')] }));
    expect(await world.json('/api/v1/metadata?limit=0')).toEqual(ok({}));
    expect(await world.json('/api/v1/metadata?metric=constructor')).toEqual(ok({}));
    expect(await world.json('/api/v1/metadata?limit=x')).toEqual(badData('limit must be a number'));
    expect(await world.json('/api/v1/metadata?limit_per_metric=1.5')).toEqual(
      badData('limit_per_metric must be a number'),
    );
  });

  it('have their metadata by target', async () => {
    const path = '/api/v1/targets/metadata';
    expect(await world.json(`${path}?match_target={job="x"}&metric=down`)).toEqual(
      ok([{ target, type: 'gauge', help: '', unit: '' }]),
    );
    expect(await world.json(`${path}?limit=1&match_target={constructor=""}`)).toEqual(ok([entry('up', 'one')]));
    expect(await world.json(`${path}?match_target={job="y"}`)).toEqual(ok([]));
    expect(await world.json(`${path}?match_target={`)).toEqual(
      badData('invalid parameter "match_target": 1:2: parse error: unexpected end of input inside braces'),
    );
    expect(await world.json(`${path}?match_target={job=~"("}`)).toMatchObject({ status: 400 });
  });
});

describe('the state of the server', () => {
  beforeEach(() => world.open());

  it.each([
    ['status/config', { yaml: 'global: {}\n' }],
    ['status/flags', { 'query.timeout': '2m' }],
    [
      'status/buildinfo',
      { version: '1.2.3', revision: '', branch: '', buildUser: '', buildDate: '', goVersion: 'v20' },
    ],
    ['status/walreplay', { min: 0, max: 0, current: 0, state: 'done' }],
    ['status/tsdb/blocks', { blocks: [] }],
    [
      'status/discovery',
      {
        discovery: [
          {
            ...{ job: 'node', mechanism: 'static', error: null, errorSince: null, targets: 2 },
            lastUpdate: '2023-11-14T22:13:20.000Z',
          },
          {
            ...{ job: 'pods', mechanism: 'kubernetes', error: 'no', errorSince: '2023-11-14T22:13:21.000Z' },
            ...{ targets: 0, lastUpdate: null },
          },
        ],
      },
    ],
    ['features', { api: { lifecycle: false } }],
  ])('%s is told', async (path, data) => {
    expect(await world.json(`/api/v1/${path}`)).toEqual(ok(data));
  });

  it('shows as many rows of the head as were asked for', async () => {
    const rows = async (query: string) => (await world.json(`/api/v1/status/tsdb${query}`)).body;
    expect(await rows('')).toMatchObject({ data: { headStats: { numSeries: 10 } } });
    expect(await rows('?limit=10000')).toMatchObject({ data: { headStats: { numSeries: 10_000 } } });
    for (const limit of ['0', '-1', 'x', '1.5']) {
      expect(await world.json(`/api/v1/status/tsdb?limit=${limit}`)).toEqual(
        badData('limit must be a positive number'),
      );
    }
    expect(await world.json('/api/v1/status/tsdb?limit=10001')).toEqual(badData('limit must not exceed 10000'));
  });

  it('has its version at the place where tools look', async () => {
    expect(await world.json('/version')).toMatchObject({ status: 200, body: { version: '1.2.3', goVersion: 'v20' } });
    expect((await world.json('/api/v1/status/runtimeinfo')).body).toMatchObject({ data: { storageRetention: '15d' } });
  });
});

describe('pages of metrics', () => {
  const text = async (path: string, init: RequestInit = {}) => {
    const answer = await world.request(path, init);
    return [answer.status, answer.headers.get('Content-Type'), await answer.text()] as const;
  };
  const type = 'text/plain; version=0.0.4; charset=utf-8';

  it('are the server’s own and the machine’s', async () => {
    await world.open();
    expect(await text('/metrics')).toEqual([200, type, '# TYPE own gauge\nown 1\n']);
    expect(await text('/metrics/host')).toEqual([200, type, '# TYPE host gauge\nhost 2\n']);
  });

  it('federate the selected series with the external labels', async () => {
    await world.open();
    await world.store({ __name__: 'up', job: 'x' }, T - 1000, 1);
    await world.store({ __name__: 'down' }, T - 300_000, 1);
    const up = `# TYPE up untyped\nup{job="x",region="eu",instance=""} 1 ${T - 1000}\n`;
    const escaped = `${type}; escaping=underscores`;
    expect(await text('/federate?match[]=up&match[]=down')).toEqual([200, escaped, up]);
    expect(await text('/federate?match[]={}')).toEqual([200, escaped, up]);
    expect(await text('/federate')).toEqual([200, escaped, '']);
    expect(await text('/federate?match[]=up{')).toEqual([
      400,
      'text/plain; charset=utf-8',
      '1:4: parse error: unexpected end of input inside braces\n',
    ]);
  });

  it('say in plain text what went wrong', async () => {
    await world.open();
    world.answers = () => Promise.reject(new Error('no'));
    expect(await text('/federate?match[]=up')).toEqual([500, 'text/plain; charset=utf-8', 'no\n']);
  });
});

describe('status/cardinality', () => {
  it('takes a limit', async () => {
    await world.open();
    expect(await world.json('/api/v1/status/cardinality')).toEqual({
      status: 200,
      body: { status: 'success', data: { limit: 10 } },
    });
    expect((await world.json('/api/v1/status/cardinality?limit=3')).body).toEqual({
      status: 'success',
      data: { limit: 3 },
    });
    expect(await world.json('/api/v1/status/cardinality?limit=0')).toMatchObject({ status: 400 });
  });
});
