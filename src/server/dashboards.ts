import type { ApiSources } from '#api/app';
import { DataSources } from '#dashboards/data-sources';
import { DashboardLibrary } from '#dashboards/library';
import { SourceClients } from '#dashboards/source-client';
import { DashboardStore } from '#dashboards/store';
import { noLocalServices } from '#lib/address-policy';
import type { Clock } from '#lib/clock';
import { jsonFolder } from '#lib/json-folder';
import type { MetaDatabase } from '#meta/meta-database';
import type { ServerOptions } from './options.ts';

/** Opens the dashboards and data sources. The caller closes `sourceClients`. */
export function openDashboards({
  options,
  meta,
  clock,
}: {
  readonly options: ServerOptions;
  readonly meta: MetaDatabase;
  readonly clock: Clock;
}): ApiSources['grafana'] {
  const [shipped, ...own] = options.dashboards.map(jsonFolder);
  const files = new DashboardStore([{ ...shipped!, shipped: true }, ...own]);
  const sourceClients = new SourceClients({
    ...{ clock, userAgent: `Barograph/${options.version}` },
    allowed: options.allowLinkLocal ? () => true : noLocalServices,
  });
  return {
    library: new DashboardLibrary({ files, meta, clock }),
    ...{ meta, sourceClients, dataSources: new DataSources(meta), reload: () => Promise.resolve() },
  };
}
