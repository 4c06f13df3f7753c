import { type AddressPolicy, checkHost } from './address-policy.ts';
import { BarographError } from './errors.ts';
import { type Authentication, createAuthentication, type PostForm, type TokenAnswer } from './http-client/auth.ts';
import { bodyLimit, decoded, decodedNow } from './http-client/body.ts';
import { createConnections } from './http-client/connections.ts';
import { type Exchange, exchange, parseUrl, type RawAnswer, statusLine } from './http-client/exchange.ts';
import { connectionLost, describeFailure } from './http-client/failure.ts';
import { configuredHeaders } from './http-client/headers.ts';
import { createOauth2 } from './http-client/oauth2.ts';
import { UnusualAnswer } from './http-client/plain-connection.ts';
import { PlainExchanges, timedOut } from './http-client/plain-exchange.ts';
import { QuickWays } from './http-client/quick-ways.ts';
import { redirected } from './http-client/redirect.ts';
import { exchangeWhole, type WholeAnswer } from './http-client/whole-exchange.ts';
import { defaultHttpClientConfig, type HttpClientConfig, type Oauth2Config } from './http-config.ts';
import { releaseMemory } from './release-memory.ts';
import { diskTextFiles, type TextFiles } from './text-files.ts';

/** One request. */
export interface HttpRequest {
  /** GET unless said otherwise. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** Names in lower case. With `accept-encoding: gzip` a compressed answer comes out decompressed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Headers and body hold a secret: a redirect to another host, or into the clear, fails the request. */
  readonly isConfidential?: boolean;
  /** Gives the request up. A TimeoutError as its reason is reported as a deadline, anything else as a cancellation. */
  readonly signal: AbortSignal;
  /** The longest body taken, counted after decompression; absent or 0: no limit but 256 MiB. */
  readonly maxBodyBytes?: number;
  /** Path of a Unix socket to connect to instead of the URL's host. */
  readonly unixSocket?: string;
}

/** A GET that is likely to be sent again: the same `headers` object each time spares work. */
export interface ReadRequest extends Omit<HttpRequest, 'method' | 'body' | 'isConfidential'> {
  /** In ms. Reported as a deadline. */
  readonly timeout: number;
}

