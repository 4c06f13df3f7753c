import { Hono } from 'hono';
import type { DataSources } from '#dashboards/data-sources';
import { jsonReply } from '../reply.ts';
import { listed } from './data-sources.ts';

export interface AboutApiOptions {
  readonly sources: DataSources;
  readonly version: string;
  /** Path prefix of all routes. */
  readonly prefix: string;
  /** Reads the files of data sources and dashboards again. */
  readonly reload: () => Promise<void>;
}

/** What Grafana's clients ask before anything else: health, org, user, settings; and the reload of provisioning files. */
export function aboutApi({ sources, version, prefix, reload }: AboutApiOptions): Hono {
  const app = new Hono();
  app.get('/health', () => jsonReply({ database: 'ok', version }));
  // Nobody signs in here, so everybody is: tools ask this to see whether their credentials are taken.
  app.get('/login/ping', () => jsonReply({ message: 'Logged in' }));
  app.get('/org', () => jsonReply({ id: 1, name: 'Main Org.' }));
  app.get('/user', () => jsonReply({ id: 0, login: 'anonymous', name: 'Anonymous', orgId: 1, isGrafanaAdmin: false }));
  app.get('/frontend/settings', () => {
    const all = sources.all();
    return jsonReply({
      defaultDatasource: all.find(({ isDefault }) => isDefault)?.name ?? '',
      datasources: Object.fromEntries(
        all.map((source) => [source.name, { ...listed(source), url: proxyUrl(source.uid, prefix) }]),
      ),
      ...{ appSubUrl: prefix, anonymousEnabled: true, buildInfo: { version, edition: 'Barograph' } },
    });
  });
  for (const [what, name] of [
    ['dashboards', 'Dashboards'],
    ['datasources', 'Datasources'],
  ] as const) {
    app.post(`/admin/provisioning/${what}/reload`, async () => {
      await reload();
      return jsonReply({ message: `${name} config reloaded` });
    });
  }
  return app;
}

function proxyUrl(uid: string, prefix: string): string {
  return `${prefix}/api/datasources/proxy/uid/${uid}`;
}
