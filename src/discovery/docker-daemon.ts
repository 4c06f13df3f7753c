import { BarographError } from '#lib/errors';
import { createHttpClient } from '#lib/http-client';
import type { HttpClientConfig } from '#lib/http-config';
import type { MechanismParts } from './registry-parts.ts';

/** The API of one Docker daemon, reached through its socket or over the network. */
export interface DockerDaemon {
  /** A list at a path. Rejects with the daemon's words, and for what is no list. */
  list(path: string, filters: readonly DockerFilter[], signal: AbortSignal): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

interface DockerFilter {
  readonly name: string;
  readonly values: readonly string[];
}

/** Nothing is connected before something is asked for. */
export function openDockerDaemon(
  { host, httpClientConfig }: { readonly host: string; readonly httpClientConfig: HttpClientConfig },
  { clock, files, env, userAgent }: MechanismParts,
): DockerDaemon {
  const client = createHttpClient(httpClientConfig, { files, env, now: () => clock.now() });
  return {
    list: async (path, filters, signal) => {
      const { base, unixSocket } = daemonAddress(host);
      const socket = unixSocket === null ? {} : { unixSocket };
      const headers = { 'user-agent': userAgent };
      const answer = await client.request({ url: base + path + filterQuery(filters), headers, signal, ...socket });
      const text = Buffer.from(answer.body).toString('utf8');
      if (answer.status !== 200) throw refused(path, `${answer.statusLine} ${text.slice(0, SHOWN)}`.trim());
      return parseList(text, path);
    },
    close: () => client.close(),
  };
}

const SHOWN = 200;

/** Where the daemon listens: `unix:///path`, `tcp://host:port` or a URL. */
function daemonAddress(host: string): { readonly base: string; readonly unixSocket: string | null } {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? [];
  if (scheme === 'unix') return { base: 'http://docker', unixSocket: rest };
  const address = rest.replace(/\/+$/, '');
  if (scheme === 'tcp') return { base: `http://${address}`, unixSocket: null };
  if (scheme === 'http' || scheme === 'https') return { base: `${scheme}://${address}`, unixSocket: null };
  throw new BarographError(`docker: ${JSON.stringify(host)} is no address of a daemon`, {
    kind: 'bad-config',
    code: 'bad-docker-host',
    hint: 'write unix:///var/run/docker.sock, tcp://host:port, http://… or https://…',
  });
}

function filterQuery(filters: readonly DockerFilter[]): string {
  if (filters.length === 0) return '';
  const byName: Record<string, Record<string, boolean>> = {};
  for (const { name, values } of filters) {
    byName[name] = { ...byName[name], ...Object.fromEntries(values.map((value) => [value, true])) };
  }
  return `?filters=${encodeURIComponent(JSON.stringify(byName))}`;
}

function parseList(text: string, path: string): readonly unknown[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refused(path, 'the answer is not JSON');
  }
  if (!Array.isArray(json)) throw refused(path, 'the answer is not a list');
  return json;
}

function refused(path: string, reason: string): BarographError {
  return new BarographError(`docker: ${path}: ${reason}`, { kind: 'unavailable', code: 'docker-refused' });
}
