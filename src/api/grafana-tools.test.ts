import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiWorld } from '#test/api-world';

let world: ApiWorld;
const file = { uid: 'file', title: 'File', panels: [] };
beforeEach(async () => {
  world = new ApiWorld();
  const text = JSON.stringify(file);
  await world.open(() => ({ grafana: world.grafana({ read: () => [{ path: 'file.json', text, stamp: '1' }] }) }));
});
afterEach(() => world.dispose());

const JSON_TYPE = { 'Content-Type': 'application/json' };
function send(method: string, path: string, body?: unknown, headers: Record<string, string> = JSON_TYPE) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return world.json(`/api${path}`, { method, headers, ...(body === undefined ? {} : { body: text }) });
}
const get = (path: string) => send('GET', path);
const post = (path: string, body: unknown) => send('POST', path, body);
const put = (path: string, body: unknown) => send('PUT', path, body);
const remove = (path: string) => send('DELETE', path);
const ANY_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

describe('the provider for Terraform', () => {
  it('creates a folder and a dashboard in it, reads both, changes and deletes them', async () => {
    const folder = await post('/folders', { title: 'Team "A"', uid: 'team' });
    expect(folder).toEqual({
      status: 200,
      body: {
        ...{ id: 1, uid: 'team', title: 'Team "A"', url: '/dashboards/f/team/team-a', hasAcl: false },
        ...{ version: 1, canSave: true, canEdit: true, canAdmin: false, canDelete: true },
        ...{ createdBy: 'Anonymous', created: ANY_TIME, updatedBy: 'Anonymous', updated: ANY_TIME },
      },
    });
    const dashboard = { title: 'Load', uid: 'load', tags: ['x'] };
    expect(
      await post('/dashboards/db', { dashboard, folderUid: 'team', overwrite: false, message: 'by hand' }),
    ).toEqual({
      status: 200,
      body: {
        ...{ status: 'success', slug: 'load', version: 1, id: 1, uid: 'load', url: '/d/load/load', folderUid: 'team' },
      },
    });
    const { status, body } = await get('/dashboards/uid/load');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dashboard: { title: 'Load', uid: 'load', tags: ['x'], id: 1, version: 1 },
      meta: { folderUid: 'team', folderId: 1, slug: 'load', provisioned: false, canSave: true, version: 1 },
    });
    // A plan that changed: the provider drops id and version and overwrites.
    const changed = { dashboard: { title: 'Load 2', uid: 'load' }, folderUid: 'team', overwrite: true };
    expect((await post('/dashboards/db', changed)).body).toMatchObject({ version: 2, slug: 'load-2' });
    expect(await remove('/dashboards/uid/load')).toEqual({
      status: 200,
      body: { title: 'Load 2', message: 'Dashboard Load 2 deleted', id: 1, uid: 'load' },
    });
    expect(await get('/dashboards/uid/load')).toEqual({ status: 404, body: { message: 'Dashboard not found' } });
    expect(await remove('/folders/team?forceDeleteRules=false')).toEqual({
      status: 200,
      body: { message: 'Folder deleted', title: 'Team "A"', id: 1, uid: 'team' },
    });
    expect(await get('/folders/team')).toEqual({
      status: 404,
      body: { message: 'folder not found', status: 'not-found' },
    });
  });

  it('is told of each conflict in the words that it looks for', async () => {
    await post('/dashboards/db', { dashboard: { title: 'A', uid: 'a' } });
    expect(await post('/dashboards/db', { dashboard: { title: 'A', uid: 'a' } })).toEqual({
      status: 412,
      body: { message: 'The dashboard has been changed by someone else', status: 'version-mismatch' },
    });
    expect(await post('/dashboards/db', { dashboard: { title: '', uid: 'b' } })).toEqual({
      status: 400,
      body: { message: 'Dashboard title cannot be empty', status: 'empty-name' },
    });
    expect(await post('/dashboards/db', { dashboard: { title: 'A', id: 99 } })).toEqual({
      status: 404,
      body: { message: 'Dashboard not found', status: 'not-found' },
    });
    expect(await post('/dashboards/db', { dashboard: { title: 'A' }, folderUid: 'no' })).toEqual({
      status: 400,
      body: { message: 'folder not found' },
    });
    expect(await post('/dashboards/db', { dashboard: file, overwrite: true })).toEqual({
      status: 400,
      body: { message: 'Cannot save provisioned dashboard' },
    });
    expect(await remove('/dashboards/uid/file')).toEqual({
      status: 400,
      body: { message: 'provisioned dashboard cannot be deleted' },
    });
    await post('/folders', { title: 'F', uid: 'f' });
    expect(await post('/folders', { title: 'F' })).toEqual({
      status: 409,
      body: { message: 'a folder with the same name already exists in the current location' },
    });
    expect(await put('/folders/f', { title: 'G', version: 7 })).toEqual({
      status: 412,
      body: { message: 'the folder has been changed by someone else', status: 'version-mismatch' },
    });
  });
});

