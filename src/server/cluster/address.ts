import { BarographError } from '#lib/errors';
import type { ListenAddress } from '#lib/listen-address';

export interface AdvertiseOptions {
  /** Where it really listens. */
  readonly listen: ListenAddress;
  /** As the flag says; null: to be found out. */
  readonly advertise: ListenAddress | null;
  /** Whether an address of the internet may be found out. */
  readonly allowPublic: boolean;
  /** The addresses of this machine. */
  readonly own: readonly string[];
}

/** The address that the others are told. Throws `bad-config` when it cannot be known. */
export function advertiseAddress({ listen, advertise, allowPublic, own }: AdvertiseOptions): string {
  if (advertise !== null) return hostAndPort(advertise);
  if (!isEveryAddress(listen.host)) return hostAndPort(listen);
  const found = own.find(isPrivate) ?? (allowPublic ? own[0] : undefined);
  if (found !== undefined) return hostAndPort({ host: found, port: listen.port });
  throw new BarographError('this machine has no private address that peers could be told', {
    kind: 'bad-config',
    code: 'no-advertise-address',
    hint: `Say where they reach it with --cluster.advertise-address=<address>:${listen.port}.`,
  });
}

/** `host:port`, or `[v6]:port`. */
export function hostAndPort({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isEveryAddress(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}

/** RFC 1918, and the shared addresses of RFC 6598 that clouds give to pods. */
function isPrivate(address: string): boolean {
  const [a = 0, b = 0] = address.split('.').map(Number);
  return a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128);
}
