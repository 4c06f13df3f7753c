import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { ApiWorld } from '#test/api-world';

const NOW = 1_700_000_000;
let world: ApiWorld;

beforeEach(async () => {
  world = new ApiWorld();
  await world.open();
  for (const [i, instance] of ['a:1', 'b:1', 'c:1'].entries()) {
    await world.store({ __name__: 'up', instance }, NOW * 1000 - 1000, i);
  }
});
afterEach(() => world.dispose());

const form = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
  body,
});
const badData = (error: string) => ({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
const ok = (data: unknown, rest: object = {}) => ({ status: 200, body: { status: 'success', data, ...rest } });

describe('instant and range queries', () => {
  it('answer now when no time is given, and at the time that is', async () => {
    expect(await world.json('/api/v1/query?query=1')).toEqual(ok({ resultType: 'scalar', result: [NOW, '1'] }));
    expect(await world.json('/api/v1/query?query=1&time=1.5&unknown=ignored')).toEqual(
      ok({ resultType: 'scalar', result: [1.5, '1'] }),
    );
    expect(await world.json('/api/v1/query?query=nothing')).toEqual(ok({ resultType: 'vector', result: [] }));
  });

  it('take a form, whose values win over those of the URL', async () => {
    expect(await world.json('/api/v1/query?query=1&time=7', form('query=2%2B1'))).toEqual(
      ok({ resultType: 'scalar', result: [7, '3'] }),
    );
    const range = await world.json('/api/v1/query_range', form('query=2&start=0&end=10&step=10s'));
    expect(range).toEqual(
      ok({
        resultType: 'matrix',
        result: [
          {
            metric: {},
            values: [
              [0, '2'],
              [10, '2'],
            ],
          },
        ],
      }),
    );
  });

  it('pass on lookback, statistics and timeout', async () => {
    world.answers = () =>
      Promise.resolve({ kind: 'json', data: new TextEncoder().encode('1'), warnings: [], infos: [] });
    await world.json('/api/v1/query?query=up&lookback_delta=1m&stats=all&timeout=2.5&limit=3');
    await world.json('/api/v1/query?query=up&lookback_delta=0');
    const [first, second] = world.jobs;
    expect(first?.job).toMatchObject({ lookbackDelta: 60_000, stats: true, limit: 3 });
    expect(first?.options).toMatchObject({ timeout: 2500 });
    expect(second?.job).toMatchObject({ lookbackDelta: null, stats: false, limit: 0 });
    expect(second?.options).not.toHaveProperty('timeout');
  });

  it('let range queries use the results cache unless nocache=1 is given, and no others', async () => {
    const range = `/api/v1/query_range?query=up&start=${NOW}&end=${NOW}&step=1`;
    for (const path of [range, `${range}&nocache=1`, '/api/v1/query?query=up']) await world.json(path);
    expect(world.jobs.map(({ options }) => options.cache)).toEqual([true, false, undefined]);
  });

  it('say when a limit has cut the result off', async () => {
    const cut = { warnings: ['results truncated due to limit'] };
    const { body } = await world.json('/api/v1/query?query=up&limit=2');
    expect(body).toMatchObject(cut);
    expect((body as { data: { result: unknown[] } }).data.result).toHaveLength(2);
    expect((await world.json('/api/v1/query?query=up&limit=3')).body).not.toHaveProperty('warnings');
    const range = `/api/v1/query_range?query=up&start=${NOW}&end=${NOW}&step=1`;
    expect((await world.json(`${range}&limit=1`)).body).toMatchObject(cut);
    expect((await world.json(`${range}&limit=3`)).body).not.toHaveProperty('warnings');
  });

  it.each([
    ['query', 'invalid parameter "query": unknown position: parse error: no expression found in input'],
    ['query?query=up{', 'invalid parameter "query": 1:4: parse error: unexpected end of input inside braces'],
    [
      'query?query=1&time=x',
      'invalid parameter "time": invalid time value for \'time\': cannot parse "x" to a valid timestamp',
    ],
    ['query?query=1&timeout=x', 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
    ['query?query=1&timeout=0', 'invalid parameter "timeout": the timeout must be positive'],
    ['query?query=1&limit=x', 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
    ['query?query=1&limit=-1', 'invalid parameter "limit": limit must be non-negative'],
    ['query?query=1&lookback_delta=x', 'invalid parameter "lookback_delta": cannot parse "x" to a valid duration'],
    ['query_range?query=1', 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    ['query_range?query=1&start=1', 'invalid parameter "end": cannot parse "" to a valid timestamp'],
    [
      'query_range?query=1&start=1&end=0&step=1',
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    ['query_range?query=1&start=0&end=1', 'invalid parameter "step": cannot parse "" to a valid duration'],
    [
      'query_range?query=up[5m]&start=0&end=1&step=1',
      'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ],
    [
      'query_range?query=1&start=0&end=11001&step=1',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
    ['format_query?query=up{', 'invalid parameter "query": 1:4: parse error: unexpected end of input inside braces'],
    ['parse_query', 'invalid parameter "query": unknown position: parse error: no expression found in input'],
    ['series', 'no match[] parameter provided'],
    ['series?match[]={}', 'invalid parameter "match[]": match[] must contain at least one non-empty matcher'],
    ['series?match[]=up{', 'invalid parameter "match[]": 1:4: parse error: unexpected end of input inside braces'],
    ['series?match[]=sum(up)', 'invalid parameter "match[]": 1:4: parse error: unexpected "("'],
    ['labels?limit=-1', 'invalid parameter "limit": limit must be non-negative'],
    ['label/%ff/values', 'invalid label name: "%ff"'],
  ])('refuse %s', async (path, error) => {
    expect(await world.json(`/api/v1/${path}`)).toEqual(badData(error));
  });

  it.each([
    ['promql-execution', 'bad-request', 422, 'execution'],
    ['promql-too-many-samples', 'bad-request', 422, 'execution'],
    ['promql-too-much-memory', 'bad-request', 422, 'execution'],
    ['promql-thread-died', 'bad-request', 422, 'execution'],
    ['promql-timeout', 'unavailable', 503, 'timeout'],
    ['promql-canceled', 'unavailable', 499, 'canceled'],
    ['pool-stopped', 'unavailable', 500, 'unavailable'],
    ['bad-chunk', 'corrupt-data', 500, 'internal'],
  ] as const)('answer a failure of kind %s as Prometheus does', async (code, kind, status, errorType) => {
    world.answers = () => Promise.reject(new BarographError('no', { kind, code }));
    expect(await world.json('/api/v1/query?query=1')).toEqual({
      status,
      body: { status: 'error', errorType, error: 'no' },
    });
  });

  it('stop when the client goes away', async () => {
    const aborter = new AbortController();
    await world.request('/api/v1/query?query=1', { signal: aborter.signal });
    expect(world.jobs[0]?.options.signal?.aborted).toBe(false);
    aborter.abort();
    expect(world.jobs[0]?.options.signal?.aborted).toBe(true);
  });

  it('show ten annotations of each kind and count the rest', async () => {
    const texts = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `${kind} ${i}`);
    const data = new TextEncoder().encode('[]');
    world.answers = () => Promise.resolve({ kind: 'json', data, warnings: texts('w', 12), infos: texts('i', 10) });
    expect(await world.json('/api/v1/query?query=1')).toEqual(
      ok([], { warnings: [...texts('w', 10), '2 more warning annotations omitted'], infos: texts('i', 10) }),
    );
  });

  it('refuse a form that is too long', async () => {
    const long = await world.json('/api/v1/query', form(`query=${'1'.repeat(10 * 1024 * 1024)}`));
    expect(long.status).toBe(413);
    expect(long.body).toMatchObject({ status: 'error', errorType: 'bad_data' });
    expect(world.jobs).toEqual([]);
    const answer = await world.request('/api/v1/query', form('1'.repeat(10 * 1024 * 1024 + 1)));
    expect(answer.headers.get('Connection')).toBe('close');
  });
});

describe('series, label names and label values', () => {
  it('are those of the selectors, by GET and by form', async () => {
    const series = ok([{ __name__: 'up', instance: 'a:1' }]);
    expect(await world.json('/api/v1/series?match[]=up{instance="a:1"}')).toEqual(series);
    expect(await world.json('/api/v1/series', form('match[]=up{instance="a:1"}&match[]=nothing'))).toEqual(series);
    expect(await world.json('/api/v1/labels')).toEqual(ok(['__name__', 'instance']));
    expect(await world.json('/api/v1/labels', form('match[]=nothing'))).toEqual(ok([]));
    expect(await world.json('/api/v1/label/instance/values?match[]=up')).toEqual(ok(['a:1', 'b:1', 'c:1']));
    await world.json('/api/v1/label/instance/values?start=0&end=1.5');
    expect(world.jobs.at(-1)?.job).toMatchObject({ range: { start: 0, end: 1500 } });
  });

  it('say when a limit has cut them off', async () => {
    const cut = { warnings: ['results truncated due to limit'] };
    expect(await world.json('/api/v1/label/instance/values?limit=1')).toEqual(ok(['a:1'], cut));
    expect(await world.json('/api/v1/labels?limit=1')).toEqual(ok(['__name__'], cut));
    expect((await world.json('/api/v1/series?match[]=up&limit=2')).body).toMatchObject(cut);
  });

  it('are none in a range that ends before it starts', async () => {
    for (const path of ['series?match[]=up&', 'labels?', 'label/instance/values?']) {
      expect(await world.json(`/api/v1/${path}start=10&end=5`)).toEqual(ok([]));
    }
  });

  it.each([
    ['a%2Fb', 'a/b'],
    ['U__a_2e_b', 'a.b'],
    ['U__a__b', 'a_b'],
    ['U___1F600_', '\u{1f600}'],
    ['U__a_zz_b', 'U__a_zz_b'],
    ['U__a_110000_b', 'U__a_110000_b'],
    ['U__a_d800_b', 'U__a_d800_b'],
  ])('take the label %s as %s', async (path, name) => {
    await world.json(`/api/v1/label/${path}/values`);
    expect(world.jobs[0]?.job).toMatchObject({ kind: 'label-values', name });
  });
});

describe('expressions as text', () => {
  it('are printed and parsed', async () => {
    expect(await world.json('/api/v1/format_query?query=sum(up)by(job)')).toEqual(ok('sum by (job) (up)'));
    const { body } = await world.json('/api/v1/parse_query', form('query=up'));
    expect(body).toMatchObject({ data: { type: 'vectorSelector', name: 'up' } });
  });
});
