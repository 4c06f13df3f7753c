import { type Context, Hono } from 'hono';
import type { MatcherSpec } from '#model/matcher';
import { createMatcher } from '#model/matcher';
import type { QueryRunner } from '#promql/job';
import { parseSelector } from '#promql/parse';
import { badParameter, badRequest } from '../errors.ts';
import type { Params } from '../params.ts';
import { readParams } from '../reply.ts';
import { answer, runOptions } from './query.ts';

/** /series, /labels and /label/<name>/values of Prometheus' API. Mounted at /api/v1. */
export function seriesApi(queries: QueryRunner): Hono {
  const app = new Hono();

  app.on(['GET', 'POST'], '/series', async (c) => {
    const params = await readParams(c);
    if (params.all('match[]').length === 0) throw badRequest('no match[] parameter provided');
    return answer(await queries.run({ kind: 'series', ...selection(params) }, runOptions(c, params)));
  });
  app.on(['GET', 'POST'], '/labels', async (c) => {
    const params = await readParams(c);
    return answer(await queries.run({ kind: 'label-names', ...selection(params) }, runOptions(c, params)));
  });
  app.get('/label/:name/values', async (c) => {
    const params = await readParams(c);
    const name = labelName(c);
    return answer(await queries.run({ kind: 'label-values', name, ...selection(params) }, runOptions(c, params)));
  });
  return app;
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

function parsedSelector(text: string): MatcherSpec[] {
  try {
    return [...parseSelector(text)];
  } catch (error) {
    throw badParameter('match[]', error instanceof Error ? error.message : String(error));
  }
}

/** Names outside the classic characters arrive as `U__` with `_hex_` escapes (the "values" escaping scheme). */
function labelName(c: Context): string {
  const raw = c.req.param('name') ?? '';
  const name = raw.startsWith('U__') ? unescaped(raw.slice(3)) : raw;
  if (name === '') throw badRequest(`invalid label name: ${JSON.stringify(raw)}`);
  return name;
}

function unescaped(text: string): string {
  return text.replace(/__|_([0-9a-fA-F]{1,6})_/g, (_, hex: string | undefined) =>
    hex === undefined ? '_' : String.fromCodePoint(Number.parseInt(hex, 16)),
  );
}
