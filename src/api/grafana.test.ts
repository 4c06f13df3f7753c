import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiWorld, assets } from '#test/api-world';

const panels = [{ id: 3, type: 'stat', title: 'Load' }];
const json = { title: 'Node <b>', uid: 'node', tags: ['linux'], panels };
const files = [
  { path: 'host/node.json', text: JSON.stringify(json), stamp: '1' },
  { path: 'broken.json', text: '{', stamp: '1' },
];

let world: ApiWorld;
beforeEach(async () => {
  world = new ApiWorld();
  await world.open(() => ({
    grafana: world.grafana({ read: () => files }),
    pages: { assets: assets(), prefix: '/p' },
  }));
});
afterEach(() => world.dispose());

describe('the part of Grafana’s API that reads dashboards', () => {
  it('finds them', async () => {
    const own = { id: expect.any(Number), orgId: 1, slug: '', isStarred: false, sortMeta: 0 };
    const folder = {
      ...{ ...own, uid: 'host', title: 'host', tags: [], type: 'dash-folder', uri: 'db/host' },
      url: '/p/dashboards/f/host/host',
    };
    const hit = {
      ...{ ...own, uid: 'node', title: 'Node <b>', tags: ['linux'], type: 'dash-db', uri: 'db/node-b' },
      ...{ url: '/p/d/node/node-b', folderId: expect.any(Number), folderUid: 'host', folderTitle: 'host' },
      folderUrl: '/p/dashboards/f/host/host',
    };
    expect(await world.json('/p/api/search')).toEqual({ status: 200, body: [folder, hit] });
    expect(await world.json('/p/api/search?type=dash-db')).toEqual({ status: 200, body: [hit] });
    expect(await world.json('/p/api/search?query=node&tag=linux')).toEqual({ status: 200, body: [hit] });
    expect((await world.json('/p/api/search?tag=linux&tag=mac')).body).toEqual([]);
    expect((await world.json('/p/api/search?type=dash-folder')).body).toEqual([folder]);
    expect((await world.json('/p/api/search?limit=1&page=2')).body).toEqual([hit]);
  });

  it('gives one, or says that it is not there', async () => {
    const { status, body } = await world.json('/p/api/dashboards/uid/node');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dashboard: json,
      meta: { url: '/p/d/node/node-b', folderTitle: 'host', canSave: false, provisioned: true, slug: 'node-b' },
    });
    expect(await world.json('/p/api/dashboards/uid/__proto__')).toEqual({
      status: 404,
      body: { message: 'Dashboard not found' },
    });
  });

  it('gives one again only when it is another', async () => {
    const first = await world.request('/p/api/dashboards/uid/node');
    const etag = first.headers.get('ETag')!;
    expect([etag, first.headers.get('Cache-Control')]).toEqual([expect.stringMatching(/^W\/"[\w-]{20}"$/), 'no-cache']);
    const known = { headers: { 'If-None-Match': etag } };
    const same = await world.request('/p/api/dashboards/uid/node', known);
    expect([same.status, same.headers.get('ETag'), await same.text()]).toEqual([304, etag, '']);
    await world.request('/p/api/user/stars/dashboard/uid/node', { method: 'POST' });
    expect((await world.request('/p/api/dashboards/uid/node', known)).status).toBe(200);
  });

  it('finds panels by their titles', async () => {
    expect((await world.json('/p/api/dashboards/panels?query=load')).body).toEqual([
      { uid: 'node', dashboardTitle: 'Node <b>', panelId: 3, title: 'Load' },
    ]);
    expect((await world.json('/p/api/dashboards/panels')).body).toEqual([]);
  });

  it('lists files that are no dashboards', async () => {
    expect((await world.json('/p/api/dashboards/problems')).body).toMatchObject([{ path: 'broken.json' }]);
  });

  it('answers what clients ask first', async () => {
    expect(await world.json('/p/api/health')).toEqual({ status: 200, body: { database: 'ok', version: '1.2.3' } });
    expect((await world.json('/p/api/datasources')).body).toMatchObject([
      { uid: 'barograph', type: 'prometheus', isDefault: true },
      { uid: 'barograph-alerts', type: 'alertmanager', isDefault: false },
    ]);
    expect((await world.json('/p/api/datasources/uid/barograph')).status).toBe(200);
    expect((await world.json('/p/api/datasources/uid/x')).status).toBe(404);
    expect((await world.json('/p/api/org')).body).toMatchObject({ id: 1 });
    expect((await world.json('/p/api/user')).body).toMatchObject({ login: 'anonymous' });
    expect((await world.json('/p/api/dashboards/home')).body).toEqual({ redirectUri: '/p/' });
  });

  it('refuses what it does not have', async () => {
    expect(await world.json('/p/api/nope')).toEqual({
      status: 404,
      body: {
        ...{ status: 'error', errorType: 'not_found', error: 'path /p/api/nope was not found' },
        message: 'path /p/api/nope was not found',
      },
    });
    expect((await world.request('/p/api/search', { method: 'POST' })).status).toBe(405);
  });
});
