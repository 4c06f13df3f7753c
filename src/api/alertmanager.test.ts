import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiWorld } from '#test/api-world';

const NOW = '2023-11-14T22:13:20.000Z';
let world: ApiWorld;
beforeEach(async () => {
  world = new ApiWorld();
  await world.open();
});
afterEach(() => world.dispose());

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

async function answered(path: string, init: RequestInit = {}): Promise<readonly [number, unknown]> {
  const response = await world.request(`/api/v2${path}`, init);
  const text = await response.text();
  return [response.status, text === '' ? '' : JSON.parse(text)];
}

const matcher = { name: 'alertname', value: 'DiskFull', isRegex: false };
const silence = {
  matchers: [matcher],
  startsAt: NOW,
  endsAt: '2023-11-15T00:13:20.000Z',
  createdBy: 'me',
  comment: 'c',
};

describe('a long list of alerts', () => {
  it('comes in pieces, is complete and sorted, and is made while others are answered', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({
      labels: { alertname: 'Many', n: String(i) },
      annotations: { summary: 'x'.repeat(100) },
    }));
    await answered('/alerts', post(many));
    for (const path of ['/alerts', '/alerts?silenced=false']) {
      const response = await world.request(`/api/v2${path}`);
      expect(response.headers.get('Content-Length')).toBe(null);
      const reader = response.body!.getReader();
      const texts: string[] = [];
      let [turns, isRead] = [0, false];
      const other = () => {
        turns++;
        if (!isRead) setImmediate(other);
      };
      other();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        texts.push(new TextDecoder().decode(part.value));
      }
      isRead = true;
      expect(texts.length).toBeGreaterThan(5);
      expect(turns).toBeGreaterThan(150);
      const alerts = JSON.parse(texts.join('')) as { fingerprint: string; labels: { n: string } }[];
      const fingerprints = alerts.map(({ fingerprint }) => fingerprint);
      expect(fingerprints).toEqual(fingerprints.toSorted());
      expect(new Set(alerts.map(({ labels }) => labels.n)).size).toBe(3000);
    }
    const [, groups] = await answered('/alerts/groups');
    expect((groups as { alerts: unknown[] }[]).map(({ alerts }) => alerts.length)).toEqual([3000]);
  });

  it('is refused as a whole for a bad pattern', async () => {
    expect(await answered('/alerts?receiver=(')).toEqual([
      400,
      'failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`',
    ]);
    expect(await answered('/alerts?receiver=*')).toEqual([
      400,
      'failed to parse receiver param: error parsing regexp: missing argument to repetition operator: `*`',
    ]);
    expect((await answered('/alerts/groups?receiver=('))[0]).toBe(400);
  });
});

