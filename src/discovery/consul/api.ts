import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import { createHttpClient, type HttpClient } from '#lib/http-client';
import { type HttpClientConfig, isSet } from '#lib/http-config';
import type { TextFiles } from '#lib/text-files';
import type { ConsulSdConfig } from '../configs/registries.ts';
import { createDeadline } from '../deadline.ts';
import { textAt } from '../json.ts';

/** What asking Consul takes from the program around it. */
interface ConsulParts {
  readonly clock: Clock;
  readonly files: TextFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
}

/** An answer and the index from which to wait for the next one. */
interface ConsulAnswer {
  readonly json: unknown;
  readonly index: number;
}

type Query = readonly (readonly [name: string, value: string])[];

const WAIT = 120_000;
const TIMEOUT = WAIT + 15_000;

/** Requests to one Consul agent. */
export class ConsulApi {
  private readonly config: ConsulSdConfig;
  private readonly parts: ConsulParts;
  private readonly client: HttpClient;

  constructor(config: ConsulSdConfig, parts: ConsulParts) {
    const { clock, files, env } = parts;
    this.config = config;
    this.parts = parts;
    this.client = createHttpClient(clientSettings(config), { files, env, now: () => clock.now() });
  }

  /** The datacenter that is asked: the configured one, or that of the agent. */
  async datacenter(signal: AbortSignal): Promise<string> {
    if (isSet(this.config.datacenter)) return this.config.datacenter!;
    const { json } = await this.get('/v1/agent/self', [], signal);
    const name = textAt(json, 'Config', 'Datacenter');
    if (name === '') throw refused('/v1/agent/self', 'it does not say its datacenter');
    return name;
  }

  /** Waits for an answer that is newer than `index`, at most two minutes; 0: answers at once. */
  async watch(path: string, query: Query, index: number, signal: AbortSignal): Promise<ConsulAnswer> {
    const { datacenter, namespace, partition, allowStale, nodeMeta } = this.config;
    const given = { dc: datacenter, ns: namespace, partition };
    return this.get(
      path,
      [
        ...Object.entries(given).filter((entry): entry is [string, string] => isSet(entry[1])),
        ...(allowStale ? [['stale', ''] as const] : []),
        ...Object.entries(nodeMeta).map(([name, value]) => ['node-meta', `${name}:${value}`] as const),
        ...query.filter(([, value]) => value !== ''),
        ...(index === 0 ? [] : [['index', String(index)] as const]),
        ['wait', `${WAIT}ms`],
      ],
      signal,
    );
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private async get(path: string, query: Query, outer: AbortSignal): Promise<ConsulAnswer> {
    const { scheme, server, pathPrefix = '', token } = this.config;
    const { clock, userAgent } = this.parts;
    const deadline = createDeadline(clock, TIMEOUT, outer);
    const prefix = pathPrefix === '' ? '' : `/${pathPrefix.replace(/^\/+|\/+$/g, '')}`;
    const text = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    const url = `${scheme}://${server}${prefix}${path}${text === '' ? '' : `?${text}`}`;
    const isConfidential = isSet(token);
    const secret = isConfidential ? { 'x-consul-token': token!.reveal() } : {};
    const headers = { 'user-agent': userAgent, 'accept-encoding': 'gzip', ...secret };
    try {
      const {
        status,
        statusLine,
        headers: answered,
        body,
      } = await this.client.request({
        url,
        headers,
        isConfidential,
        signal: deadline.signal,
      });
      const said = Buffer.from(body).toString('utf8');
      if (status !== 200) throw refused(path, `${statusLine} ${said.slice(0, SHOWN)}`.trim());
      return { json: parseJson(said, path), index: Number(answered.get('x-consul-index')) || 0 };
    } finally {
      deadline.clear();
    }
  }
}

const SHOWN = 200;

/** `username` and `password` of the block itself are basic authentication. */
function clientSettings({ httpClientConfig, username, password }: ConsulSdConfig): HttpClientConfig {
  if (!isSet(username) && !isSet(password)) return httpClientConfig;
  return {
    ...httpClientConfig,
    basicAuth: { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) },
  };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(path, 'the answer is not JSON');
  }
}

function refused(path: string, reason: string): BarographError {
  return new BarographError(`consul: ${path}: ${reason}`, { kind: 'unavailable', code: 'consul-refused' });
}
