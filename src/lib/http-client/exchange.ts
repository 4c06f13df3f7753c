import { STATUS_CODES } from 'node:http';
import type { Dispatcher } from 'undici';
import { BarographError } from '../errors.ts';
import { readUrl } from '../read-url.ts';
import { shownUrl } from '../shown-url.ts';
import { misreadProblem, urlProblem } from './url-problem.ts';

/** One request on one connection, redirects not followed. */
export interface Exchange {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that are sent to this host only. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  readonly body: string | Uint8Array | null;
  /** All of it is meant for this host only. */
  readonly isConfidential: boolean;
}

/** An answer whose body has not been read yet: it must be, or be destroyed. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** Sends it and waits for the head of the answer. */
export async function exchange(step: Exchange, dispatcher: Dispatcher, signal: AbortSignal): Promise<RawAnswer> {
  const { statusCode, headers, body } = await dispatcher.request({ ...requestOf(step), signal });
  return { status: statusCode, headers: joined(headers), body };
}

/** The request as undici takes it. */
export function requestOf(step: Exchange): Dispatcher.DispatchOptions & { origin: string } {
  const { url, method, body } = step;
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: requestHeaders(step),
    body,
    // The caller's signal is the one deadline.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

/** All headers but those of the connection. */
export function requestHeaders({ url, headers, secrets }: Exchange): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = { ...headers };
  for (const [name, values] of Object.entries(secrets)) all[name] = [...values];
  // A user name in the URL counts as credentials unless there are others, as in Go.
  if (url.username !== '' && all['authorization'] === undefined) {
    const text = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    all['authorization'] = `Basic ${Buffer.from(text).toString('base64')}`;
  }
  return all;
}

/** Headers with those that were sent several times as one. */
export function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all.set(name.toLowerCase(), typeof value === 'string' ? value : value.join(', '));
  }
  return all;
}

/** `404 Not Found`. */
export function statusLine(status: number): string {
  const reason = STATUS_CODES[status];
  return reason === undefined ? String(status) : `${status} ${reason}`;
}

/** Throws for what is not an http or https URL. With `base` it is where an answer sends to. */
export function parseUrl(text: string, base?: URL): URL {
  const url = readUrl(text, base);
  const reason = url === null ? urlProblem(text) : (schemeProblem(url) ?? misreadProblem(text, url));
  if (url !== null && reason === null) return url;
  const place = base === undefined ? '' : `redirected to ${JSON.stringify(shownUrl(text))}: `;
  throw new BarographError(`${place}${reason}`, {
    kind: 'unavailable',
    code: 'bad-url',
  });
}

function schemeProblem({ protocol }: URL): string | null {
  const isHttp = protocol === 'http:' || protocol === 'https:';
  return isHttp ? null : `unsupported protocol scheme ${JSON.stringify(protocol.slice(0, -1))}`;
}
