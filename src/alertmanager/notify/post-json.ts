import { errorMessage } from '#lib/errors';
import type { HttpClientConfig } from '#lib/http-config';
import type { Millis } from '#model/time';
import type { PostResponse } from '../outgoing.ts';
import type { Delivery, NotifierParts } from './notifier.ts';

export interface JsonPost {
  readonly url: string;
  readonly payload: unknown;
  readonly client: HttpClientConfig;
  /** The integration's own time limit; 0 for none. */
  readonly timeout: Millis;
  readonly signal: AbortSignal;
}

const USER_AGENT = 'Alertmanager/Barograph';
/** How much of a refusal's body is shown. */
const SHOWN_BODY = 500;

/**
 * Posts JSON once. An answer of any status is given back; no answer is a failure worth a retry. The URL is a secret and
 * does not appear in messages.
 */
export async function postJson(
  { post, now }: Pick<NotifierParts, 'post' | 'now'>,
  request: JsonPost,
): Promise<{ readonly response: PostResponse } | { readonly failure: Delivery }> {
  const limit = request.timeout > 0 ? AbortSignal.timeout(request.timeout) : null;
  const signal = limit ? AbortSignal.any([limit, request.signal]) : request.signal;
  const headers = { 'content-type': 'application/json', 'user-agent': USER_AGENT };
  const body = `${JSON.stringify(request.payload)}\n`;
  try {
    const response = await post({ url: request.url, headers, body, client: request.client, signal });
    const failure = refusal(response, now());
    return failure ? { failure } : { response };
  } catch (error) {
    if (limit?.aborted) {
      const message = `no answer within the timeout of ${request.timeout}ms`;
      return { failure: { ok: false, error: message, retry: true, reason: 'contextDeadlineExceeded' } };
    }
    const reason = request.signal.aborted ? 'contextCanceled' : 'other';
    const message = withoutSecret(errorMessage(error), request.url);
    return { failure: { ok: false, error: message, retry: true, reason } };
  }
}

/** What an answer other than 2xx means: 5xx and 429 are worth a retry, the rest is not. */
export function refusal(response: PostResponse, now: Millis): Delivery | null {
  const { status, body } = response;
  if (status >= 200 && status < 300) return null;
  const retry = status >= 500 || status === 429;
  const retryAfter = retry ? parseRetryAfter(response.retryAfter, now) : null;
  const shown = body.trim().slice(0, SHOWN_BODY);
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

function withoutSecret(message: string, url: string): string {
  return url === '' ? message : message.replaceAll(url, '<redacted>');
}