/** An answer of any status, read to its end. */
export interface HttpResponse {
  readonly status: number;
  /** As Go prints it: `404 Not Found`. */
  readonly statusLine: string;
  /** Names in lower case; the values of a header that was sent several times are joined by ', '. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

/** An answer that is looked at once. */
export interface GlancedResponse extends HttpResponse {
  /** How long it waited, whole, to be looked at, in ms with fraction: answers that come at the same time are read in one go. */
  readonly heldBack: number;
}

/** An answer of any status whose body is still arriving. */
export interface HttpStream {
  readonly status: number;
  /** As Go prints it: `404 Not Found`. */
  readonly statusLine: string;
  readonly headers: ReadonlyMap<string, string>;
  /**
   * The body as it comes, not decompressed. Read it to its end or leave the loop: both give the connection back. Rejects
   * as `request` does when the connection breaks or the signal aborts.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Requests with the settings of one `http_config` block. Connections are kept between requests. Files that the settings
 * name are read again on use, so that rotated certificates and tokens take effect without a reload.
 */
export interface HttpClient {
  /**
   * Rejects with kind `unavailable` when there is no complete answer; the message says in plain words who did not answer
   * and why. Its code is `body-too-large` for `maxBodyBytes`, otherwise `timeout`, `canceled`, `connection`, `tls`,
   * `bad-answer`, `bad-url` or `bad-credentials`.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /**
   * The same for a GET whose answer is looked at once: gives what `read` made of it. The body is only good while `read`
   * runs. What `read` throws is told as the answer's fault.
   */
  read<T>(request: ReadRequest, read: (response: GlancedResponse) => T): Promise<T>;
  /** The same for an answer that is read while it comes, such as a watch. `maxBodyBytes` does not count here. */
  stream(request: HttpRequest): Promise<HttpStream>;
  /** Lets open requests end and closes the connections. No request may follow. */
  close(): Promise<void>;
}

/** What a client takes from its surroundings. */
export interface HttpClientOptions {
  readonly files?: TextFiles;
  /** For `proxy_from_environment`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Unix time in ms, for the age of OAuth 2 tokens. */
  readonly now?: () => number;
  /** Which addresses may be connected to; absent: all. Requests to others reject with code `address-refused`. */
  readonly allowed?: AddressPolicy;
}

/** The code of the error for a body longer than `maxBodyBytes`. */
export const BODY_TOO_LARGE = 'body-too-large';

const MAX_REDIRECTS = 10;

/** Makes a client. Nothing is connected or read before the first request. */
export function createHttpClient(config: HttpClientConfig, options: HttpClientOptions = {}): HttpClient {
  const { files = diskTextFiles, env = {}, now = Date.now, allowed } = options;
  const connections = createConnections(config, { files, env, allowed });
  const tokenClient = config.oauth2 === undefined ? null : createHttpClient(tokenSettings(config.oauth2), options);
  const postForm: PostForm = (url, form, headers) => postTo(tokenClient!, { url, headers, body: form.toString() });
  const authentication =
    config.oauth2 === undefined
      ? createAuthentication(config, files)
      : createOauth2(config.oauth2, { files, now, postForm });
  const plain = new PlainExchanges();
  const ways = new QuickWays(config, connections);
  const dispatcherFor = (step: Exchange, request: HttpRequest) => {
    if (allowed !== undefined) checkHost(step.url.hostname, allowed);
    return connections.dispatcher(step.url, request.unixSocket);
  };
  const open = async (step: Exchange, request: HttpRequest): Promise<RawAnswer> =>
    exchange(step, await dispatcherFor(step, request), request.signal);
  const send = (step: Exchange, request: HttpRequest): Promise<HttpResponse> =>
    retried(step, request, async () => {
      const limit = bodyLimit(request.maxBodyBytes ?? 0);
      const dispatcher = await dispatcherFor(step, request);
      const { status, headers, body } = await exchangeWhole(step, dispatcher, { signal: request.signal, limit });
      const bytes = await decoded(body, headers.get('content-encoding') ?? '', { limit, signal: request.signal });
      return { status, statusLine: statusLine(status), headers, body: bytes, url: step.url.href };
    });
  const glance = async <T>(step: Exchange, request: HttpRequest, take: Take<T>): Promise<T> => {
    const limit = bodyLimit(request.maxBodyBytes ?? 0);
    const way = ways.learn(request, step);
    if (way !== null) {
      try {
        return await plain.send(way, { signal: request.signal, limit }, take);
      } catch (error) {
        if (!(error instanceof UnusualAnswer)) throw error;
        ways.giveUp(request);
      }
    }
    return take(await exchangeWhole(step, await dispatcherFor(step, request), { signal: request.signal, limit }));
  };
  const first = (request: HttpRequest) =>
    firstExchange(request, authentication, () => configuredHeaders(config.httpHeaders, files));
  const readAnew = <T>({ timeout, ...asked }: ReadRequest, read: Read<T>): Promise<T> =>
    withTimeout(asked.signal, timeout, async (signal) => {
      const request = { ...asked, signal };
      const limit = bodyLimit(request.maxBodyBytes ?? 0);
      const take = (answer: WholeAnswer, { url }: Exchange): Taken<T | null> | Promise<Taken<T | null>> =>
        leads(answer, config.followRedirects)
          ? { status: answer.status, headers: answer.headers, value: null }
          : taken(answer, { url: url.href, limit, read, inTime: (run) => run(signal) });
      const send = (step: Exchange) =>
        retried(step, request, () => glance(step, request, (answer) => take(answer, step)));
      try {
        const { value } = await follow(await first(request), config.followRedirects, send);
        return value as T;
      } catch (error) {
        throw describeFailure(error, request);
      }
    });
  return {
    request: async (request) => {
      try {
        return await follow(await first(request), config.followRedirects, (step) => send(step, request));
      } catch (error) {
        throw describeFailure(error, request);
      }
    },
    read: (request, read) => {
      const way = ways.find(request);
      if (way === null) return readAnew(request, read);
      const limit = bodyLimit(request.maxBodyBytes ?? 0);
      const { url, signal, timeout } = request;
      const deadline = performance.now() + timeout;
      const inTime: InTime = (run) => withTimeout(signal, Math.max(0, deadline - performance.now()), run);
      return plain
        .send(way, { signal, timeout, limit }, (answer) => {
          if (leads(answer, config.followRedirects)) throw new UnusualAnswer();
          return taken(answer, { url, limit, read, inTime });
        })
        .then(
          ({ value }) => value,
          (error: unknown) => {
            if (!(error instanceof UnusualAnswer)) throw describeFailure(error, ended(request, error));
            ways.giveUp(request);
            return readAnew(request, read);
          },
        );
    },
    stream: async (request) => {
      try {
        const answer = await follow(
          await first(request),
          config.followRedirects,
          (step) => retried(step, request, () => open(step, request)),
          ({ body }) => body.dump(),
        );
        const { status, headers, body } = answer;
        return { status, statusLine: statusLine(status), headers, chunks: described(body, request) };
      } catch (error) {
        throw describeFailure(error, request);
      }
    },
    close: async () => {
      plain.close();
      await Promise.all([connections.close(), tokenClient?.close()]);
    },
  };
}

/** A server may close an idle connection just as it is used again: that request was never read and is sent once more. */
async function retried<T>(step: Exchange, { signal }: HttpRequest, respond: () => Promise<T>): Promise<T> {
  try {
    return await respond();
  } catch (error) {
    if (step.method !== 'GET' || signal.aborted || !connectionLost(error)) throw error;
    return respond();
  }
}

/** How a request ended, for its description. */
function ended({ url, unixSocket, signal }: ReadRequest, error: unknown) {
  const isLate = error instanceof DOMException && error.name === 'TimeoutError';
  const end = { aborted: signal.aborted || isLate, reason: isLate ? error : signal.reason };
  return { url, signal: end, ...(unixSocket === undefined ? {} : { unixSocket }) };
}

// Not AbortSignal.any: every request would leave something behind at a signal that lives long.
async function withTimeout<T>(
  outer: AbortSignal,
  timeout: number,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(timedOut()), timeout);
  const stop = () => controller.abort(outer.reason);
  outer.addEventListener('abort', stop);
  if (outer.aborted) stop();
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', stop);
  }
}