describe('people who save at once', () => {
  it('do not lose each other’s work: the first save is taken, and each other one is told', async () => {
    await post('/dashboards/db', { dashboard: { title: 'Start', uid: 'a' } });
    const save = (title: string) => post('/dashboards/db', { dashboard: { title, uid: 'a', version: 1 } });
    const answers = await Promise.all(['Ann', 'Ben', 'Cem'].map(save));
    expect(answers.map(({ status }) => status)).toEqual([200, 412, 412]);
    expect(answers[1]!.body).toEqual({
      ...{ message: 'The dashboard has been changed by someone else', status: 'version-mismatch' },
    });
    const { body } = await get('/dashboards/uid/a');
    expect(body).toMatchObject({ dashboard: { title: 'Ann', version: 2 } });
    expect((await get('/dashboards/uid/a/versions')).body).toMatchObject({
      versions: [{ version: 2 }, { version: 1 }],
    });
  });
});

describe('grizzly', () => {
  it('lists page by page, applies and applies again without a change of what is not its own', async () => {
    expect(await get('/dashboards/uid/prod')).toEqual({ status: 404, body: { message: 'Dashboard not found' } });
    const text = '{"dashboard":{ "uid": "prod", "title": "Prod", "x": 1.50 },"folderUid":"","overwrite":true}';
    expect((await post('/dashboards/db', text)).status).toBe(200);
    const answer = await world.request('/api/dashboards/uid/prod');
    expect(await answer.text()).toContain(
      '"dashboard":{ "uid": "prod", "title": "Prod", "x": 1.50, "id": 1, "version": 1 }',
    );
    const pages = await Promise.all([1, 2, 3].map((page) => get(`/search?type=dash-db&limit=1&page=${page}`)));
    expect(pages.map(({ body }) => (body as { uid: string }[]).map(({ uid }) => uid))).toEqual([
      ['file'],
      ['prod'],
      [],
    ]);
    expect((await get('/search?folderUIDs=general&query=pro')).body).toMatchObject([
      { uid: 'prod', url: '/d/prod/prod' },
    ]);
    expect((await get('/search?dashboardUIDs=prod&dashboardUIDs=file')).body).toHaveLength(2);
    expect((await get('/search?dashboardIds=1')).body).toMatchObject([{ uid: 'prod' }]);
  });
});

describe('the operator for Kubernetes', () => {
  it('nests folders, moves them, and finds their parents', async () => {
    await post('/folders', { title: 'A', uid: 'a' });
    expect((await post('/folders', { title: 'B', uid: 'b', parentUid: 'a' })).body).toMatchObject({
      parentUid: 'a',
      parents: [{ uid: 'a', title: 'A' }],
    });
    expect((await get('/folders')).body).toEqual([{ id: 1, uid: 'a', title: 'A' }]);
    expect((await get('/folders?parentUid=a')).body).toEqual([{ id: 2, uid: 'b', title: 'B', parentUid: 'a' }]);
    expect((await get('/folders/a/counts')).body).toEqual({
      alertrule: 0,
      dashboard: 0,
      folder: 1,
      library_elements: 0,
    });
    expect((await post('/folders/b/move', { parentUid: '' })).body).toMatchObject({ uid: 'b', version: 2 });
    expect((await get('/folders')).body).toHaveLength(2);
    expect((await get('/folders/id/2')).body).toMatchObject({ uid: 'b' });
  });
});

describe('versions', () => {
  it('are listed, read and restored', async () => {
    await post('/dashboards/db', { dashboard: { title: 'One', uid: 'a' }, message: 'first' });
    await post('/dashboards/db', { dashboard: { title: 'Two', uid: 'a', version: 1 } });
    const version = (changes: object) => ({
      ...{ dashboardId: 1, dashboardUID: 'a', uid: 'a', restoredFrom: 0, created: ANY_TIME, createdBy: 'Anonymous' },
      ...changes,
    });
    expect((await get('/dashboards/uid/a/versions?limit=10&start=0')).body).toEqual({
      continueToken: '',
      versions: [
        version({ id: 2, version: 2, parentVersion: 1, message: '' }),
        version({ id: 1, version: 1, parentVersion: 0, message: 'first' }),
      ],
    });
    expect((await get('/dashboards/uid/a/versions/1')).body).toEqual({
      ...version({ id: 1, version: 1, parentVersion: 0, message: 'first' }),
      data: { title: 'One', uid: 'a' },
    });
    expect(await get('/dashboards/uid/a/versions/9')).toEqual({
      status: 404,
      body: { message: 'Dashboard version not found' },
    });
    expect((await post('/dashboards/uid/a/restore', { version: 1 })).body).toEqual({
      ...{ status: 'success', slug: 'one', version: 3, id: 1, uid: 'a', url: '/d/a/one', folderUid: '' },
    });
  });
});

