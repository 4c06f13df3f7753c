import { errorMessage } from '#lib/errors';
import type { HttpClientConfig } from '#lib/http-config';
import type { Millis } from '#model/time';
import type { PostResponse } from '../outgoing.ts';
import type { Delivery, NotifierParts } from './notifier.ts';
import { brokenOff } from './notify-error.ts';
import { redacted, secretsOfUrl } from './redact.ts';

/** One request to a receiver. */
export interface Sending {
  /** POST unless said otherwise. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** Beside the agent's name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly client: HttpClientConfig;
  /** The integration's own time limit; 0 or absent for none. */
  readonly timeout?: Millis;
  readonly signal: AbortSignal;
  /** What a refusal's body says; the body itself unless given. */
  readonly describe?: (body: string) => string;
}

export interface JsonPost extends Omit<Sending, 'headers' | 'body'> {
  readonly payload: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with a 2xx status, or what became of the attempt instead; `response` is the refusal, when there was one. */
export type Sent =
  | { readonly response: PostResponse }
  | { readonly failure: Extract<Delivery, { ok: false }>; readonly refused?: PostResponse };

type Senders = Pick<NotifierParts, 'post' | 'now'>;

const USER_AGENT = 'Alertmanager/Barograph';
/** How much of a refusal's body is shown. */
const SHOWN_BODY = 500;

/**
 * Sends once. No answer is a failure worth a retry. The URL and the keys in headers are secrets and do not appear in
 * messages, not even where the other side repeats them.
 */
export async function send({ post, now }: Senders, { timeout = 0, describe, ...request }: Sending): Promise<Sent> {
  const limit = timeout > 0 ? AbortSignal.timeout(timeout) : null;
  const signal = limit ? AbortSignal.any([limit, request.signal]) : request.signal;
  const headers = { ...request.headers, 'user-agent': USER_AGENT };
  try {
    const response = await post({ ...request, headers, signal });
    const failure = refusal(response, now(), describe);
    return failure
      ? { failure: { ...failure, error: redacted(failure.error, secretsOf(request)) }, refused: response }
      : { response };
  } catch (error) {
    if (limit?.aborted) {
      const message = `no answer within the timeout of ${timeout}ms`;
      return { failure: { ok: false, error: message, retry: true, reason: 'contextDeadlineExceeded' } };
    }
    if (request.signal.aborted) {
      const why = errorMessage(request.signal.reason);
      return { failure: { ok: false, error: why, retry: true, reason: brokenOff(request.signal) } };
    }
    const message = redacted(errorMessage(error), secretsOf(request));
    return { failure: { ok: false, error: message, retry: true, reason: 'other' } };
  }
}

/** Sends JSON once. */
export function postJson(parts: Senders, { payload, headers = {}, ...request }: JsonPost): Promise<Sent> {
  const body = `${JSON.stringify(payload)}\n`;
  return send(parts, { ...request, headers: { 'content-type': 'application/json', ...headers }, body });
}

/** Sends JSON once to somebody whose 2xx says that all is well. */
export async function deliverJson(parts: Senders, request: JsonPost): Promise<Delivery> {
  return delivered(await postJson(parts, request));
}

/** What a request was that any 2xx accepts. */
export function delivered(sent: Sent): Delivery {
  return 'failure' in sent ? sent.failure : { ok: true, answer: String(sent.response.status) };
}

/** What an answer other than 2xx means: 5xx and 429 are worth a retry, the rest is not. */
export function refusal(
  response: PostResponse,
  now: Millis,
  describe: (body: string) => string = (body) => body,
): Extract<Delivery, { ok: false }> | null {
  const { status, body } = response;
  if (status >= 200 && status < 300) return null;
  const retry = status >= 500 || status === 429;
  const retryAfter = retry ? parseRetryAfter(response.retryAfter, now) : null;
  const shown = describe(body).trim().slice(0, SHOWN_BODY);
  return {
    ok: false,
    error: `unexpected status code ${status}${shown === '' ? '' : `: ${shown}`}`,
    retry,
    reason: status >= 500 ? 'serverError' : 'clientError',
    ...(retryAfter === null ? {} : { retryAfter }),
  };
}

/** The header's seconds or date as a wait from `now`; null when it says nothing usable. */
export function parseRetryAfter(header: string, now: Millis): Millis | null {
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Headers that carry a key may be shown by nobody; a refusal may repeat the whole request. */
function secretsOf({ url, headers }: Pick<Sending, 'url' | 'headers'>): readonly string[] {
  const keys = Object.entries(headers).filter(([name]) => name !== 'content-type');
  return [...secretsOfUrl(url), ...keys.flatMap(([, value]) => [value, value.replace(/^\S+ /, '')])];
}
