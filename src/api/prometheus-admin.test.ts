import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiWorld } from '#test/api-world';

let world: ApiWorld;
let done: unknown[];
beforeEach(async () => {
  world = new ApiWorld();
  done = [];
  await world.open({
    admin: {
      enabled: true,
      deleteSeries: (deletion) => Promise.resolve(void done.push(deletion)),
      cleanTombstones: () => Promise.resolve(void done.push('clean')),
      snapshot: (settings) => {
        done.push(settings);
        return Promise.resolve('20231114T221320Z-0123456789abcdef');
      },
    },
  });
});
afterEach(() => world.dispose());

const post = (path: string, init: RequestInit = {}) =>
  world.request(`/api/v1/admin/tsdb/${path}`, { method: 'POST', ...init });

async function refused(path: string): Promise<unknown> {
  const response = await post(path);
  const { errorType, error } = (await response.json()) as Record<string, unknown>;
  return [response.status, errorType, error];
}

describe('delete_series', () => {
  it('takes selectors and a range, by PUT too, in the URL or a form', async () => {
    const response = await post(
      'delete_series?match[]=up{job="ci"}&match[]={a=~"b|c"}&start=1000&end=1970-01-01T00:20:00Z',
    );
    expect([response.status, await response.text()]).toEqual([204, '']);
    await post('delete_series', {
      method: 'PUT',
      body: new URLSearchParams({ 'match[]': 'up' }),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(done).toEqual([
      {
        selectors: [
          [
            { name: 'job', operator: '=', value: 'ci' },
            { name: '__name__', operator: '=', value: 'up' },
          ],
          [{ name: 'a', operator: '=~', value: 'b|c' }],
        ],
        range: { start: 1_000_000, end: 1_200_000 },
      },
      {
        selectors: [[{ name: '__name__', operator: '=', value: 'up' }]],
        range: expect.objectContaining({ start: expect.any(Number) }),
      },
    ]);
  });

  it.each([
    ['delete_series', 'no match[] parameter provided'],
    [
      'delete_series?match[]=up&start=x',
      /^invalid parameter "start": invalid time value for 'start': cannot parse "x"/,
    ],
    ['delete_series?match[]=up{', /^invalid parameter "match\[\]": 1:4: parse error: unexpected end of input/],
    [
      'snapshot?skip_head=yes',
      'invalid parameter "skip_head": unable to parse boolean: strconv.ParseBool: parsing "yes": invalid syntax',
    ],
  ])('%s is refused', async (path, message) => {
    const text = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await refused(path)).toEqual([400, 'bad_data', text]);
    expect(done).toEqual([]);
  });
});

it('clean_tombstones answers with nothing', async () => {
  const response = await post('clean_tombstones');
  expect([response.status, await response.text(), done]).toEqual([204, '', ['clean']]);
});

it('snapshot answers with its name', async () => {
  expect(await world.json('/api/v1/admin/tsdb/snapshot?skip_head=true', { method: 'POST' })).toEqual({
    status: 200,
    body: { status: 'success', data: { name: '20231114T221320Z-0123456789abcdef' } },
  });
  await post('snapshot');
  expect(done).toEqual([{ skipHead: true }, { skipHead: false }]);
});

it('GET is refused', async () => {
  const response = await world.request('/api/v1/admin/tsdb/snapshot');
  expect([response.status, response.headers.get('Allow')]).toEqual([405, 'OPTIONS, POST, PUT']);
});
