import { BarographError } from './errors.ts';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, `:port` or `[v6]:port`, as Go's listeners take it. An empty host is every address. Throws
 * `bad-config` that names the flag.
 */
export function parseListenAddress(text: string, flag = 'web.listen-address'): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new BarographError(`--${flag}: ${JSON.stringify(text)} is not an address`, {
      kind: 'bad-config',
      code: 'bad-listen-address',
      hint: 'Write host:port, e.g. 127.0.0.1:9090, or :9090 for all addresses.',
    });
  }
  return { host: match[1] ?? match[2] ?? '', port };
}
