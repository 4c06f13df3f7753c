import { type Context, Hono } from 'hono';
import type { DataSources } from '#dashboards/data-sources';
import type { DashboardLibrary } from '#dashboards/library';
import { refused } from '#dashboards/refusals';
import { BarographError } from '#lib/errors';
import { jsonReply } from '../reply.ts';
import { badRequestData } from './failures.ts';
import { JsonBody } from './request.ts';

export interface PermissionsApiOptions {
  readonly library: DashboardLibrary;
  readonly sources: DataSources;
}

/**
 * Permissions of folders, dashboards and data sources: /access-control and …/permissions of Grafana's API. There are no
 * users, teams or roles here: whoever reaches this server may do everything. That is what is told, giving nobody anything of
 * their own is taken, and anything else is refused.
 */
export function permissionsApi({ library, sources }: PermissionsApiOptions): Hono {
  const app = new Hono();
  const check: Readonly<Record<string, (uid: string) => void>> = {
    folders: (uid) => there(library.folders.get(uid), 'folder-not-found'),
    dashboards: (uid) => there(library.get(uid), 'dashboard-not-found'),
    datasources: (uid) => there(sources.get(uid), 'source-not-found'),
  };
  const existing = (c: Context, kind = c.req.param('kind') ?? '') => check[kind]!(c.req.param('uid') ?? '');

  app.get(`/access-control/${KINDS}/:uid`, (c) => {
    existing(c);
    return jsonReply([EVERYBODY]);
  });
  app.post(`/access-control/${KINDS}/:uid`, async (c) => {
    existing(c);
    for (const entry of await entriesOf(c, 'permissions')) refuseGift(entry);
    return jsonReply({ message: 'Permissions updated' });
  });
  app.post(`/access-control/${KINDS}/:uid/:target{users|teams|builtInRoles}/:whom`, async (c) => {
    existing(c);
    refuseGift({ permission: (await JsonBody.read(c)).string('permission') });
    return jsonReply({ message: 'Permission removed' });
  });
  for (const [path, kind] of [
    ['/folders/:uid/permissions', 'folders'],
    ['/dashboards/uid/:uid/permissions', 'dashboards'],
  ] as const) {
    app.get(path, (c) => {
      existing(c, kind);
      return jsonReply([{ uid: c.req.param('uid'), ...EVERYBODY_OF_OLD, isFolder: kind === 'folders' }]);
    });
    app.post(path, async (c) => {
      existing(c, kind);
      for (const entry of await entriesOf(c, 'items')) refuseGift(entry);
      return jsonReply({ message: `${kind === 'folders' ? 'Folder' : 'Dashboard'} permissions updated` });
    });
  }
  return app;
}

const KINDS = ':kind{folders|dashboards|datasources}';

/** What everybody may: not given by a client, so not for a client to take. */
const EVERYBODY = {
  ...{ id: 1, roleName: 'basic:viewer', builtInRole: 'Viewer', permission: 'Admin', actions: [] },
  ...{ isManaged: false, isInherited: true, isServiceAccount: false },
};
const EVERYBODY_OF_OLD = { role: 'Viewer', permission: 4, permissionName: 'Admin', inherited: true };

function there(found: unknown, code: Parameters<typeof refused>[0]): void {
  if (found === undefined) throw refused(code);
}

interface Entry {
  readonly permission?: unknown;
}

async function entriesOf(c: Context, member: string): Promise<readonly Entry[]> {
  const entries = (await JsonBody.read(c)).value(member) ?? [];
  const good = Array.isArray(entries) && entries.every((entry) => typeof entry === 'object' && entry !== null);
  if (!good) throw badRequestData(`"${member}" must be a list of objects`);
  return entries as readonly Entry[];
}

/** To take a permission away that nobody has is done as soon as it is asked. */
function refuseGift({ permission = '' }: Entry): void {
  if (permission === '') return;
  throw new BarographError('permissions cannot be given here: this server has no users, teams or roles', {
    ...{ kind: 'bad-request', code: 'permissions-not-here' },
    hint: 'Whoever reaches this server may do everything. Let a proxy in front of it decide who does.',
  });
}
