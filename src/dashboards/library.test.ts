import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { MetaDatabase } from '#meta/meta-database';
import { temporaryFolder } from '#test/alertmanager';
import { FakeClock } from '#test/clock';
import { DashboardLibrary } from './library.ts';
import { findPanels, findUses, searchDashboards } from './search.ts';
import { type DashboardFolder, DashboardStore } from './store.ts';

let folder: ReturnType<typeof temporaryFolder>;
const clock = new FakeClock();
let files: Record<string, object>;
let sources: DashboardFolder;
let meta: MetaDatabase;
let library: DashboardLibrary;

async function open(changes: Partial<DashboardFolder> = {}): Promise<void> {
  meta = await MetaDatabase.open({ path: join(folder.path, 'barograph.db'), log: silentLog });
  const read = () => Object.entries(files).map(([path, json]) => textFile(path, JSON.stringify(json)));
  sources = { read, ...changes };
  library = new DashboardLibrary({ files: new DashboardStore([sources]), meta, clock });
}
const textFile = (path: string, text: string) => ({ path, text, stamp: text });

beforeEach(async () => {
  folder = temporaryFolder();
  files = {};
  await open();
});
afterEach(() => {
  meta.close();
  folder.remove();
});

const save = (json: object | string, changes: object = {}) => {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return library.save({ text, folderUid: '', message: '', overwrite: false, ...changes });
};
const panel = (expr: string, title = 'Panel') => ({ id: 7, type: 'timeseries', title, targets: [{ expr }] });
const code = (name: string) => expect.objectContaining({ code: name });

describe('a saved dashboard', () => {
  it('keeps its text as it was sent, and is there after opening again', async () => {
    const text = '{\n  "id": null,\n  "title": "A", "uid": "a",\n  "mystery": [1.0, 1e3],\n  "version": 0\n}';
    expect(await save(text, { message: 'first' })).toMatchObject({ uid: 'a', title: 'A', version: 1, id: 1 });
    meta.close();
    await open();
    const dashboard = library.get('a')!;
    expect(library.text(dashboard)).toBe(
      '{\n  "title": "A", "uid": "a",\n  "mystery": [1.0, 1e3],\n  "id": 1,\n  "version": 1\n}',
    );
    expect(library.versions('a', { limit: 10, start: 0 })).toMatchObject([
      { version: 1, parentVersion: 0, restoredFrom: 0, message: 'first', createdAt: clock.now() },
    ]);
  });

  it('is saved by one of two people at once; the other is told', async () => {
    await save({ uid: 'a', title: 'A' });
    const both = await Promise.allSettled([
      save({ uid: 'a', title: 'Ann', version: 1 }),
      save({ uid: 'a', title: 'Bob', version: 1 }),
    ]);
    expect(both).toMatchObject([
      { status: 'fulfilled', value: { version: 2, title: 'Ann' } },
      { status: 'rejected', reason: { code: 'dashboard-version-mismatch' } },
    ]);
    expect(await save({ uid: 'a', title: 'Bob', version: 1 }, { overwrite: true })).toMatchObject({ version: 3 });
    expect(library.get('a')).toMatchObject({ title: 'Bob', version: 3 });
  });

  it('goes back to an earlier version as its next one', async () => {
    await save({ uid: 'a', title: 'One' });
    await save({ uid: 'a', title: 'Two', version: 1 });
    expect(await library.restore('a', 1)).toMatchObject({ version: 3, title: 'One' });
    expect(library.versions('a', { limit: 2, start: 0 })).toMatchObject([
      { version: 3, parentVersion: 2, restoredFrom: 1, message: 'Restored from version 1' },
      { version: 2, restoredFrom: 0 },
    ]);
    await expect(library.restore('a', 9)).rejects.toEqual(code('dashboard-version-not-found'));
    await expect(library.restore('b', 1)).rejects.toEqual(code('dashboard-not-found'));
  });

  it('is deleted with its versions and star, and its id is not given again', async () => {
    await save({ uid: 'a', title: 'A' });
    await library.setStar('a', true);
    expect(await library.delete('a')).toMatchObject({ title: 'A', id: 1 });
    expect(library.get('a')).toBeUndefined();
    expect([...library.stars()]).toEqual([]);
    await expect(library.delete('a')).rejects.toEqual(code('dashboard-not-found'));
    expect(await save({ uid: 'a', title: 'A' })).toMatchObject({ id: 2, version: 1 });
    expect(library.versions('a', { limit: 9, start: 0 })).toHaveLength(1);
  });

  it.each([
    [{ title: ' ' }, 'dashboard-title-empty'],
    [{ title: 'A', uid: 'x'.repeat(41) }, 'dashboard-uid-too-long'],
    [{ title: 'A', uid: 'a/b' }, 'dashboard-uid-invalid'],
    [{ title: 'A', id: 77 }, 'dashboard-not-found'],
    [[], 'dashboard-bad-data'],
  ])('%j is refused: %s', async (json, name) => {
    await expect(save(json)).rejects.toEqual(code(name));
    expect(library.all()).toEqual([]);
  });

  it('must lie in a folder that is there', async () => {
    await expect(save({ title: 'A' }, { folderUid: 'no' })).rejects.toEqual(code('dashboard-folder-not-found'));
    await expect(save({ title: 'A' }, { message: 'x'.repeat(501) })).rejects.toEqual(
      code('dashboard-message-too-long'),
    );
  });
});

