import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';
import { numberAt, textAt } from '../json.ts';

/** The code of the error that says: what was watched from is too old, list again. */
export const GONE = 'gone';

/** The code of the error for an answer that is none of the API's. */
export const NOT_THE_API = 'not-the-api';

/** An answer that is not the one asked for; the server may say how long to wait. */
export class ApiFailure extends BarographError {
  readonly retryAfter: Millis;

  constructor(message: string, { code, retryAfter = 0 }: { readonly code: string; readonly retryAfter?: Millis }) {
    super(message, { kind: 'unavailable', code });
    this.retryAfter = retryAfter;
  }
}

interface Answered {
  readonly status: number;
  readonly statusLine: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** Throws unless the answer is 200 with JSON. `body` is what is known of it; `what` is `list pods` or the like. */
export function demandJson({ status, statusLine, headers }: Answered, body: string, what: string): void {
  const type = headers.get('content-type') ?? '';
  if (status === 200) {
    if (/^application\/json\b/i.test(type)) return;
    throw notTheApi(what, `the answer is not JSON but ${type === '' ? 'of no type' : type}`);
  }
  const said = statusMessage(body);
  throw new ApiFailure(`${what}: ${statusLine}${said === '' ? '' : `: ${said}`}`, {
    code: status === 410 ? GONE : 'refused',
    retryAfter: (Number(headers.get('retry-after')) || 0) * 1000,
  });
}

/** The failure that a watch reports in an event of type ERROR. */
export function watchError(status: unknown, what: string): ApiFailure {
  const code = numberAt(status, 'code');
  const message = textAt(status, 'message') || textAt(status, 'reason') || 'no reason given';
  return new ApiFailure(`${what}: ${code} ${message}`, { code: code === 410 ? GONE : 'refused' });
}

export function notTheApi(what: string, reason: string): ApiFailure {
  return new ApiFailure(`${what}: ${reason}`, { code: NOT_THE_API });
}

/** Parses JSON of the API; what is cut short or something else is told without being shown. */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notTheApi(what, 'the answer is not JSON');
  }
}

function statusMessage(body: string): string {
  try {
    return textAt(JSON.parse(body), 'message');
  } catch {
    return '';
  }
}
