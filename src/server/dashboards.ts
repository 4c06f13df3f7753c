import type { ApiSources } from '#api/app';
import { DataSources } from '#dashboards/data-sources';
import { DashboardLibrary } from '#dashboards/library';
import { type Provider, readProvisioning } from '#dashboards/provisioning';
import { SourceClients } from '#dashboards/source-client';
import { type DashboardFolder, DashboardStore } from '#dashboards/store';
import { noLocalServices } from '#lib/address-policy';
import type { Clock } from '#lib/clock';
import { jsonFolder } from '#lib/json-folder';
import { diskTextFiles } from '#lib/text-files';
import type { MetaDatabase } from '#meta/meta-database';
import type { Millis } from '#model/time';
import { openSecretBox } from './data-source-key.ts';
import type { ServerOptions } from './options.ts';

/** How often the provisioning files are looked at; dashboards themselves are looked at whenever somebody asks. */
const LOOK_EVERY: Millis = 10_000;

export interface DashboardParts {
  readonly options: Pick<
    ServerOptions,
    'dashboards' | 'provisioning' | 'dataDir' | 'dataSourceKeyFile' | 'allowLinkLocal' | 'env' | 'log' | 'version'
  >;
  readonly meta: MetaDatabase;
  readonly clock: Clock;
}

/** Opens the dashboards and data sources and keeps to what the provisioning files say, until it is closed. */
export async function openDashboards({ options, meta, clock }: DashboardParts): Promise<{
  readonly sources: ApiSources['grafana'];
  readonly close: () => Promise<void>;
}> {
  const [shipped, ...own] = options.dashboards.map(jsonFolder);
  const always: readonly DashboardFolder[] = [{ ...shipped!, shipped: true }, ...own];
  const files = new DashboardStore(always);
  const dataSources = new DataSources({ meta, box: openSecretBox(options, options.log), log: options.log });
  await dataSources.sealAnew();
  const sourceClients = new SourceClients({
    ...{ clock, userAgent: `Barograph/${options.version}` },
    allowed: options.allowLinkLocal ? () => true : noLocalServices,
  });
  const provisioned = new ProvisionedFolders();
  let told = '';
  const reload = async () => {
    const { folder, env } = { folder: options.provisioning, env: options.env };
    const found = await readProvisioning({ folder, env, files: diskTextFiles });
    files.setFolders([...always, ...provisioned.folders(found.providers)], found.problems);
    dataSources.setOfFiles(found.dataSources);
    for (const name of found.deleted) await dataSources.deleteNamed(name);
    const text = found.problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
    if (text !== told && text !== '')
      options.log.warn('Provisioning files are wrong; the others are used', { problems: text });
    told = text;
  };
  await reload();
  const stop = repeat(clock, LOOK_EVERY, reload);
  return {
    sources: { library: new DashboardLibrary({ files, meta, clock }), meta, dataSources, sourceClients, reload },
    close: async () => {
      stop();
      await sourceClients.close();
    },
  };
}

/** The folders of providers, the same object as long as a provider says the same: what is known of its files is kept. */
class ProvisionedFolders {
  private known = new Map<string, DashboardFolder>();

  folders(providers: readonly Provider[]): DashboardFolder[] {
    const next = new Map(
      providers.map((provider) => {
        const key = JSON.stringify(provider);
        return [key, this.known.get(key) ?? folderOf(provider)];
      }),
    );
    this.known = next;
    return [...next.values()];
  }
}

function folderOf({ path, placement, allowUiUpdates }: Provider): DashboardFolder {
  return { ...jsonFolder(path), ...(placement === null ? {} : { placement }), allowUiUpdates };
}

/** Runs it again and again, `every` after it has ended. */
function repeat(clock: Clock, every: Millis, run: () => Promise<void>): () => void {
  let stopped = false;
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(every, () => void run().finally(() => (stopped ? undefined : next())));
  };
  next();
  return () => {
    stopped = true;
    cancel();
  };
}