describe('a dashboard of a file', () => {
  it('is neither saved nor deleted here', async () => {
    files = { 'team/a.json': { dashboard: { uid: 'a', title: 'A', panels: [] }, meta: {} } };
    expect(library.get('a')).toMatchObject({ folder: 'team', folderUid: 'team', canSave: false, version: 1 });
    expect(library.text(library.get('a')!)).toMatch(
      /^\{"uid": ?"a","title":"A","panels":\[\],"id": ?\d+,"version": ?1\}$/,
    );
    await expect(save({ uid: 'a', title: 'B' })).rejects.toEqual(code('dashboard-provisioned-save'));
    await expect(library.delete('a')).rejects.toEqual(code('dashboard-provisioned-delete'));
  });

  it('hides a saved one with its uid, and says so', async () => {
    await save({ uid: 'a', title: 'Saved' });
    files = { 'a.json': { uid: 'a', title: 'File', panels: [] } };
    expect(library.all().map(({ title }) => title)).toEqual(['File']);
    expect(library.problems()).toEqual([
      {
        path: 'a.json',
        message:
          'has the uid "a" of the saved dashboard "Saved", which it hides: give the file another uid to see both',
      },
    ]);
    files = {};
    expect(library.get('a')?.title).toBe('Saved');
  });

  it('whose folder allows it is saved here until the file changes', async () => {
    meta.close();
    await open({ allowUiUpdates: true });
    files = { 'a.json': { uid: 'a', title: 'File', panels: [] } };
    expect(await save({ uid: 'a', title: 'Mine', version: 1 })).toMatchObject({ title: 'Mine', version: 1 });
    expect(library.get('a')?.title).toBe('Mine');
    files = { 'a.json': { uid: 'a', title: 'File 2', panels: [] } };
    expect(library.get('a')).toMatchObject({ title: 'File 2', version: 1, canSave: true });
    expect(await save({ uid: 'a', title: 'Mine 2', version: 1 })).toMatchObject({ title: 'Mine 2', version: 2 });
  });

  it('that ships may be saved over, and comes back when that is deleted', async () => {
    meta.close();
    await open({ shipped: true });
    files = { 'a.json': { uid: 'a', title: 'Shipped', panels: [] } };
    expect(await save({ uid: 'a', title: 'Mine', version: 1 })).toMatchObject({ title: 'Mine', file: null });
    await library.delete('a');
    expect(library.get('a')?.title).toBe('Shipped');
    await expect(library.delete('a')).rejects.toEqual(code('dashboard-provisioned-delete'));
  });
});

