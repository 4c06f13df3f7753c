import { BarographError } from '#lib/errors';
import { createHttpClient } from '#lib/http-client';
import { Labels } from '#model/labels';
import type { DockerSdConfig } from '../configs/containers.ts';
import { createDeadline } from '../deadline.ts';
import type { Discoverer, DiscoveryReport } from '../discoverer.ts';
import { containerTargets } from '../docker-targets.ts';
import { type Refreshing, refreshingDiscoverer } from '../refresh.ts';
import type { MechanismParts } from '../registry-parts.ts';

/** Containers that run on one Docker host, reached through its socket or over the network: one group for all. */
export function dockerDiscoverer(config: DockerSdConfig, parts: MechanismParts, report: DiscoveryReport): Discoverer {
  return refreshingDiscoverer(() => dockerRefreshing(config, parts), parts, report);
}

function dockerRefreshing(config: DockerSdConfig, { clock, files, env, userAgent }: MechanismParts): Refreshing {
  const client = createHttpClient(config.httpClientConfig, { files, env, now: () => clock.now() });
  const list = async (path: string, signal: AbortSignal): Promise<readonly unknown[]> => {
    const { base, unixSocket } = daemonAddress(config.host);
    const socket = unixSocket === null ? {} : { unixSocket };
    const headers = { 'user-agent': userAgent };
    const answer = await client.request({ url: base + path, headers, signal, ...socket });
    const text = Buffer.from(answer.body).toString('utf8');
    if (answer.status !== 200) throw refused(path, `${answer.statusLine} ${text.slice(0, SHOWN)}`.trim());
    return parseList(text, path);
  };
  const { refreshInterval } = config;
  return {
    mechanism: 'docker',
    interval: refreshInterval,
    refresh: async (signal) => {
      const deadline = createDeadline(clock, refreshInterval, signal);
      try {
        const [containers, networks] = await Promise.all([
          list(`/containers/json${filterQuery(config.filters)}`, deadline.signal),
          list('/networks', deadline.signal),
        ]);
        const targets = containerTargets(containers, networks, config);
        return { groups: [{ source: 'Docker', targets, labels: Labels.EMPTY }] };
      } finally {
        deadline.clear();
      }
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

function filterQuery(filters: DockerSdConfig['filters']): string {
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
