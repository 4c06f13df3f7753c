import { Hono } from 'hono';
import type { LibraryFolder } from '#dashboards/folders';
import type { DashboardLibrary } from '#dashboards/library';
import { refused } from '#dashboards/refusals';
import { jsonReply } from '../reply.ts';
import { folderPath, isoTime, NOBODY } from './dashboards.ts';
import { JsonBody, queryNumber } from './request.ts';

export interface FoldersApiOptions {
  readonly library: DashboardLibrary;
  /** Path prefix of all routes. */
  readonly prefix: string;
}

/** /folders of Grafana's API. */
export function foldersApi({ library, prefix }: FoldersApiOptions): Hono {
  const app = new Hono();
  const { folders } = library;
  const whole = (folder: LibraryFolder) => ({
    ...folderJson(folder, prefix),
    ...(folder.parentUid === ''
      ? {}
      : {
          parentUid: folder.parentUid,
          parents: folders.parents(folder.uid).map((above) => folderJson(above, prefix)),
        }),
  });
  const existing = (uid: string): LibraryFolder => {
    const folder = folders.get(uid);
    if (folder === undefined) throw refused('folder-not-found');
    return folder;
  };
  app.get('/folders', (c) => {
    const parent = c.req.query('parentUid') ?? '';
    if (parent !== '') existing(parent);
    const inside = folders.all().filter(({ parentUid }) => parentUid === parent);
    inside.sort((a, b) => (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1));
    const limit = queryNumber(c, 'limit', 1000) || 1000;
    const page = Math.max(1, queryNumber(c, 'page', 1));
    return jsonReply(inside.slice((page - 1) * limit, page * limit).map(listed));
  });
  app.post('/folders', async (c) => {
    const body = await JsonBody.read(c);
    const [uid, title, parentUid] = [body.string('uid'), body.string('title'), body.string('parentUid')];
    return jsonReply(whole(await folders.create({ uid, title, parentUid })));
  });
  app.get('/folders/id/:id', (c) => {
    const folder = folders.all().find(({ id }) => String(id) === c.req.param('id'));
    if (folder === undefined) throw refused('folder-not-found');
    return jsonReply(whole(folder));
  });
  app.get('/folders/:uid', (c) => {
    const uid = c.req.param('uid');
    if (uid === 'general') return jsonReply({ id: 0, uid, title: 'Dashboards', url: '', version: 0 });
    return jsonReply(whole(existing(uid)));
  });
  app.put('/folders/:uid', async (c) => {
    const body = await JsonBody.read(c);
    const { uid, title } = existing(c.req.param('uid'));
    const version = body.flag('overwrite') ? null : (body.number('version') ?? 0);
    return jsonReply(whole(await folders.rename(uid, body.string('title', title), version)));
  });
  app.delete('/folders/:uid', async (c) => {
    const { uid, title, id } = existing(c.req.param('uid'));
    await library.deleteFolder(uid);
    return jsonReply({ message: 'Folder deleted', title, id, uid });
  });
  app.post('/folders/:uid/move', async (c) => {
    const body = await JsonBody.read(c);
    return jsonReply(whole(await folders.move(existing(c.req.param('uid')).uid, body.string('parentUid'))));
  });
  app.get('/folders/:uid/counts', (c) => {
    const below = folders.withDescendants(existing(c.req.param('uid')).uid);
    const uids = new Set(below.map(({ uid }) => uid));
    const dashboards = library.all().filter(({ folderUid }) => uids.has(folderUid)).length;
    return jsonReply({ alertrule: 0, dashboard: dashboards, folder: below.length - 1, library_elements: 0 });
  });
  return app;
}

function listed({ id, uid, title, parentUid }: LibraryFolder): object {
  return { id, uid, title, ...(parentUid === '' ? {} : { parentUid }) };
}

function folderJson(folder: LibraryFolder, prefix: string): object {
  const { id, uid, title, version, createdAt, updatedAt, fromFiles } = folder;
  const may = !fromFiles;
  return {
    // No orgId, as newer Grafanas write: grizzly finds a difference in it each time.
    ...{ id, uid, title, url: folderPath(folder, prefix), hasAcl: false, version },
    ...{ canSave: may, canEdit: may, canAdmin: false, canDelete: may },
    ...{ createdBy: NOBODY, created: isoTime(createdAt), updatedBy: NOBODY, updated: isoTime(updatedAt) },
  };
}