describe('alerts', () => {
  const labels = { alertname: 'DiskFull', cluster: 'a' };

  it('are taken as amtool sends them and shown as it reads them', async () => {
    const sent = post([
      {
        ...{ labels, annotations: { summary: 'Disk full' }, generatorURL: 'http://p/graph' },
        ...{ startsAt: '0001-01-01T00:00:00.000Z', endsAt: '0001-01-01T00:00:00.000Z' },
      },
    ]);
    expect(await answered('/alerts', sent)).toEqual([200, '']);
    const shown = {
      ...{ labels, annotations: { summary: 'Disk full' }, generatorURL: 'http://p/graph' },
      ...{ startsAt: NOW, updatedAt: NOW, endsAt: '2023-11-14T22:18:20.000Z', receivers: [{ name: 'team' }] },
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
    };
    const path =
      '/alerts?filter=alertname%3D%22DiskFull%22&active=true&silenced=false&inhibited=false&unprocessed=true';
    await world.line.until(0);
    expect(await answered(path)).toEqual([200, [shown]]);
    expect(await answered('/alerts?filter=alertname%3D%22Other%22')).toEqual([200, []]);
    expect(await answered('/alerts?active=junk')).toEqual([200, []]);
    expect(await answered('/alerts?receiver=te.*')).toEqual([200, [shown]]);
    expect(await answered('/alerts?receiver=te')).toEqual([200, []]);
    expect(await answered('/alerts/groups')).toEqual([
      200,
      [{ labels: {}, routeLabels: {}, receiver: { name: 'team' }, alerts: [shown] }],
    ]);
  });

  it('need no times, no annotations and no URL', async () => {
    expect(await answered('/alerts', post([{ labels, startsAt: '', endsAt: null, extra: 1 }]))).toEqual([200, '']);
    const [, [alert]] = (await answered('/alerts')) as [number, Record<string, unknown>[]];
    expect(alert).toMatchObject({ annotations: {}, startsAt: NOW });
    expect(alert).not.toHaveProperty('generatorURL');
  });

  it.each([
    ['2023-11-14T22:00:00Z', '2023-11-14T22:00:00.000Z'],
    ['2023-11-14T23:00:00.25+01:00', '2023-11-14T22:00:00.250Z'],
    ['2023-11-14T22:00:00.123456789Z', '2023-11-14T22:00:00.123Z'],
    ['2023-11-14T21:00:00-0100', '2023-11-14T22:00:00.000Z'],
    ['2023-11-14 22:00:00', '2023-11-14T22:00:00.000Z'],
    ['2023-11-14', '2023-11-14T00:00:00.000Z'],
  ])('take the time %s', async (startsAt, shown) => {
    expect(await answered('/alerts', post([{ labels, startsAt }]))).toEqual([200, '']);
    expect((await answered('/alerts'))[1]).toMatchObject([{ startsAt: shown }]);
  });

  it.each([
    ['{', 400, { code: 400, message: expect.stringMatching(/^parsing alerts body from "" failed, because /) }],
    ['', 422, { code: 602, message: 'alerts in body is required' }],
    [{}, 400, { code: 400, message: expect.stringContaining('an array was expected, not object') }],
    [[null], 400, { code: 400, message: expect.stringContaining('0 must be an object, not null') }],
    [[{}], 422, { code: 602, message: '0.labels in body is required' }],
    [[{ labels: { a: 1 } }], 400, { code: 400, message: expect.stringContaining('0.labels.a must be a string') }],
    [[{ labels: 'x' }], 400, { code: 400, message: expect.stringContaining('0.labels must be an object') }],
    [[{ labels, startsAt: 'soon' }], 400, { code: 400, message: expect.stringContaining('not a date-time: "soon"') }],
    [[{ labels, startsAt: '2023-13-45' }], 400, { code: 400, message: expect.stringContaining('not a date-time') }],
    [[{ labels, endsAt: 5 }], 400, { code: 400, message: expect.stringContaining('0.endsAt must be a string') }],
    [
      [{ labels, generatorURL: 'not a url' }],
      422,
      { code: 601, message: '0.generatorURL in body must be of type uri: "not a url"' },
    ],
    [[{ labels: {} }], 400, 'at least one label pair required'],
    [[{ labels: { a: '' } }], 400, 'at least one label pair required'],
    [[{ labels, startsAt: NOW, endsAt: '2023-01-01T00:00:00Z' }], 400, 'start time must be before end time'],
  ])('refuse %j', async (body, status, answer) => {
    expect(await answered('/alerts', post(body))).toEqual([status, answer]);
    expect((await answered('/alerts'))[1]).toEqual([]);
  });

  it('may be none', async () => {
    expect(await answered('/alerts', post([]))).toEqual([200, '']);
    expect(await answered('/alerts', post('null'))).toEqual([200, '']);
  });

  it('must be JSON and say so', async () => {
    const typed = (type: string) => ({ method: 'POST', body: '[]', headers: { 'Content-Type': type } });
    const refusal = (type: string) => [
      415,
      { code: 415, message: `unsupported media type "${type}", only [application/json] are allowed` },
    ];
    expect(await answered('/alerts', typed('text/plain; charset=x'))).toEqual(refusal('text/plain'));
    expect(await answered('/alerts', typed('application/jsonx'))).toEqual(refusal('application/jsonx'));
    const untyped = { method: 'POST', body: new Uint8Array([91, 93]) };
    expect(await answered('/alerts', untyped)).toEqual(refusal('application/octet-stream'));
    expect((await answered('/alerts', typed('Application/JSON; charset=utf-8')))[0]).toBe(200);
  });

  it('must not be endless', async () => {
    const [status, body] = await answered('/alerts', post(`[${' '.repeat(32 * 1024 * 1024)}]`));
    expect([status, body]).toEqual([413, { code: 413, message: expect.stringContaining('33554432 bytes') }]);
  });

  it('are found by the labels of their receivers', async () => {
    await answered('/alerts', post([{ labels: { alertname: 'Down' } }]));
    const found = async (query: string) => {
      const lists = [await answered(`/alerts?${query}`), await answered(`/alerts/groups?${query}`)];
      const receivers = (await answered(`/receivers?${query}`))[1] as { name: string }[];
      return [
        ...lists.map(([status, list]) => [status, (list as unknown[]).length]),
        receivers.map(({ name }) => name),
      ];
    };
    expect(await found('receiver_matchers=name%3Dteam')).toEqual([[200, 1], [200, 1], ['team']]);
    expect(await found('receiver_matchers=name%3D~t.*&receiver_matchers=owner%3D%22%22')).toEqual([
      [200, 1],
      [200, 1],
      ['team'],
    ]);
    expect(await found('receiver_matchers=name!%3Dteam')).toEqual([[200, 0], [200, 0], []]);
    expect(await found('receiver_matchers=name%3Dteam&receiver_matchers=owner%3Dx')).toEqual([[200, 0], [200, 0], []]);
  });

  it.each([
    ['filter=a', 'bad matcher format: a'],
    ['receiver=(', expect.stringContaining('error parsing regexp: missing closing )')],
    ['filter=a%3D~%22(%22', 'error parsing regexp: missing closing ): `^(?:()$`'],
    ['filter=a%3D~%22[%22', 'error parsing regexp: missing closing ]: `[)$`'],
    ['filter=', 'bad matcher format: '],
    ['filter=%7Ba%3Db%7D', 'unexpected open or close brace: {a=b}'],
    ['receiver_matchers=foo', 'failed to parse receiver_matchers param: bad matcher format: foo'],
  ])('are not searched by %s', async (query, message) => {
    expect(await answered(`/alerts?${query}`)).toEqual([400, message]);
    expect(await answered(`/alerts/groups?${query}`)).toEqual([400, message]);
  });
});

