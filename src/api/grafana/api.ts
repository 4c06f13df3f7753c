import { Hono } from 'hono';
import type { DataSources } from '#dashboards/data-sources';
import type { DashboardLibrary } from '#dashboards/library';
import type { SourceClients } from '#dashboards/source-client';
import type { Clock } from '#lib/clock';
import type { MetaDatabase } from '#meta/meta-database';
import { sameOriginWrites } from '../same-origin.ts';
import { aboutApi } from './about.ts';
import { annotationsApi } from './annotations.ts';
import { dashboardsApi } from './dashboards.ts';
import { dataSourcesApi } from './data-sources.ts';
import { grafanaFailure } from './failures.ts';
import { foldersApi } from './folders.ts';
import { permissionsApi } from './permissions.ts';
import { sourceQueryApi } from './query.ts';
import { searchApi } from './search.ts';
import { createAsker, type OwnHandler } from './source-asker.ts';
import { sourceProxyApi } from './source-proxy.ts';

/** What the dashboards' part of the API asks. */
export interface GrafanaSources {
  readonly library: DashboardLibrary;
  readonly meta: Pick<MetaDatabase, 'commit' | 'annotations'>;
  readonly dataSources: DataSources;
  readonly sourceClients: SourceClients;
  /** Reads the files of data sources and dashboards again. */
  readonly reload: () => Promise<void>;
}

export interface GrafanaApiOptions extends GrafanaSources {
  readonly clock: Clock;
  readonly version: string;
  /** Path prefix of all routes. */
  readonly prefix: string;
  /** This server as a data source. */
  readonly own: OwnHandler;
}

/** The part of Grafana's HTTP API that its tools use for dashboards and data sources. Mounted at /api. */
export function grafanaApi(options: GrafanaApiOptions): Hono {
  const { library, meta, dataSources: sources, sourceClients: clients, reload, clock, version, prefix, own } = options;
  const ask = createAsker({ clients, own, prefix });
  const app = new Hono();
  app.use(sameOriginWrites);
  const parts = [
    aboutApi({ sources, version, prefix, reload }),
    searchApi({ library, prefix }),
    dashboardsApi({ library, prefix }),
    foldersApi({ library, prefix }),
    permissionsApi({ library, sources }),
    annotationsApi({ meta, clock }),
    dataSourcesApi(sources),
    sourceProxyApi({ sources, ask }),
    sourceQueryApi({ sources, ask, clock }),
  ];
  for (const part of parts) app.route('/', part);
  app.onError(grafanaFailure);
  return app;
}
