import type { Context, MiddlewareHandler } from 'hono';
import type { PlainRequest, WholeReply } from '#lib/http-exchange';
import { compileRegex } from '#lib/regex';
import { responseOf } from '#lib/whole-response';
import { mediaType } from './body.ts';
import { apiFailure } from './errors.ts';
import { Params } from './params.ts';
import { plainRequest } from './plain-request.ts';

const encoder = new TextEncoder();
const SUCCESS_HEAD = encoder.encode('{"status":"success","data":');
const JSON_TYPE = { 'content-type': 'application/json' };
const TEXT_HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
/** Prometheus shows this many of each kind of annotation. */
const MAX_ANNOTATIONS = 10;
/** As Go's net/http limits forms. */
const MAX_FORM_BYTES = 10 * 1024 * 1024;

/** The texts that may come with an answer. */
export interface Annotations {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** Answers `{"status":"success","data":…}`, as every endpoint of Prometheus' API does. */
export function success(data: unknown, annotations: Annotations = {}): Response {
  return responseOf(successReply(encoder.encode(JSON.stringify(data)), annotations));
}

/** The same around JSON that is already encoded, whose bytes are the reply's from then on. */
export function successReply(data: Uint8Array, annotations: Annotations = {}): WholeReply {
  const tail = encoder.encode(`${annotationMembers(annotations)}}`);
  return { status: 200, headers: JSON_TYPE, pieces: [SUCCESS_HEAD, data, tail], owned: data };
}

function annotationMembers({ warnings = [], infos = [] }: Annotations): string {
  const member = (name: string, texts: readonly string[]) =>
    texts.length === 0 ? '' : `,"${name}":${JSON.stringify(truncated(texts, name.slice(0, -1)))}`;
  return member('warnings', warnings) + member('infos', infos);
}

function truncated(texts: readonly string[], kind: string): readonly string[] {
  if (texts.length <= MAX_ANNOTATIONS) return texts;
  return [...texts.slice(0, MAX_ANNOTATIONS), `${texts.length - MAX_ANNOTATIONS} more ${kind} annotations omitted`];
}

/** Answers `{"status":"error",…}` with the status and errorType that Prometheus gives this failure, and our hint. */
export function failureReply(error: unknown): WholeReply {
  const { status, errorType, message, hint } = apiFailure(error);
  return wholeReply(JSON.stringify({ status: 'error', errorType, error: message, hint }), status, JSON_TYPE);
}

/** The same as a response. */
export function errorReply(error: unknown): Response {
  return responseOf(failureReply(error));
}

export function plainTextReply(text: string, status = 200): WholeReply {
  return wholeReply(text, status, TEXT_HEADERS);
}

export function textReply(text: string, status = 200): Response {
  return responseOf(plainTextReply(text, status));
}

/** A value as JSON. */
export function plainJsonReply(value: unknown, status = 200): WholeReply {
  return wholeReply(JSON.stringify(value), status, JSON_TYPE);
}

export function jsonReply(value: unknown, status = 200): Response {
  return responseOf(plainJsonReply(value, status));
}

function wholeReply(text: string, status: number, headers: WholeReply['headers']): WholeReply {
  return { status, headers, pieces: [encoder.encode(text)], owned: null };
}

/** The parameters of a form body, and those of the URL after them: as in Go, the body's come first. */
export async function paramsOf(request: PlainRequest): Promise<Params> {
  const { method, search } = request;
  const isForm = method === 'POST' || method === 'PUT';
  if (!isForm || mediaType(request.header('content-type')) !== 'application/x-www-form-urlencoded')
    return new Params(new URLSearchParams(search));
  const form = new URLSearchParams(new TextDecoder().decode(await request.body(MAX_FORM_BYTES)));
  for (const [name, value] of new URLSearchParams(search)) form.append(name, value);
  return new Params(form);
}

/** The same of a request of the long way. */
export function readParams(c: Context): Promise<Params> {
  return paramsOf(plainRequest(c));
}

/** Which pages of other origins may read the API. */
export interface CorsPolicy {
  readonly everyOrigin: boolean;
  allows(origin: string): boolean;
}

const EVERY_ORIGIN = '.*';

/** The policy of --web.cors.origin. */
export function corsPolicy(origins: string): CorsPolicy {
  const allowed = compileRegex(origins);
  return { everyOrigin: origins === EVERY_ORIGIN, allows: (origin) => allowed.test(origin) };
}

/**
 * What Prometheus adds to every answer of its API: origins that match may read, by default any. Alertmanager's API leaves
 * Content-Type out of what other origins may send: a page of a stranger could otherwise post silences from the browser of
 * somebody inside. Vary joins what is there.
 */
export function corsHeaders(
  { everyOrigin, allows }: CorsPolicy,
  { path, origin }: { readonly path: string; readonly origin: string | undefined },
): WholeReply['headers'] {
  const vary = everyOrigin ? {} : { vary: 'Origin' };
  if (origin === undefined || !allows(origin)) return vary;
  const types = path.includes('/api/v2/') ? '' : 'Content-Type, ';
  return {
    ...vary,
    'access-control-allow-origin': everyOrigin ? '*' : origin,
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': `Accept, Authorization, ${types}Origin`,
    'access-control-expose-headers': 'Date',
  };
}

/** The same for all routes of the long way, with the answer to what a browser asks before a request. */
export function cors(policy: CorsPolicy): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'OPTIONS') c.res = new Response(null, { status: 204 });
    else await next();
    const added = corsHeaders(policy, { path: c.req.path, origin: c.req.header('Origin') });
    for (const [name, value] of Object.entries(added)) {
      if (name === 'vary') c.res.headers.append(name, value);
      else c.res.headers.set(name, value);
    }
  };
}
