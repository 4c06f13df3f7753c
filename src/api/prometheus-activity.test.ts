import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QueryActivity } from '#promql/query-activity';
import { ApiWorld } from '#test/api-world';

const NOW = 1_700_000_000_000;
let world: ApiWorld;
let killed: string[];

const activity: QueryActivity = {
  running: () => [
    {
      ...{ id: '7', query: 'sum(up)', kind: 'range', start: 1000, end: 2500, step: 500, client: 'curl from 10.0.0.7' },
      ...{ arrived: NOW - 3000, started: NOW - 2000, samples: 10, bytes: 90 },
    },
    {
      ...{ id: '8', query: '{a="b"}', kind: 'series', start: null, end: null, step: null, client: 'this server' },
      ...{ arrived: NOW - 500, started: null, samples: 0, bytes: 0 },
    },
  ],
  slow: () => [
    {
      ...{ query: 'up', runs: 2, totalSeconds: 3, lastSeconds: 1, maxSeconds: 2, series: 4, samplesRead: 5 },
      ...{ client: 'browser', last: NOW, start: 1000, end: 61_000, step: 15_000, recordingRule: null },
    },
  ],
  kill: (id) => {
    killed.push(id);
    return id === '7';
  },
};

beforeEach(async () => {
  killed = [];
  world = new ApiWorld();
  await world.open({ activity });
});

afterEach(() => world.dispose());

describe('the queries of the server', () => {
  it('are those that wait or run, and those that were slow', async () => {
    expect(await world.json('/api/v1/status/queries')).toEqual({
      status: 200,
      body: {
        status: 'success',
        data: {
          running: [
            {
              ...{ id: '7', query: 'sum(up)', kind: 'range', start: 1, end: 2.5, step: 0.5 },
              ...{ client: 'curl from 10.0.0.7', state: 'running', samples: 10, bytes: 90 },
              ...{ arrived: '2023-11-14T22:13:17.000Z', started: '2023-11-14T22:13:18.000Z' },
              ...{ queuedSeconds: 1, runningSeconds: 2 },
            },
            {
              ...{ id: '8', query: '{a="b"}', kind: 'series', start: null, end: null, step: null },
              ...{ client: 'this server', state: 'queued', samples: 0, bytes: 0 },
              ...{ arrived: '2023-11-14T22:13:19.500Z', started: null, queuedSeconds: 0.5, runningSeconds: 0 },
            },
          ],
          slow: [
            {
              ...{ query: 'up', runs: 2, totalSeconds: 3, lastSeconds: 1, maxSeconds: 2, series: 4, samplesRead: 5 },
              ...{ client: 'browser', last: '2023-11-14T22:13:20.000Z', start: 1, end: 61, step: 15 },
              recordingRule: null,
            },
          ],
        },
      },
    });
  });

  it('can be ended one by one', async () => {
    expect((await world.request('/api/v1/status/queries/7', { method: 'DELETE' })).status).toBe(204);
    expect(await world.json('/api/v1/status/queries/9', { method: 'DELETE' })).toEqual({
      status: 404,
      body: { status: 'error', errorType: 'not_found', error: 'query 9 does not run: it has ended, or never was' },
    });
    expect(killed).toEqual(['7', '9']);
  });

  it('cannot be ended from the page of a stranger', async () => {
    const headers = { Origin: 'http://stranger.test', 'Access-Control-Request-Method': 'DELETE' };
    const preflight = await world.request('/api/v1/status/queries/7', { method: 'OPTIONS', headers });
    expect(preflight.headers.get('Access-Control-Allow-Methods')).not.toContain('DELETE');
    const post = await world.request('/api/v1/status/queries/7', { method: 'POST', body: '' });
    expect(post.status).toBe(405);
    expect(killed).toEqual([]);
  });
});

describe('a query', () => {
  it('belongs to who asks', async () => {
    const headers = { 'User-Agent': 'Grafana/12', 'X-Dashboard-Uid': 'abc' };
    await world.request('/api/v1/query?query=1', { headers });
    expect(world.jobs[0]?.options.origin).toEqual({
      kind: 'http',
      client: { address: '10.0.0.7', userAgent: 'Grafana/12', dashboard: 'abc' },
      ...{ method: 'GET', path: '/api/v1/query' },
    });
  });

  it('is explained at one time or over a range', async () => {
    for (let i = 9; i >= 0; i--) await world.store({ __name__: 'x_total', job: 'a' }, NOW - 60_000 * i, 10 - i);
    const { body } = await world.json('/api/v1/explain?query=sum by(job)(rate(x_total[5m]))');
    expect(body).toMatchObject({
      status: 'success',
      data: {
        tree: {
          ...{ text: 'sum by (job) (rate(x_total[5m]))', series: 1, samplesRead: 5 },
          children: [{ text: 'rate(x_total[5m])', children: [{ text: 'x_total[5m]', series: 1, children: [] }] }],
        },
        ...{ series: 1, statistics: { samplesRead: 5 } },
        recordingRule: {
          record: 'job:x:rate5m',
          query: 'job:x:rate5m',
          saving: { now: 5, recorded: 5, perEvaluation: 5 },
        },
      },
    });
    await world.json('/api/v1/explain?query=1&start=0&end=60&step=15');
    expect(world.jobs[1]?.job).toMatchObject({ kind: 'range', start: 0, end: 60_000, step: 15_000, form: 'explain' });
    expect((await world.json('/api/v1/explain?query=sum(')).body).toMatchObject({ errorType: 'bad_data' });
  });

  it('that fails comes with what can be done', async () => {
    await world.store({ __name__: 'a', x: '1' }, NOW, 1);
    await world.store({ __name__: 'b', x: '1' }, NOW, 1);
    expect(await world.json(`/api/v1/query?query=${encodeURIComponent('{x="1"} + 1')}`)).toEqual({
      status: 422,
      body: {
        ...{ status: 'error', errorType: 'execution' },
        error: 'vector cannot contain metrics with the same labelset',
        hint: expect.stringContaining('aggregate, or select one of them'),
      },
    });
  });
});
