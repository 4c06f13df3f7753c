import { acceptHeader } from '#exposition/negotiate';
import { BarographError } from '#lib/errors';
import { BODY_TOO_LARGE, createHttpClient, type GlancedResponse, type ReadRequest } from '#lib/http-client';
import type { Millis } from '#model/time';
import type { ScrapeConfig } from './config.ts';
import { BODY_SIZE_LIMIT, type FetchedPage, type FetchRequest, type TargetFetcher } from './fetch-target.ts';

/** What a fetcher takes from its surroundings. */
export interface HttpFetcherOptions {
  readonly userAgent: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Scrapes over HTTP with the settings of a job. Connections are kept from scrape to scrape. */
export function createHttpFetcher(config: ScrapeConfig, { userAgent, env = {} }: HttpFetcherOptions): TargetFetcher {
  const client = createHttpClient(config.httpClientConfig, { env });
  const headers = {
    accept: acceptHeader(config.scrapeProtocols, config.metricNameEscapingScheme),
    'accept-encoding': config.enableCompression ? 'gzip' : 'identity',
    'user-agent': userAgent,
  };
  const headersFor = memoized((timeout: Millis) => ({
    ...headers,
    'x-prometheus-scrape-timeout-seconds': String(timeout / 1000),
  }));
  const prepared = new WeakMap<FetchRequest, ReadRequest>();
  const prepare = (request: FetchRequest): ReadRequest => {
    const made = { ...request, maxBodyBytes: config.bodySizeLimitBytes, headers: headersFor(request.timeout) };
    prepared.set(request, made);
    return made;
  };
  return {
    fetch: (request, read) =>
      client
        .read(prepared.get(request) ?? prepare(request), (answer) =>
          answer.status === 200 ? { value: read(pageOf(answer)) } : { statusLine: answer.statusLine },
        )
        .then(goodValue, inWordsOfScraping),
    close: () => client.close(),
  };
}

function pageOf({ headers, body, heldBack }: GlancedResponse): FetchedPage {
  return { contentType: headers.get('content-type') ?? '', body, heldBack };
}

function goodValue<T>(answer: { readonly value: T } | { readonly statusLine: string }): T {
  if ('value' in answer) return answer.value;
  const message = `server returned HTTP status ${answer.statusLine}`;
  throw new BarographError(message, { kind: 'unavailable', code: 'bad-status' });
}

/** One object for each timeout: there are few. */
function memoized<T>(make: (timeout: Millis) => T): (timeout: Millis) => T {
  const known = new Map<Millis, T>();
  return (timeout) => {
    let made = known.get(timeout);
    if (made === undefined) {
      made = make(timeout);
      known.set(timeout, made);
    }
    return made;
  };
}

function inWordsOfScraping(error: unknown): never {
  if (!(error instanceof BarographError) || error.code !== BODY_TOO_LARGE) throw error;
  const details = { kind: 'unavailable', code: BODY_SIZE_LIMIT, cause: error } as const;
  throw new BarographError('body size limit exceeded', details);
}
