import type { ClusterMembership } from '#alertmanager/peer-link';
import type { Log } from '#lib/log';
import { ownAddresses } from '#lib/machine';
import type { ClusterFlags } from '../options.ts';
import { advertiseAddress } from './address.ts';
import { openClusterLink } from './link.ts';

/** What the Alertmanager of this server is in a cluster, and how to end the link once it has said goodbye. */
export interface OpenCluster {
  readonly membership: ClusterMembership;
  close(): Promise<void>;
}

/** Opens the port of the cluster. Rejects when that cannot be, or when nobody could be told where it is. */
export async function openCluster(flags: ClusterFlags, log: Log): Promise<OpenCluster> {
  const link = await openClusterLink(flags, log.with({ component: 'cluster' }));
  const { advertise, allowPublicAddress } = flags;
  try {
    const found = { listen: link.listen, advertise, allowPublic: allowPublicAddress, own: ownAddresses() };
    const settings = { ...flags, advertiseAddress: advertiseAddress(found) };
    return { membership: { settings, link }, close: () => link.close() };
  } catch (error) {
    await link.close();
    throw error;
  }
}