describe('silences', () => {
  it('give back the annotations that they were made with: whoever changes one sends them again', async () => {
    const [, made] = await answered('/silences', post({ ...silence, annotations: { ticket: 'OPS-7' } }));
    const { silenceID } = made as { silenceID: string };
    expect((await answered(`/silence/${silenceID}`))[1]).toMatchObject({ annotations: { ticket: 'OPS-7' } });
    const [, plain] = await answered('/silences', post(silence));
    const shown = (await answered(`/silence/${(plain as { silenceID: string }).silenceID}`))[1];
    expect(shown).not.toHaveProperty('annotations');
  });

  it('are made, shown, changed and ended as amtool does it', async () => {
    const [status, made] = await answered('/silences', post(silence));
    expect([status, made]).toEqual([200, { silenceID: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    const id = (made as { silenceID: string }).silenceID;
    const shown = {
      ...{ ...silence, matchers: [{ ...matcher, isEqual: true }] },
      ...{ id, status: { state: 'active' }, updatedAt: NOW },
    };
    expect(await answered(`/silence/${id}`)).toMatchObject([200, shown]);
    expect(await answered('/silences?filter=alertname%3D%22DiskFull%22')).toMatchObject([200, [shown]]);
    expect(await answered('/silences?filter=alertname%3D~%22DiskFull%22')).toEqual([200, []]);
    expect(await answered('/silences?active=false')).toEqual([200, []]);
    expect(await answered('/silences', post({ ...silence, id, comment: 'longer' }))).toEqual([200, { silenceID: id }]);
    expect(await answered(`/silence/${id}`, { method: 'DELETE' })).toEqual([200, '']);
    expect(await answered(`/silence/${id}`)).toMatchObject([200, { status: { state: 'expired' }, comment: 'longer' }]);
    expect(await answered('/silences?expired=false')).toEqual([200, []]);
  });

  it.each([
    ['=', false, true],
    ['!=', false, false],
    ['=~', true, true],
    ['!~', true, false],
  ])('keep the operator %s', async (_, isRegex, isEqual) => {
    const matchers = [matcher, { name: 'a', value: 'b', isRegex, isEqual }];
    await answered('/silences', post({ ...silence, matchers }));
    expect((await answered('/silences'))[1]).toMatchObject([
      {
        matchers: [
          { ...matcher, isEqual: true },
          { name: 'a', value: 'b', isRegex, isEqual },
        ],
      },
    ]);
  });

  it.each([
    ['', 422, { code: 602, message: 'silence in body is required' }],
    ['[]', 400, { code: 400, message: expect.stringContaining('an object was expected, not array') }],
    [{}, 422, { code: 602, message: 'comment in body is required' }],
    [{ ...silence, matchers: undefined }, 422, { code: 602, message: 'matchers in body is required' }],
    [{ ...silence, matchers: [] }, 422, { code: 612, message: 'matchers in body should have at least 1 items' }],
    [{ ...silence, matchers: [{}] }, 422, { code: 602, message: 'matchers.0.isRegex in body is required' }],
    [{ ...silence, matchers: {} }, 400, { code: 400, message: expect.stringContaining('matchers must be an array') }],
    [
      { ...silence, matchers: [{ ...matcher, isRegex: 'yes' }] },
      400,
      { code: 400, message: expect.stringContaining('matchers.0.isRegex must be true or false, not string') },
    ],
    [{ ...silence, id: 5 }, 400, { code: 400, message: expect.stringContaining('id must be a string') }],
    [{ ...silence, id: 'x' }, 404, 'silence not found'],
    [
      { ...silence, matchers: [{ ...matcher, value: '' }] },
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [
      { ...silence, endsAt: '2023-01-01T00:00:00Z', startsAt: '2022-01-01T00:00:00Z' },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [{ ...silence, endsAt: NOW }, 400, 'Failed to create silence: start time must be before end time'],
  ])('refuse %j', async (body, status, answer) => {
    expect(await answered('/silences', post(body))).toEqual([status, answer]);
    expect((await answered('/silences'))[1]).toEqual([]);
  });

  it('are named by uuids', async () => {
    const unknown = '/silence/6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    for (const method of ['GET', 'DELETE']) {
      expect(await answered('/silence/x', { method })).toEqual([
        422,
        { code: 601, message: 'silenceID in path must be of type uuid: "x"' },
      ]);
      expect(await answered(unknown, { method })).toEqual([404, '']);
    }
  });
});

describe('the rest of the Alertmanager API', () => {
  it('tells its version, configuration and receivers', async () => {
    const [, status] = await answered('/status');
    expect(status).toMatchObject({
      cluster: { status: 'disabled', peers: [] },
      versionInfo: { version: '0.28.0' },
      uptime: NOW,
      config: { original: expect.stringContaining('receiver: team') },
    });
    expect((await answered('/receivers'))[1]).toMatchObject([{ name: 'team' }]);
  });

  it('is never stored by caches', async () => {
    for (const path of ['/status', '/alerts', '/nope', '/alerts?filter=a']) {
      expect((await world.request(`/api/v2${path}`)).headers.get('Cache-Control')).toBe('no-store');
    }
  });

  it('takes each path with a slash at its end, too', async () => {
    expect(await answered('/alerts/', post([{ labels: { alertname: 'Down' } }]))).toEqual([200, '']);
    const made = await answered('/silences/', post(silence));
    const { silenceID } = made[1] as { silenceID: string };
    for (const path of ['/status', '/receivers', '/alerts', '/alerts/groups', '/silences', `/silence/${silenceID}`]) {
      expect(await answered(`${path}/`)).toEqual(await answered(path));
    }
    expect((await answered('/'))[0]).toBe(404);
  });

  it('refuses what is not there', async () => {
    expect(await answered('/nope')).toEqual([404, { code: 404, message: 'path /api/v2/nope was not found' }]);
    const refused = await world.request('/api/v2/alerts', { method: 'PUT' });
    expect([refused.status, refused.headers.get('Allow'), await refused.json()]).toEqual([
      405,
      'GET,POST',
      { code: 405, message: 'method PUT is not allowed, but [GET,POST] are' },
    ]);
  });
});
