import { acceptHeader } from '#exposition/negotiate';
import { BarographError } from '#lib/errors';
import { BODY_TOO_LARGE, createHttpClient, type HttpResponse } from '#lib/http-client';
import type { ScrapeConfig } from './config.ts';
import { BODY_SIZE_LIMIT, type FetchRequest, type TargetFetcher } from './fetch-target.ts';

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
  const get = ({ url, timeout, unixSocket }: FetchRequest, signal: AbortSignal) =>
    client.request({
      url,
      headers: { ...headers, 'x-prometheus-scrape-timeout-seconds': String(timeout / 1000) },
      signal,
      maxBodyBytes: config.bodySizeLimitBytes,
      ...(unixSocket === undefined ? {} : { unixSocket }),
    });
  return {
    fetch: async (request, read) => {
      const {
        status,
        statusLine,
        headers: received,
        body,
      } = await withTimeout(request, (signal) => get(request, signal).catch(inWordsOfScraping));
      if (status !== 200) {
        const message = `server returned HTTP status ${statusLine}`;
        throw new BarographError(message, { kind: 'unavailable', code: 'bad-status' });
      }
      return read({ contentType: received.get('content-type') ?? '', body });
    },
    close: () => client.close(),
  };
}

function inWordsOfScraping(error: unknown): HttpResponse {
  if (!(error instanceof BarographError) || error.code !== BODY_TOO_LARGE) throw error;
  const details = { kind: 'unavailable', code: BODY_SIZE_LIMIT, cause: error } as const;
  throw new BarographError('body size limit exceeded', details);
}

// Not AbortSignal.any: every scrape would leave something behind at the target's own signal.
async function withTimeout<T>(request: FetchRequest, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const late = () => controller.abort(new DOMException('the scrape took too long', 'TimeoutError'));
  const timer = setTimeout(late, request.timeout);
  const stop = () => controller.abort(request.signal.reason);
  request.signal.addEventListener('abort', stop);
  if (request.signal.aborted) stop();
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', stop);
  }
}
