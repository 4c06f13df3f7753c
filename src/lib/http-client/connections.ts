import type { Agent, Dispatcher } from 'undici';
import { type AddressPolicy, guardedLookup } from '../address-policy.ts';
import type { HttpClientConfig } from '../http-config.ts';
import type { TextFiles } from '../text-files.ts';
import { proxyFor } from './proxy.ts';
import { readTls, type TlsMaterial } from './tls.ts';

/** The connections of one client. */
export interface Connections {
  /** What requests to `url` go through. TLS files are read again; what they changed applies to new connections. */
  dispatcher(url: URL, unixSocket?: string): Promise<Dispatcher>;
  /** Whether requests to `url` go over connections without TLS and without a proxy. */
  isPlain(url: URL, unixSocket?: string): boolean;
  /** Lets open requests end. */
  close(): Promise<void>;
}

/** Idle connections are kept longer than any usual scrape interval. */
const KEEP_ALIVE = 300_000;

interface Generation {
  readonly tls: TlsMaterial;
  /** By proxy URL, or by socket path; '' for direct connections. */
  readonly dispatchers: Map<string, Dispatcher>;
}

/** What connections take from their surroundings. */
export interface ConnectionsOptions {
  readonly files: TextFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly allowed?: AddressPolicy | undefined;
}

type Undici = typeof import('undici');

let undici: Undici | null = null;

/** A quarter of the program, of which a start needs nothing. */
async function loadUndici(): Promise<Undici> {
  undici ??= await import('undici');
  return undici;
}

export function createConnections(config: HttpClientConfig, { files, env, allowed }: ConnectionsOptions): Connections {
  let current: Generation | null = null;
  const generation = async (secure: boolean): Promise<Generation> => {
    // Without TLS nothing has to be read.
    if (!secure && current !== null) return current;
    const tls = await readTls(secure ? config.tlsConfig : undefined, files);
    if (current === null || (secure && current.tls.fingerprint !== tls.fingerprint)) {
      // What still runs over the old connections may end.
      if (current !== null) void closeAll(current);
      current = { tls, dispatchers: new Map() };
    }
    return current;
  };
  const proxyOf = (url: URL, unixSocket: string | undefined) =>
    unixSocket === undefined ? proxyFor(url, config.proxy, env) : null;
  return {
    isPlain: (url, unixSocket) =>
      url.protocol === 'http:' && allowed === undefined && proxyOf(url, unixSocket) === null,
    dispatcher: async (url, unixSocket) => {
      const proxy = proxyOf(url, unixSocket);
      const secure = url.protocol === 'https:' || proxy?.protocol === 'https:';
      const { Agent, ProxyAgent } = await loadUndici();
      const { tls, dispatchers } = await generation(secure);
      const key = unixSocket ?? proxy?.href ?? '';
      let dispatcher = dispatchers.get(key);
      if (dispatcher === undefined) {
        dispatcher =
          proxy === null
            ? new Agent(directOptions(tls, config.enableHttp2, { unixSocket, allowed }))
            : new ProxyAgent(proxyOptions(proxy, tls, config));
        dispatchers.set(key, dispatcher);
      }
      return dispatcher;
    },
    close: async () => {
      if (current !== null) await closeAll(current);
    },
  };
}

async function closeAll({ dispatchers }: Generation): Promise<void> {
  await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.close()));
}

interface Way {
  readonly unixSocket: string | undefined;
  readonly allowed: AddressPolicy | undefined;
}

function directOptions({ options }: TlsMaterial, allowH2: boolean, { unixSocket, allowed }: Way): Agent.Options {
  return {
    allowH2,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: 2 * KEEP_ALIVE,
    connect: {
      ...options,
      ...(unixSocket === undefined ? {} : { socketPath: unixSocket }),
      ...(allowed === undefined ? {} : { lookup: guardedLookup(allowed) }),
    },
  };
}

function proxyOptions(
  proxy: URL,
  { options }: TlsMaterial,
  { enableHttp2, proxy: { proxyConnectHeader } }: HttpClientConfig,
) {
  const headers: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(proxyConnectHeader ?? {})) {
    headers[name.toLowerCase()] = values.map((value) => value.reveal());
  }
  return {
    uri: proxy.href,
    headers,
    allowH2: enableHttp2,
    // As Go: a tunnel for https, the whole URL in the request line for http.
    proxyTunnel: false,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: 2 * KEEP_ALIVE,
    requestTls: options,
    proxyTls: options,
  };
}
