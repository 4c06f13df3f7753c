import { type Context, Hono } from 'hono';
import type { DashboardLibrary, LibraryDashboard } from '#dashboards/library';
import { refused, slugOf } from '#dashboards/refusals';
import { createSha256 } from '#lib/sha256';
import { WholeResponse } from '#lib/whole-response';
import type { SavedVersion } from '#meta/dashboards';
import { isKnown } from '../known-body.ts';
import { jsonReply } from '../reply.ts';
import { badRequestData } from './failures.ts';
import { JsonBody, queryNumber } from './request.ts';

/** Who saved what cannot be known without users: Grafana writes this then. */
export const NOBODY = 'Anonymous';

export interface DashboardsApiOptions {
  readonly library: DashboardLibrary;
  /** Path prefix of all routes. */
  readonly prefix: string;
}

/** Dashboards, their versions and stars: /dashboards and /user/stars of Grafana's API. */
export function dashboardsApi({ library, prefix }: DashboardsApiOptions): Hono {
  const app = new Hono();
  const found = (c: Context): LibraryDashboard | undefined => library.get(c.req.param('uid') ?? '');
  app.get('/dashboards/problems', () => jsonReply(library.problems()));
  app.get('/dashboards/home', () => jsonReply({ redirectUri: `${prefix}/` }));
  app.get('/dashboards/tags', () => jsonReply(tagCounts(library.all())));
  app.post('/dashboards/db', async (c) => {
    const body = await JsonBody.read(c);
    const text = body.raw('dashboard');
    if (text === undefined) throw badRequestData('"dashboard" is missing: {"dashboard": {…}, "folderUid": "…"}');
    const folderUid = folderOf(body, library);
    const saved = await library.save({
      ...{ text, folderUid, message: body.string('message'), overwrite: body.flag('overwrite') },
    });
    return jsonReply(savedReply(saved, prefix));
  });
  app.get('/dashboards/uid/:uid', (c) => {
    const dashboard = found(c);
    if (dashboard === undefined) return notFound();
    return ifNew(c, rawReply({ meta: metaOf(dashboard, library, prefix) }, { dashboard: library.text(dashboard) }));
  });
  app.delete('/dashboards/uid/:uid', async (c) => {
    if (found(c) === undefined) return notFound();
    const { title, id, uid } = await library.delete(c.req.param('uid'));
    return jsonReply({ title, message: `Dashboard ${title} deleted`, id, uid });
  });
  app.get('/dashboards/uid/:uid/versions', (c) => {
    const dashboard = found(c);
    if (dashboard === undefined) return notFound();
    const page = { limit: queryNumber(c, 'limit', 1000) || 1000, start: queryNumber(c, 'start', 0) };
    const versions = library.versions(dashboard.uid, page).map((version) => versionJson(version, dashboard));
    return jsonReply({ continueToken: '', versions });
  });
  app.get('/dashboards/uid/:uid/versions/:version', (c) => {
    const dashboard = found(c);
    if (dashboard === undefined) return notFound();
    const version = library.version(dashboard.uid, Number(c.req.param('version')));
    if (version === undefined) throw refused('dashboard-version-not-found');
    return rawReply(versionJson(version, dashboard), { data: version.json });
  });
  app.post('/dashboards/uid/:uid/restore', async (c) => {
    const version = (await JsonBody.read(c)).number('version');
    if (version === null) throw badRequestData('"version" is missing: {"version": 3}');
    return jsonReply(savedReply(await library.restore(c.req.param('uid'), version), prefix));
  });
  app.get('/user/stars', () => jsonReply([...library.stars()]));
  for (const [method, starred] of [
    ['POST', true],
    ['DELETE', false],
  ] as const) {
    app.on(method, '/user/stars/dashboard/uid/:uid', async (c) => {
      if (found(c) === undefined) return notFound();
      await library.setStar(c.req.param('uid'), starred);
      return jsonReply({ message: starred ? 'Dashboard starred!' : 'Dashboard unstarred' });
    });
  }
  return app;
}

