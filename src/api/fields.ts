import type { Context } from 'hono';
import { BarographError } from '#lib/errors';
import { mediaType } from './body.ts';
import { badParameter, UNSUPPORTED_MEDIA } from './errors.ts';
import { Params } from './params.ts';
import { plainRequest } from './plain-request.ts';
import { paramsOf } from './reply.ts';

/** As of forms. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * What a request asks for, as a form or as JSON: an object of texts by the names of the form's fields. In JSON a field that
 * names labels may be an object, too: `{"labels": {"team": "x"}}`. The parameters of the URL come after those of the body.
 * Throws `bad-request` for any other JSON and for fields beside `names`, and with status 415 for a body of any other type.
 */
export async function readFields(c: Context, names: readonly string[]): Promise<Params> {
  const request = plainRequest(c);
  const type = mediaType(request.header('content-type'));
  if (type === 'application/x-www-form-urlencoded') return paramsOf(request);
  const body = await request.body(MAX_BODY_BYTES);
  if (body.length > 0 && type !== 'application/json') throw unsupported(type);
  const fields = body.length === 0 ? [] : fieldsOf(parseJson(new TextDecoder().decode(body)), names);
  return new Params(new URLSearchParams([...fields, ...new URLSearchParams(request.search)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badBody(`it is no JSON: ${(error as Error).message}`);
  }
}

function fieldsOf(value: unknown, names: readonly string[]): [name: string, text: string][] {
  if (!isObject(value)) throw badBody('it is no JSON object');
  return Object.entries(value).map(([name, field]) => {
    if (!names.includes(name)) throw badParameter(name, `there is no such field, only ${names.join(', ')}`);
    return [name, textOf(name, field)];
  });
}

function textOf(name: string, field: unknown): string {
  if (typeof field === 'string') return field;
  if (!isObject(field)) throw badParameter(name, 'it must be a text, or an object of texts where it names labels');
  const pairs = Object.entries(field).map(([label, value]) => {
    if (typeof value !== 'string') throw badParameter(name, `the value of ${JSON.stringify(label)} must be a text`);
    return `${JSON.stringify(label)}=${JSON.stringify(value)}`;
  });
  return `{${pairs.join(',')}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badBody(what: string): BarographError {
  return new BarographError(`the request's body cannot be read: ${what}`, {
    kind: 'bad-request',
    code: 'bad-body',
    hint: 'Send an object of texts: {"receiver": "team", "labels": {"alertname": "Down"}}.',
  });
}

function unsupported(type: string): BarographError {
  const found = type === '' ? 'has no Content-Type' : `has the Content-Type ${JSON.stringify(type)}`;
  return new BarographError(`the request's body ${found}, which this endpoint does not take`, {
    kind: 'bad-request',
    code: UNSUPPORTED_MEDIA,
    hint: 'Send a form (application/x-www-form-urlencoded) or JSON (application/json).',
  });
}
