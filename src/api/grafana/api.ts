import { Hono } from 'hono';
import type { DashboardLibrary } from '#dashboards/library';
import type { Clock } from '#lib/clock';
import type { MetaDatabase } from '#meta/meta-database';
import { jsonReply } from '../reply.ts';
import { annotationsApi } from './annotations.ts';
import { dashboardsApi } from './dashboards.ts';
import { grafanaFailure } from './failures.ts';
import { foldersApi } from './folders.ts';
import { sameOriginWrites } from './request.ts';
import { searchApi } from './search.ts';

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
  readonly library: DashboardLibrary;
  readonly meta: Pick<MetaDatabase, 'commit' | 'annotations'>;
  readonly clock: Clock;
  readonly version: string;
  /** Path prefix of all routes. */
  readonly prefix: string;
}

/** The part of Grafana's HTTP API that its tools use for dashboards. Mounted at /api. */
export function grafanaApi({ library, meta, clock, version, prefix }: GrafanaApiOptions): Hono {
  const app = new Hono();
  app.use(sameOriginWrites);
  app.get('/health', () => jsonReply({ database: 'ok', version }));
  app.route('/', searchApi({ library, prefix }));
  app.route('/', dashboardsApi({ library, prefix }));
  app.route('/', foldersApi({ library, prefix }));
  app.route('/', annotationsApi({ meta, clock }));
  app.get('/datasources', () => jsonReply([DATASOURCE]));
  app.get('/datasources/uid/:uid', (c) =>
    c.req.param('uid') === DATASOURCE.uid
      ? jsonReply(DATASOURCE)
      : jsonReply({ message: 'Data source not found' }, 404),
  );
  app.get('/org', () => jsonReply({ id: 1, name: 'Main Org.' }));
  app.get('/user', () => jsonReply({ id: 0, login: 'anonymous', name: 'Anonymous', orgId: 1, isGrafanaAdmin: false }));
  app.onError(grafanaFailure);
  return app;
}