/** The folder by uid, or by the number that old clients send. */
function folderOf(body: JsonBody, { folders }: DashboardLibrary): string {
  const uid = body.string('folderUid');
  const id = body.number('folderId') ?? 0;
  if (uid !== '' || id <= 0) return uid === 'general' ? '' : uid;
  const folder = folders.all().find((candidate) => candidate.id === id);
  if (folder === undefined) throw refused('dashboard-folder-not-found');
  return folder.uid;
}

function notFound(): Response {
  return jsonReply({ message: 'Dashboard not found' }, 404);
}

/** The path of a dashboard's page. */
export function dashboardPath(
  { uid, title }: { readonly uid: string; readonly title: string },
  prefix: string,
): string {
  return `${prefix}/d/${uid}/${slugOf(title)}`;
}

function savedReply(dashboard: LibraryDashboard, prefix: string): object {
  const { id, uid, version, folderUid, title } = dashboard;
  const url = dashboardPath(dashboard, prefix);
  return { status: 'success', slug: slugOf(title), version, id, uid, url, folderUid };
}

function metaOf(dashboard: LibraryDashboard, library: DashboardLibrary, prefix: string): object {
  const { uid, title, file, canSave, folderUid, folder, version, createdAt, updatedAt } = dashboard;
  const path = library.folders.get(folderUid);
  return {
    ...{ type: 'db', canSave, canEdit: canSave, canAdmin: false, canStar: true, canDelete: file === null },
    ...{ slug: slugOf(title), url: dashboardPath(dashboard, prefix), version, isFolder: false, hasAcl: false },
    ...{ created: isoTime(createdAt), updated: isoTime(updatedAt), createdBy: NOBODY, updatedBy: NOBODY },
    ...{ folderId: path?.id ?? 0, folderUid, folderTitle: folder },
    folderUrl: path === undefined ? '' : folderPath(path, prefix),
    ...{ provisioned: file !== null, provisionedExternalId: file?.path ?? '', isStarred: library.stars().has(uid) },
  };
}

/** The path of a folder's page. */
export function folderPath({ uid, title }: { readonly uid: string; readonly title: string }, prefix: string): string {
  return `${prefix}/dashboards/f/${uid}/${slugOf(title)}`;
}

/** RFC 3339, as Go prints the time that was never set where there is none. */
export function isoTime(time: number): string {
  return time === 0 ? '0001-01-01T00:00:00Z' : new Date(time).toISOString();
}

function versionJson(saved: SavedVersion, { id: dashboardId, uid }: LibraryDashboard): object {
  const { id, parentVersion, restoredFrom, version, createdAt, message } = saved;
  const origin = { id, dashboardId, dashboardUID: uid, uid, parentVersion, restoredFrom, version };
  return { ...origin, created: isoTime(createdAt), createdBy: NOBODY, message };
}

function tagCounts(all: readonly LibraryDashboard[]): object[] {
  const counts = new Map<string, number>();
  for (const tag of all.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([term, count]) => ({ term, count }));
}

/** Pages ask for their dashboard again and again: who has this answer is only told so. */
function ifNew(c: Context, reply: WholeResponse): Response {
  const hash = createSha256();
  for (const piece of reply.pieces) hash.update(piece);
  // Weak, because it may be sent compressed.
  const etag = `W/"${Buffer.from(hash.digest()).toString('base64url').slice(0, 20)}"`;
  reply.headers.set('ETag', etag);
  reply.headers.set('Cache-Control', 'no-cache');
  return isKnown(c.req.raw, etag) ? new Response(null, { status: 304, headers: { ETag: etag } }) : reply;
}

/** JSON with members that are JSON texts already. */
function rawReply(value: object, raw: Readonly<Record<string, string>>): WholeResponse {
  const members = Object.entries(raw).map(([key, text]) => `${JSON.stringify(key)}:${text}`);
  const body = `${JSON.stringify(value).slice(0, -1)},${members.join(',')}}`;
  return new WholeResponse([new TextEncoder().encode(body)], { headers: { 'Content-Type': 'application/json' } });
}
