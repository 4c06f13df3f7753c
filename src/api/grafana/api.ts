import { Hono } from 'hono';
import type { DashboardStore, DashboardSummary } from '#dashboards/store';
import { jsonReply } from '../reply.ts';

/** The one data source: this server. */
const DATASOURCE = {
  id: 1,
  uid: 'barograph',
  orgId: 1,
  name: 'Barograph',
  type: 'prometheus',
  access: 'proxy',
  url: '',
  isDefault: true,
  readOnly: true,
  jsonData: { httpMethod: 'POST' },
};

export interface GrafanaApiOptions {
  readonly dashboards: DashboardStore;
  readonly version: string;
  /** Path prefix of all routes. */
  readonly prefix: string;
}

/** The part of Grafana's HTTP API that reads dashboards. Mounted at /api. */
export function grafanaApi({ dashboards, version, prefix }: GrafanaApiOptions): Hono {
  const app = new Hono();
  app.get('/health', () => jsonReply({ database: 'ok', version }));
  app.get('/search', (c) => {
    const { query = '', type = 'dash-db' } = c.req.query();
    if (type !== 'dash-db') return jsonReply([]);
    const found = dashboards.search({ query, tags: c.req.queries('tag') ?? [] });
    return jsonReply(found.map((dashboard) => searchHit(dashboard, prefix)));
  });
  app.get('/dashboards/problems', () => jsonReply(dashboards.problems()));
  app.get('/dashboards/home', () => jsonReply({ redirectUri: `${prefix}/` }));
  app.get('/dashboards/uid/:uid', (c) => {
    const found = dashboards.get(c.req.param('uid'));
    if (!found) return jsonReply({ message: 'Dashboard not found' }, 404);
    const { uid, folder, path, json } = found;
    return jsonReply({
      dashboard: { ...(json as object), uid },
      meta: {
        ...{ type: 'db', canSave: false, canEdit: false, slug: uid, url: `${prefix}/d/${uid}` },
        ...{ folderTitle: folder, provisioned: true, provisionedExternalId: path },
      },
    });
  });
  app.get('/datasources', () => jsonReply([DATASOURCE]));
  app.get('/datasources/uid/:uid', (c) =>
    c.req.param('uid') === DATASOURCE.uid
      ? jsonReply(DATASOURCE)
      : jsonReply({ message: 'Data source not found' }, 404),
  );
  app.get('/org', () => jsonReply({ id: 1, name: 'Main Org.' }));
  app.get('/user', () => jsonReply({ id: 0, login: 'anonymous', name: 'Anonymous', orgId: 1, isGrafanaAdmin: false }));
  return app;
}

function searchHit({ uid, title, tags, folder }: DashboardSummary, prefix: string): object {
  return {
    uid,
    title,
    tags,
    type: 'dash-db',
    uri: `db/${uid}`,
    url: `${prefix}/d/${uid}`,
    folderTitle: folder,
    isStarred: false,
  };
}
