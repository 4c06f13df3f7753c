import { lookup, Resolver } from 'node:dns/promises';

/** The record types that can be asked for. */
export type DnsRecordType = 'A' | 'AAAA' | 'SRV' | 'MX' | 'NS';

/** One record: an address or a name without final dot, and the port of an SRV record. */
export interface DnsRecord {
  readonly target: string;
  readonly port: number;
}

/** What the name servers say of a name, completely written. */
export type DnsAnswer =
  | { readonly kind: 'records'; readonly records: readonly DnsRecord[] }
  | { readonly kind: 'no-such-name' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Asks name servers. */
export interface DnsResolver {
  /** Never rejects. A name that exists without such records gives none. */
  resolve(name: string, type: DnsRecordType): Promise<DnsAnswer>;
  /** Gives up what is asked right now. */
  cancel(): void;
}

/**
 * All IP addresses of a host as the system knows it: hosts file, search domains and all. Addresses give themselves.
 * Rejects when there are none.
 */
export async function lookupAddresses(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}

const TIMEOUT = 5000;
const TRIES = 2;

/** Asks `servers` (`address` or `address:port`), by default those of the machine. */
export function createDnsResolver(servers: readonly string[] = []): DnsResolver {
  const resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    resolve: async (name, type) => {
      try {
        return { kind: 'records', records: await QUERIES[type](resolver, name) };
      } catch (error) {
        return failedAnswer(error);
      }
    },
    cancel: () => resolver.cancel(),
  };
}

const QUERIES: Readonly<Record<DnsRecordType, (resolver: Resolver, name: string) => Promise<DnsRecord[]>>> = {
  A: async (resolver, name) => (await resolver.resolve4(name)).map(named),
  AAAA: async (resolver, name) => (await resolver.resolve6(name)).map(named),
  SRV: async (resolver, name) => (await resolver.resolveSrv(name)).map(({ name: target, port }) => ({ target, port })),
  MX: async (resolver, name) => (await resolver.resolveMx(name)).map(({ exchange }) => named(exchange)),
  NS: async (resolver, name) => (await resolver.resolveNs(name)).map(named),
};

function named(target: string): DnsRecord {
  return { target, port: 0 };
}

function failedAnswer(error: unknown): DnsAnswer {
  const code = (error as { readonly code?: string }).code ?? '';
  if (code === 'ENODATA') return { kind: 'records', records: [] };
  if (code === 'ENOTFOUND') return { kind: 'no-such-name' };
  return { kind: 'failed', reason: REASONS[code] ?? code };
}

const REASONS: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no name server answers in time',
  ECONNREFUSED: 'the name servers refuse the connection',
  ESERVFAIL: 'the name server fails',
  EREFUSED: 'the name server refuses the query',
  ECANCELLED: 'given up',
  EBADRESP: 'the answer is malformed',
  EBADNAME: 'it is not a name',
};
