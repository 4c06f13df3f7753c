import { acceptHeader } from '#exposition/negotiate';
import { BarographError } from '#lib/errors';
import { BODY_TOO_LARGE, createHttpClient, type HttpResponse } from '#lib/http-client';
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
  const ask = <T>({ url, timeout, unixSocket }: FetchRequest, signal: AbortSignal, read: (page: HttpResponse) => T) => {
    const request = {
      ...{ url, signal, maxBodyBytes: config.bodySizeLimitBytes },
      headers: { ...headers, 'x-prometheus-scrape-timeout-seconds': String(timeout / 1000) },
      ...(unixSocket === undefined ? {} : { unixSocket }),
    };
    return client.read(request, read).catch(inWordsOfScraping);
  };
  return {
    fetch: async (request, read) => {
      const { status, value } = await withTimeout(request, (signal) =>
        ask(request, signal, (page) => ({
          status: page.statusLine,
          value: page.status === 200 ? { of: read(pageOf(page)) } : null,
        })),
      );
      if (value !== null) return value.of;
      const message = `server returned HTTP status ${status}`;
      throw new BarographError(message, { kind: 'unavailable', code: 'bad-status' });
    },
    close: () => client.close(),
  };
}

function pageOf({ headers, body }: HttpResponse): FetchedPage {
  return { contentType: headers.get('content-type') ?? '', body };
}

function inWordsOfScraping(error: unknown): never {
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
