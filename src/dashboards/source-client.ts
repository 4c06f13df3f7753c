import type { AddressPolicy } from '#lib/address-policy';
import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import { createHttpClient, type HttpClient } from '#lib/http-client';
import { readUrl } from '#lib/read-url';
import type { Millis } from '#model/time';
import type { DataSource } from './data-sources.ts';
import { AnswerCache } from './source-cache.ts';
import { clientConfigOf } from './source-config.ts';
import { SourceGate } from './source-gate.ts';
import type { CachedAnswer, SourceAnswer, SourceRequest } from './source-request.ts';

export interface SourceClientsOptions {
  readonly clock: Clock;
  /** Which addresses may be asked. */
  readonly allowed: AddressPolicy;
  readonly userAgent: string;
  /** How long a source may take; absent: 30 s. */
  readonly timeout?: Millis;
  /** Requests to one source at a time, and how many may wait; absent: 10 and 200. */
  readonly limits?: { readonly running: number; readonly waiting: number };
}

const TIMEOUT: Millis = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Asks data sources. Each has its own limit of requests at a time, so that one that hangs holds up nobody but itself;
 * equal questions that are on their way are asked once, and answers to what only reads are kept for 30 s.
 */
export class SourceClients {
  private readonly options: SourceClientsOptions;
  private readonly clients = new Map<string, { readonly key: string; readonly client: HttpClient }>();
  private readonly gates = new Map<string, SourceGate>();
  private readonly cache: AnswerCache;

  constructor(options: SourceClientsOptions) {
    this.options = options;
    this.cache = new AnswerCache(options.clock);
  }

  /** Rejects with `source-busy`, `source-timeout`, `source-unreachable` or `source-address-refused`. */
  async ask(source: DataSource, request: SourceRequest, signal: AbortSignal): Promise<CachedAnswer> {
    const question = (shared: AbortSignal) => this.throughGate(source, request, shared);
    if (!mayBeKept(source, request)) return { ...(await question(signal)), cache: 'miss' };
    return this.cache.get(cacheKey(source, request), question, signal);
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map(({ client }) => client.close()));
    this.clients.clear();
  }

  private async throughGate(source: DataSource, request: SourceRequest, signal: AbortSignal): Promise<SourceAnswer> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(this.options.timeout ?? TIMEOUT)]);
    const leave = await this.gate(source).enter(deadline);
    try {
      return await this.send(source, request, deadline);
    } catch (error) {
      throw described(error, source);
    } finally {
      leave();
    }
  }

  private async send(source: DataSource, request: SourceRequest, signal: AbortSignal): Promise<SourceAnswer> {
    const { method, body, contentType } = request;
    const {
      status,
      headers,
      body: answer,
    } = await this.client(source).request({
      ...{ method, url: urlOf(source, request), signal, maxBodyBytes: MAX_ANSWER_BYTES },
      headers: {
        ...{ 'accept-encoding': 'gzip', 'user-agent': this.options.userAgent },
        ...(body === null ? {} : { 'content-type': contentType }),
      },
      ...(body === null ? {} : { body }),
    });
    return { status, contentType: headers.get('content-type') ?? 'application/octet-stream', body: answer };
  }

  private client(source: DataSource): HttpClient {
    const key = `${source.id}:${source.version}:${source.url}`;
    const known = this.clients.get(source.uid);
    if (known?.key === key) return known.client;
    void known?.client.close();
    const client = createHttpClient(clientConfigOf(source), { allowed: this.options.allowed });
    this.clients.set(source.uid, { key, client });
    return client;
  }

  private gate({ uid, name }: DataSource): SourceGate {
    const { running, waiting } = this.options.limits ?? { running: 10, waiting: 200 };
    const gate = this.gates.get(uid) ?? new SourceGate(name, running, waiting);
    this.gates.set(uid, gate);
    return gate;
  }
}

/** The URL of a request. Its path cannot leave the path of the source. */
function urlOf({ url, name }: DataSource, { path, query }: SourceRequest): string {
  const base = readUrl(url);
  if (base === null) throw noUrl(name, url);
  const root = base.pathname.replace(/\/+$/, '');
  const full = new URL(base.href);
  full.pathname = `${root}/${path}`;
  if (!full.pathname.startsWith(`${root}/`)) throw noUrl(name, path);
  full.search = [base.search.slice(1), query].filter((part) => part !== '').join('&');
  full.hash = '';
  return full.href;
}

function noUrl(name: string, url: string): BarographError {
  return new BarographError(`the data source ${JSON.stringify(name)} cannot be asked at ${JSON.stringify(url)}`, {
    kind: 'bad-request',
    code: 'source-url',
    hint: 'Its URL must be written in full, e.g. http://prometheus:9090.',
  });
}

const READ_PATHS = /^api\/v1\/(query|query_range|query_exemplars|series|labels|label\/[^/]+\/values|metadata)$/;

function mayBeKept({ type }: DataSource, { method, path, contentType, fresh }: SourceRequest): boolean {
  if (fresh === true || type !== 'prometheus' || !READ_PATHS.test(path)) return false;
  return method === 'GET' || (method === 'POST' && contentType.startsWith('application/x-www-form-urlencoded'));
}

function cacheKey({ uid, id, version }: DataSource, { method, path, query, body }: SourceRequest): string {
  const form = body === null ? '' : new TextDecoder().decode(body);
  return [uid, id, version, method, path, query, form].join('\n');
}

const CODES: Readonly<Record<string, string>> = {
  timeout: 'source-timeout',
  'address-refused': 'source-address-refused',
  'body-too-large': 'source-answer-too-large',
  canceled: 'source-canceled',
};

function described(error: unknown, { name }: DataSource): unknown {
  if (!(error instanceof BarographError) || error.kind !== 'unavailable') return error;
  return new BarographError(`the data source ${JSON.stringify(name)} did not answer: ${error.message}`, {
    kind: 'unavailable',
    code: CODES[error.code] ?? 'source-unreachable',
    ...(error.code === 'address-refused'
      ? { hint: 'Start the server with --datasources.allow-link-local when that is really meant.' }
      : {}),
    cause: error,
  });
}
