import type { Context, MiddlewareHandler } from 'hono';
import { compileRegex } from '#lib/regex';
import { WholeResponse } from '#lib/whole-response';
import { mediaType, readTextBody } from './body.ts';
import { apiFailure } from './errors.ts';
import { Params } from './params.ts';

const encoder = new TextEncoder();
const SUCCESS_HEAD = encoder.encode('{"status":"success","data":');
const JSON_TYPE = { 'Content-Type': 'application/json' };
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
  return successBytes(encoder.encode(JSON.stringify(data)), annotations);
}

/** The same around JSON that is already encoded, whose bytes are the reply's from then on. */
export function successBytes(data: Uint8Array, annotations: Annotations = {}): Response {
  const tail = encoder.encode(`${annotationMembers(annotations)}}`);
  return new WholeResponse([SUCCESS_HEAD, data, tail], { headers: JSON_TYPE }, data);
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
export function errorReply(error: unknown): Response {
  const { status, errorType, message, hint } = apiFailure(error);
  const body = JSON.stringify({ status: 'error', errorType, error: message, hint });
  return wholeReply(body, { status, headers: JSON_TYPE });
}

export function textReply(text: string, status = 200): Response {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
  return wholeReply(text, { status, headers });
}

export function jsonReply(value: unknown, status = 200): Response {
  return wholeReply(JSON.stringify(value), { status, headers: JSON_TYPE });
}

function wholeReply(text: string, init: ResponseInit): Response {
  return new WholeResponse([encoder.encode(text)], init);
}

/** The parameters of a form body, and those of the URL after them: as in Go, the body's come first. */
export async function readParams(c: Context): Promise<Params> {
  const values = new URL(c.req.url).searchParams;
  if (!['POST', 'PUT'].includes(c.req.method) || mediaType(c.req.raw) !== 'application/x-www-form-urlencoded')
    return new Params(values);
  const form = new URLSearchParams(await readTextBody(c.req.raw, MAX_FORM_BYTES));
  for (const [name, value] of values) form.append(name, value);
  return new Params(form);
}

/**
 * As Prometheus answers every API request: origins that match may read, by default any. Alertmanager's API leaves Content-Type out of what other
 * origins may send: a page of a stranger could otherwise post silences from the browser of somebody inside.
 */
export function cors(origins: string): MiddlewareHandler {
  const allowed = compileRegex(origins);
  return async (c, next) => {
    const origin = c.req.header('Origin');
    if (c.req.method === 'OPTIONS') c.res = new Response(null, { status: 204 });
    else await next();
    if (origins !== EVERY_ORIGIN) c.res.headers.append('Vary', 'Origin');
    if (origin === undefined || !allowed.test(origin)) return;
    c.res.headers.set('Access-Control-Allow-Origin', origins === EVERY_ORIGIN ? '*' : origin);
    c.res.headers.set('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
    const types = c.req.path.includes('/api/v2/') ? '' : 'Content-Type, ';
    c.res.headers.set('Access-Control-Allow-Headers', `Accept, Authorization, ${types}Origin`);
    c.res.headers.set('Access-Control-Expose-Headers', 'Date');
  };
}

const EVERY_ORIGIN = '.*';