describe('folders', () => {
  it('nest, move and go with what is in them', async () => {
    await library.folders.create({ uid: 'a', title: 'A', parentUid: '' });
    await library.folders.create({ uid: 'b', title: 'B', parentUid: 'a' });
    await save({ uid: 'x', title: 'X' }, { folderUid: 'b' });
    expect(library.get('x')).toMatchObject({ folder: 'B', folderUid: 'b' });
    expect(library.folders.parents('b').map(({ uid }) => uid)).toEqual(['a']);
    await expect(library.folders.move('a', 'b')).rejects.toEqual(code('folder-into-itself'));
    await expect(library.folders.create({ uid: 'c', title: 'B', parentUid: 'a' })).rejects.toEqual(
      code('folder-same-name'),
    );
    await expect(library.folders.create({ uid: 'a', title: 'C', parentUid: '' })).rejects.toEqual(
      code('folder-same-uid'),
    );
    await expect(library.folders.rename('a', 'New', 9)).rejects.toEqual(code('folder-version-mismatch'));
    expect(await library.folders.rename('a', 'New', 1)).toMatchObject({ title: 'New', version: 2 });
    await library.deleteFolder('a');
    expect(library.folders.all()).toEqual([]);
    expect(library.all()).toEqual([]);
  });

  it('of files are those of their titles, and only change on the disk', async () => {
    files = { 'Team A/x.json': { uid: 'x', title: 'X', panels: [] } };
    expect(library.folders.all()).toMatchObject([{ uid: 'Team-A', title: 'Team A', fromFiles: true }]);
    await expect(library.deleteFolder('Team-A')).rejects.toEqual(code('folder-provisioned'));
    await library.folders.create({ uid: 'mine', title: 'Team B', parentUid: '' });
    files = { 'Team B/x.json': { uid: 'x', title: 'X', panels: [] } };
    expect(library.get('x')?.folderUid).toBe('mine');
  });
});

describe('dashboards are found', () => {
  beforeEach(() => {
    files = {
      'b.json': { uid: 'b', title: 'Zebra', panels: [panel('node_load1')] },
      'team/a.json': {
        ...{ uid: 'a', title: 'ant', tags: ['x', 'y'] },
        panels: [{ type: 'row', panels: [panel('rate(http_requests_total[5m])', 'Requests')] }],
        templating: { list: [{ name: 'job', type: 'query', query: 'label_values(http_requests_total, job)' }] },
      },
    };
  });
  const uids = (search: object) => searchDashboards(library.all(), search).map(({ uid }) => uid);

  it('by title, tags, panels, metrics and folder', () => {
    expect(uids({})).toEqual(['a', 'b']);
    expect(uids({ descending: true })).toEqual(['b', 'a']);
    expect(uids({ query: 'HTTP_requests' })).toEqual(['a']);
    expect(uids({ query: 'node panel' })).toEqual(['b']);
    expect(uids({ query: 'team' })).toEqual(['a']);
    expect(uids({ tags: ['x', 'y'] })).toEqual(['a']);
    expect(uids({ tags: ['x', 'z'] })).toEqual([]);
    expect(uids({ folderUids: ['general'] })).toEqual(['b']);
    expect(uids({ folderUids: ['team', 'other'] })).toEqual(['a']);
    expect(uids({ uids: ['b'] })).toEqual(['b']);
    expect(uids({ starred: new Set(['b']) })).toEqual(['b']);
  });

  it('those with the words in the title first', async () => {
    await save({ uid: 'c', title: 'zzz http_requests_total' });
    expect(uids({ query: 'http_requests_total' })).toEqual(['c', 'a']);
  });

  it('with the panels and variables that use a metric', () => {
    const found = findUses(library.all(), ' http_requests_total ');
    expect(
      found.map(({ dashboard, uses }) => [dashboard.uid, uses.map(({ panelId, title }) => [panelId, title])]),
    ).toEqual([
      [
        'a',
        [
          [7, 'Requests'],
          [0, '$job'],
        ],
      ],
    ]);
    expect(findUses(library.all(), ' ')).toEqual([]);
  });

  it('with the panels of a title, or of a title and a dashboard', async () => {
    await save({ uid: 'd', title: 'Requests per day', panels: [panel('up', 'Total'), panel('up', '')] });
    const found = (query: string, most = 10) =>
      findPanels(library.all(), query, most).map(({ dashboard, panelId, title }) => [dashboard.uid, panelId, title]);
    expect(found('requests')).toEqual([['a', 7, 'Requests']]);
    expect(found('requests total')).toEqual([['d', 7, 'Total']]);
    expect(found('total DAY')).toEqual([['d', 7, 'Total']]);
    expect(found('day')).toEqual([]);
    expect(found('t', 1)).toEqual([['a', 7, 'Requests']]);
    expect(found(' ')).toEqual([]);
  });
});
