import { lookupAddresses } from '#lib/dns';
import { errorMessage } from '#lib/errors';
import type { ListenAddress } from '#lib/listen-address';
import type { Log } from '#lib/log';
import type { ClusterFlags } from '../options.ts';
import { hostAndPort } from './address.ts';

/** The configured peers by name, and where they were found last. */
export class PeerNames {
  private readonly flags: ClusterFlags;
  private readonly log: Log;
  private readonly found = new Map<string, readonly string[]>();
  private readonly problems = new Map<string, string>();

  constructor(flags: ClusterFlags, log: Log) {
    this.flags = flags;
    this.log = log;
  }

  /** The addresses of all. Never rejects. */
  async resolve(): Promise<readonly string[]> {
    const lists = await Promise.all(this.flags.peers.map((peer) => this.addressesOf(peer)));
    return [...new Set(lists.flat())];
  }

  /** A name that cannot be asked for at the moment keeps its addresses. */
  private async addressesOf({ host, port }: ListenAddress): Promise<readonly string[]> {
    try {
      const addresses = await inTime(lookupAddresses(host), this.flags.resolveTimeout);
      this.found.set(host, addresses);
      this.problems.delete(host);
    } catch (error) {
      const problem = errorMessage(error);
      const isNews = this.problems.get(host) !== problem;
      this.problems.set(host, problem);
      this.log[isNews ? 'warn' : 'debug']('The name of a peer cannot be resolved', { host, err: problem });
    }
    return (this.found.get(host) ?? []).map((address) => hostAndPort({ host: address, port }));
  }
}

function inTime<T>(promise: Promise<T>, timeout: number): Promise<T> {
  const signal = AbortSignal.timeout(timeout);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no name server answers in time')), { once: true });
  });
  return Promise.race([promise, late]);
}
