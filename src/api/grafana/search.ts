import { type Context, Hono } from 'hono';
import type { LibraryFolder } from '#dashboards/folders';
import type { DashboardLibrary, LibraryDashboard } from '#dashboards/library';
import { slugOf } from '#dashboards/refusals';
import { findPanels, findUses, type LibrarySearch, searchDashboards, searchFolders } from '#dashboards/search';
import { jsonReply } from '../reply.ts';
import { dashboardPath, folderPath } from './dashboards.ts';
import { queryNumber } from './request.ts';

export interface SearchApiOptions {
  readonly library: DashboardLibrary;
  /** Path prefix of all routes. */
  readonly prefix: string;
}

const USUAL_LIMIT = 1000;
const MAX_LIMIT = 5000;

/** Panels in one answer: more than a person reads. */
const MOST_PANELS = 50;

/** /search of Grafana's API; /dashboards/uses: where a metric is used; /dashboards/panels: panels by their titles. */
export function searchApi({ library, prefix }: SearchApiOptions): Hono {
  const app = new Hono();
  app.get('/search', (c) => {
    const search = searchOf(c, library);
    const type = c.req.query('type') ?? '';
    const folders = type === 'dash-db' ? [] : searchFolders(library.folders.all(), search);
    const dashboards = type === 'dash-folder' ? [] : searchDashboards(library.all(), search);
    const stars = library.stars();
    const hits = [
      ...folders.map((folder) => folderHit(folder, library, prefix)),
      ...dashboards.map((dashboard) => dashboardHit(dashboard, { library, prefix, starred: stars.has(dashboard.uid) })),
    ];
    return jsonReply(onPage(c, hits));
  });
  app.get('/search/sorting', () =>
    jsonReply({
      sortOptions: [
        {
          name: 'alpha-asc',
          displayName: 'Alphabetically (A–Z)',
          description: 'Sort results in alphabetical order',
          meta: '',
        },
        {
          name: 'alpha-desc',
          displayName: 'Alphabetically (Z–A)',
          description: 'Sort results in reverse alphabetical order',
          meta: '',
        },
      ],
    }),
  );
  app.get('/dashboards/uses', (c) => {
    const found = findUses(library.all(), c.req.query('query') ?? '');
    return jsonReply(
      found.map(({ dashboard, uses }) => ({
        uid: dashboard.uid,
        title: dashboard.title,
        folderTitle: dashboard.folder,
        uses,
      })),
    );
  });
  app.get('/dashboards/panels', (c) => {
    const found = findPanels(library.all(), c.req.query('query') ?? '', MOST_PANELS);
    return jsonReply(
      found.map(({ dashboard: { uid, title: dashboardTitle }, panelId, title }) => {
        return { uid, dashboardTitle, panelId, title };
      }),
    );
  });
  return app;
}

function searchOf(c: Context, library: DashboardLibrary): LibrarySearch {
  const all = (name: string) => (c.req.queries(name) ?? []).filter((value) => value !== '');
  const numbers = (name: string) => all(name).map(Number).filter(Number.isFinite);
  const byId = numbers('folderIds').map((id) => {
    return id === 0 ? 'general' : (library.folders.all().find((folder) => folder.id === id)?.uid ?? '');
  });
  return {
    ...{ query: c.req.query('query') ?? '', tags: all('tag'), uids: [...all('dashboardUIDs'), ...all('dashboardUID')] },
    ...{ ids: numbers('dashboardIds'), folderUids: [...all('folderUIDs'), ...byId] },
    ...(c.req.query('starred') === 'true' ? { starred: library.stars() } : {}),
    descending: c.req.query('sort') === 'alpha-desc',
  };
}

function onPage<T>(c: Context, hits: readonly T[]): readonly T[] {
  const limit = Math.min(queryNumber(c, 'limit', USUAL_LIMIT) || USUAL_LIMIT, MAX_LIMIT);
  const page = Math.max(1, queryNumber(c, 'page', 1));
  return hits.slice((page - 1) * limit, page * limit);
}

function dashboardHit(
  dashboard: LibraryDashboard,
  { library, prefix, starred }: SearchApiOptions & { readonly starred: boolean },
): object {
  const { id, uid, title, tags, folderUid } = dashboard;
  const place = {
    id,
    uid,
    orgId: 1,
    title,
    uri: `db/${slugOf(title)}`,
    url: dashboardPath(dashboard, prefix),
    slug: '',
  };
  return { ...place, type: 'dash-db', tags, isStarred: starred, ...around(folderUid, library, prefix), sortMeta: 0 };
}

function folderHit(folder: LibraryFolder, library: DashboardLibrary, prefix: string): object {
  const { id, uid, title, parentUid } = folder;
  const place = { id, uid, orgId: 1, title, uri: `db/${slugOf(title)}`, url: folderPath(folder, prefix), slug: '' };
  return {
    ...place,
    type: 'dash-folder',
    tags: [],
    isStarred: false,
    ...around(parentUid, library, prefix),
    sortMeta: 0,
  };
}

function around(folderUid: string, library: DashboardLibrary, prefix: string): object {
  const folder = folderUid === '' ? undefined : library.folders.get(folderUid);
  if (folder === undefined) return {};
  const { id, uid, title } = folder;
  return { folderId: id, folderUid: uid, folderTitle: title, folderUrl: folderPath(folder, prefix) };
}