describe('annotations', () => {
  it('are added, found by span and tag, changed and deleted', async () => {
    expect(await post('/annotations', { time: 1000, timeEnd: 2000, text: 'deploy', tags: ['ci', 'web'] })).toEqual({
      status: 200,
      body: { message: 'Annotation added', id: 1 },
    });
    await post('/annotations', { dashboardUID: 'file', panelId: 3, text: 'here', time: 5000 });
    await post('/annotations/graphite', { what: 'Event', tags: 'ci db', when: 7, data: 'more' });
    const texts = async (query: string) =>
      ((await get(`/annotations${query}`)).body as { text: string }[]).map(({ text }) => text);
    expect(await texts('')).toEqual(['Event\nmore', 'here', 'deploy']);
    expect(await texts('?from=1500&to=4000')).toEqual(['deploy']);
    expect(await texts('?tags=ci&tags=db')).toEqual(['Event\nmore']);
    expect(await texts('?tags=web&tags=db&matchAny=true')).toEqual(['Event\nmore', 'deploy']);
    expect(await texts('?dashboardUID=file&panelId=3')).toEqual(['here']);
    expect(await texts('?limit=1')).toEqual(['Event\nmore']);
    expect((await get('/annotations/tags?tag=C')).body).toEqual({ result: { tags: [{ tag: 'ci', count: 2 }] } });
    expect((await send('PATCH', '/annotations/1', { text: 'done' })).body).toEqual({ message: 'Annotation patched' });
    expect((await get('/annotations/1')).body).toMatchObject({
      text: 'done',
      tags: ['ci', 'web'],
      time: 1000,
      timeEnd: 2000,
    });
    expect((await put('/annotations/1', { text: 'new', time: 9000 })).body).toEqual({ message: 'Annotation updated' });
    expect((await get('/annotations/1')).body).toMatchObject({ text: 'new', tags: [], time: 9000, timeEnd: 9000 });
    expect((await remove('/annotations/1')).body).toEqual({ message: 'Annotation deleted' });
    expect(await remove('/annotations/1')).toEqual({ status: 404, body: { message: 'Could not find annotation' } });
    expect((await post('/annotations/mass-delete', { dashboardUID: 'file', panelId: 3 })).status).toBe(200);
    expect(await texts('')).toEqual(['Event\nmore']);
    expect((await post('/annotations', { text: '' })).status).toBe(400);
  });
});

describe('stars', () => {
  it('are kept and searched for', async () => {
    expect((await post('/user/stars/dashboard/uid/file', '')).body).toEqual({ message: 'Dashboard starred!' });
    expect((await get('/user/stars')).body).toEqual(['file']);
    expect((await get('/search?starred=true')).body).toMatchObject([{ uid: 'file', isStarred: true }]);
    expect((await remove('/user/stars/dashboard/uid/file')).body).toEqual({ message: 'Dashboard unstarred' });
    expect((await get('/search?starred=true')).body).toEqual([]);
    expect((await post('/user/stars/dashboard/uid/no', '')).status).toBe(404);
  });
});

describe('a request that is wrong', () => {
  it('is told where', async () => {
    expect(await post('/dashboards/db', '{\n"dashboard": {"a": }}')).toMatchObject({
      status: 400,
      body: { message: 'bad request data: line 2, column 20: a value was expected, not "}"' },
    });
    expect(await post('/dashboards/db', '[]')).toMatchObject({ status: 400 });
    expect(await post('/dashboards/db', {})).toMatchObject({ status: 400 });
    expect(await post('/folders', { title: 3 })).toMatchObject({
      status: 400,
      body: { message: 'bad request data: "title" must be a text' },
    });
  });

  it('is refused from the page of another origin, which may not read answers either', async () => {
    const headers = { ...JSON_TYPE, Origin: 'http://elsewhere.test' };
    const dashboard = { title: 'A', uid: 'a' };
    expect(await send('POST', '/dashboards/db', { dashboard }, headers)).toEqual({
      status: 403,
      body: { message: 'origin not allowed' },
    });
    expect((await send('POST', '/dashboards/db', { dashboard }, { Origin: 'null' })).status).toBe(403);
    const own = { ...JSON_TYPE, Origin: 'http://barograph.test' };
    expect((await send('POST', '/dashboards/db', { dashboard }, own)).status).toBe(200);
    const answer = await world.request('/api/dashboards/uid/a', { headers });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(null);
  });

  it('with a body that is too long is refused', async () => {
    const body = `{"dashboard":{"title":"${'x'.repeat(17 * 2 ** 20)}"}}`;
    expect((await post('/dashboards/db', body)).status).toBe(413);
  });
});
