import { type Context, Hono } from 'hono';
import { responseOf } from '#lib/whole-response';
import type { MatcherSpec } from '#model/matcher';
import { createMatcher } from '#model/matcher';
import type { LabelNamesJob, LabelValuesJob, QueryRunner, RunOptions, SeriesJob } from '#promql/job';
import { parseSelector } from '#promql/parse';
import { badParameter, badRequest } from '../errors.ts';
import type { Params } from '../params.ts';
import { plainRequest } from '../plain-request.ts';
import { readParams, success } from '../reply.ts';
import { answer, runOptions } from './query.ts';

type SelectionJob = SeriesJob | LabelNamesJob | LabelValuesJob;

/** /series, /labels and /label/<name>/values of Prometheus' API. Mounted at /api/v1. */
export function seriesApi(queries: QueryRunner): Hono {
  const app = new Hono();

  app.on(['GET', 'POST'], '/series', async (c) => {
    const params = await readParams(c);
    if (params.all('match[]').length === 0) throw badRequest('no match[] parameter provided');
    return select(queries, { kind: 'series', ...selection(params) }, runOptions(plainRequest(c), params));
  });
  app.on(['GET', 'POST'], '/labels', async (c) => {
    const params = await readParams(c);
    return select(queries, { kind: 'label-names', ...selection(params) }, runOptions(plainRequest(c), params));
  });
  app.get('/label/:name/values', async (c) => {
    const params = await readParams(c);
    const name = labelName(c);
    return select(queries, { kind: 'label-values', name, ...selection(params) }, runOptions(plainRequest(c), params));
  });
  return app;
}

/** Nothing lies in a range that ends before it starts: Prometheus answers so, without an error. */
async function select(queries: QueryRunner, job: SelectionJob, options: RunOptions): Promise<Response> {
  if (job.range.end < job.range.start) return success([]);
  return responseOf(answer(await queries.run(job, options)));
}

function selection(params: Params) {
  return { selectors: selectors(params), range: params.range(), limit: params.limit() };
}

/** The `match[]` parameters. Each must have a matcher that does not match the empty string. */
export function selectors(params: Params): MatcherSpec[][] {
  return params.all('match[]').map((text) => {
    const matchers = parsedSelector(text);
    if (matchers.every((spec) => createMatcher(spec).matches(''))) {
      throw badParameter('match[]', 'match[] must contain at least one non-empty matcher');
    }
    return matchers;
  });
}

/** One `match[]` parameter, `{}` allowed. */
export function parsedSelector(text: string): MatcherSpec[] {
  try {
    return [...parseSelector(text)];
  } catch (error) {
    throw badParameter('match[]', error instanceof Error ? error.message : String(error));
  }
}

/** Names outside the classic characters arrive as `U__` with `_hex_` escapes (the "values" escaping scheme). */
function labelName(c: Context): string {
  const raw = c.req.param('name') ?? '';
  // The router leaves a part that is not UTF-8 as it is.
  if (!isEncodedUtf8(c.req.raw.url)) throw badRequest(`invalid label name: ${JSON.stringify(raw)}`);
  const name = raw.startsWith('U__') ? (unescaped(raw.slice(3)) ?? raw) : raw;
  if (name === '') throw badRequest(`invalid label name: ${JSON.stringify(raw)}`);
  return name;
}

function isEncodedUtf8(url: string): boolean {
  try {
    decodeURIComponent(new URL(url).pathname);
    return true;
  } catch {
    // decodeURIComponent has no other way to fail.
    return false;
  }
}

/** Null when an escape is not one: the name then stands for itself. */
function unescaped(text: string): string | null {
  if (!/^(?:[^_]|__|_[0-9a-fA-F]{1,6}_)*$/.test(text)) return null;
  const codes = [...text.matchAll(/__|_([0-9a-fA-F]{1,6})_/g)].map(([, hex]) => Number.parseInt(hex ?? '5f', 16));
  if (!codes.every(isCharacter)) return null;
  return text.replace(/__|_[0-9a-fA-F]{1,6}_/g, () => String.fromCodePoint(codes.shift()!));
}

function isCharacter(code: number): boolean {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}