/** The body with its failures described. No generator around another: that would be three turns more for each chunk. */
function described(body: AsyncIterable<Uint8Array>, request: HttpRequest): AsyncIterable<Uint8Array> {
  const failed = (error: unknown) => {
    throw describeFailure(error, request);
  };
  return {
    [Symbol.asyncIterator]: () => {
      const chunks = body[Symbol.asyncIterator]();
      return {
        next: () => chunks.next().catch(failed),
        return: async () => {
          await chunks.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** Tokens are asked for with the TLS and proxy settings of their own block. */
function tokenSettings({ tlsConfig, proxy }: Oauth2Config): HttpClientConfig {
  return { ...defaultHttpClientConfig, proxy, ...(tlsConfig === undefined ? {} : { tlsConfig }) };
}

const TOKEN_TIMEOUT = 30_000;

async function postTo(client: HttpClient, request: Omit<HttpRequest, 'method' | 'signal'>): Promise<TokenAnswer> {
  const signal = AbortSignal.timeout(TOKEN_TIMEOUT);
  const { status, body } = await client.request({
    ...{ ...request, method: 'POST', isConfidential: true, signal, maxBodyBytes: 2 ** 20 },
  });
  return { status, text: new TextDecoder().decode(body) };
}

async function firstExchange(
  { url, method = 'GET', headers = {}, body, isConfidential = false }: HttpRequest,
  authentication: Authentication,
  extraHeaders: () => Promise<Record<string, string[]>>,
): Promise<Exchange> {
  const [credentials, extra] = await Promise.all([authentication.header(), extraHeaders()]);
  const secrets = credentials === null ? extra : { ...extra, authorization: [credentials] };
  return { url: parseUrl(url), method, headers, secrets, body: body ?? null, isConfidential };
}

interface AnswerStart {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

type Read<T> = (response: GlancedResponse) => T;

interface Reading<T> {
  readonly url: string;
  readonly limit: number;
  readonly read: Read<T>;
  readonly inTime: InTime;
}

/** Gives the work a signal that aborts when the request has taken too long, or is given up. */
type InTime = <T>(run: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** What `read` makes of an answer: at once, before its body is gone, or of a copy where decompressing takes long. */
function taken<T>(
  { status, headers, body, heldBack }: WholeAnswer,
  { url, limit, read, inTime }: Reading<T>,
): Taken<T> | Promise<Taken<T>> {
  const encoding = headers.get('content-encoding') ?? '';
  const reading = (bytes: Uint8Array) => ({
    ...{ status, headers },
    value: read({ status, statusLine: statusLine(status), headers, body: bytes, url, heldBack }),
  });
  const bytes = decodedNow(body, encoding, limit);
  if (bytes !== null) return reading(bytes);
  // In place it would be overwritten by the next answer while another thread reads it.
  const copy = new Uint8Array(body);
  return inTime((signal) => decoded(copy, encoding, { limit, signal })).then(readOnce);

  function readOnce(long: Uint8Array): Taken<T> {
    try {
      return reading(long);
    } finally {
      releaseMemory(long);
    }
  }
}

type Take<T> = (answer: WholeAnswer) => T | Promise<T>;

interface Taken<T> extends AnswerStart {
  readonly value: T;
}

/** Follows redirects as Go does: 307 and 308 keep the method; credentials stay with the host they are meant for. */
async function follow<T extends AnswerStart>(
  first: Exchange,
  followRedirects: boolean,
  send: (step: Exchange) => Promise<T>,
  discard: (answer: T) => Promise<void> = async () => {},
): Promise<T> {
  let step = first;
  for (let redirects = 0; ; redirects++) {
    const response = await send(step);
    if (!leads(response, followRedirects)) return response;
    await discard(response);
    if (redirects === MAX_REDIRECTS) {
      throw new BarographError('stopped after 10 redirects', { kind: 'unavailable', code: 'bad-answer' });
    }
    step = redirected(step, parseUrl(response.headers.get('location')!, step.url), response.status);
  }
}

/** Whether an answer is a redirect that is to be followed. */
function leads({ status, headers }: AnswerStart, followRedirects: boolean): boolean {
  return followRedirects && REDIRECTS.has(status) && headers.has('location');
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
