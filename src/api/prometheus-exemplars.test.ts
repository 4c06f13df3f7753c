import { afterEach, beforeEach, expect, it } from 'vitest';
import { ApiWorld } from '#test/api-world';

let world: ApiWorld;
let asked: unknown[];
beforeEach(async () => {
  world = new ApiWorld();
  asked = [];
  await world.open({
    exemplars: (query) => {
      asked.push(query);
      const exemplars = [
        { labels: ['trace_id', 'x'], value: 0.25, t: 1_700_000_000_500 },
        { labels: [], value: Number.POSITIVE_INFINITY, t: 1_700_000_001_000 },
      ];
      return Promise.resolve([{ series: ['__name__', 'up', 'job', 'a'], exemplars }]);
    },
  });
});
afterEach(() => world.dispose());

const get = (query: string) => world.json(`/api/v1/query_exemplars?${query}`);

it('query_exemplars answers for each series, values as text, times in seconds', async () => {
  expect(await get('query=up&start=1700000000&end=1700000010')).toEqual({
    status: 200,
    body: {
      status: 'success',
      data: [
        {
          seriesLabels: { __name__: 'up', job: 'a' },
          exemplars: [
            { labels: { trace_id: 'x' }, value: '0.25', timestamp: 1_700_000_000.5 },
            { labels: {}, value: '+Inf', timestamp: 1_700_000_001 },
          ],
        },
      ],
    },
  });
});

it('query_exemplars asks for the selectors of an expression, wherever they stand', async () => {
  await get('query=rate(a{b="c"}[5m])/on()group_left()max_over_time(d[1h:1m])&start=1&end=2');
  const name = (value: string) => ({ name: '__name__', operator: '=', value });
  const selectors = [[{ name: 'b', operator: '=', value: 'c' }, name('a')], [name('d')]];
  expect(asked).toEqual([{ selectors: expect.arrayContaining(selectors), range: { start: 1000, end: 2000 } }]);
});

it('query_exemplars answers nothing for an expression without selectors', async () => {
  const response = await world.request('/api/v1/query_exemplars?query=1%2B1');
  expect([response.status, await response.text(), asked]).toEqual([204, '', []]);
});

it.each([
  ['query=up{', '1:4: parse error: unexpected end of input inside braces'],
  ['query=up&start=2&end=1', 'end timestamp must not be before start timestamp'],
  ['query=up&end=x', `invalid parameter "end": invalid time value for 'end': cannot parse "x" to a valid timestamp`],
])('query_exemplars?%s is refused', async (query, error) => {
  expect(await get(query)).toEqual({ status: 400, body: { status: 'error', errorType: 'bad_data', error } });
});
