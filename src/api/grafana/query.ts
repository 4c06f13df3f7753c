import { Hono } from 'hono';
import { isObject, type Json, type JsonObject, number, object, text } from '#dashboards/dashboard';
import type { DataSource, DataSources } from '#dashboards/data-sources';
import { type PrometheusData, seriesName } from '#dashboards/frames';
import { interpolate } from '#dashboards/interpolate';
import { intervalMillis, macros, queryStep } from '#dashboards/macros';
import { queryFrames } from '#dashboards/query-frames';
import type { Clock } from '#lib/clock';
import { parseDuration } from '#lib/duration';
import { errorMessage } from '#lib/errors';
import type { Millis, TimeRange } from '#model/time';
import { jsonReply } from '../reply.ts';
import { badRequestData } from './failures.ts';
import { JsonBody } from './request.ts';
import type { Asker } from './source-asker.ts';

export interface QueryApiOptions {
  readonly sources: DataSources;
  readonly ask: Asker;
  readonly clock: Clock;
}

/** What one query came to. */
interface Result {
  readonly status: number;
  readonly frames?: readonly object[];
  readonly error?: string;
  readonly errorSource?: string;
}

const SCRAPE_INTERVAL: Millis = 15_000;
const USUAL_POINTS = 100;
const MAX_QUERIES = 200;

/** /ds/query of Grafana's API: queries of several data sources at once. One that fails leaves the others. */
export function sourceQueryApi({ sources, ask, clock }: QueryApiOptions): Hono {
  const app = new Hono();
  app.post('/ds/query', async (c) => {
    const body = await JsonBody.read(c);
    const queries = queriesOf(body);
    const range = { start: timeOf(body.value('from'), clock.now()), end: timeOf(body.value('to'), clock.now()) };
    if (range.end < range.start) throw badRequestData('"to" must not be before "from"');
    const results = await Promise.all(
      queries.map(async (query): Promise<[string, Result]> => {
        const refId = text(query['refId'], 'A');
        return [refId, await resultOf(query, { refId, range, sources, ask, signal: c.req.raw.signal })];
      }),
    );
    const failed = results.some(([, { status }]) => status !== 200);
    return jsonReply({ results: Object.fromEntries(results) }, failed ? 400 : 200);
  });
  return app;
}

function queriesOf(body: JsonBody): JsonObject[] {
  const queries = body.value('queries');
  if (!Array.isArray(queries) || queries.length === 0) throw badRequestData('"queries" is missing: no queries found');
  if (queries.length > MAX_QUERIES) throw badRequestData(`"queries" holds more than ${MAX_QUERIES}`);
  return queries.filter(
    (query): query is JsonObject => isObject(query as Json) && (query as JsonObject)['hide'] !== true,
  );
}

/** `now-1h`, Unix ms as text or number, or RFC 3339. */
function timeOf(value: unknown, now: Millis): Millis {
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written !== 'string' || written === '')
    throw badRequestData('"from" and "to" must be times, e.g. "now-1h"');
  if (/^\d+$/.test(written)) return Number(written);
  const relative = /^now(?:-(\d+(?:ms|[smhdwy])))?$/.exec(written);
  if (relative !== null) return relative[1] === undefined ? now : now - parseDuration(relative[1]);
  const time = Date.parse(written);
  if (Number.isNaN(time)) throw badRequestData(`${JSON.stringify(written)} is no time: write "now-1h" or Unix ms`);
  return time;
}

interface Surroundings {
  readonly refId: string;
  readonly range: TimeRange;
  readonly sources: DataSources;
  readonly ask: Asker;
  readonly signal: AbortSignal;
}

async function resultOf(query: JsonObject, around: Surroundings): Promise<Result> {
  const source = around.sources.resolve(refOf(query['datasource']));
  if (source === undefined) return { status: 404, error: 'Data source not found', errorSource: 'downstream' };
  if (source.type !== 'prometheus') {
    return { status: 501, error: `queries of type ${source.type} are not supported in this version` };
  }
  try {
    return await askPrometheus(query, source, around);
  } catch (error) {
    return { status: 502, error: errorMessage(error), errorSource: 'downstream' };
  }
}

function refOf(value: Json | undefined) {
  if (typeof value === 'string') return { uid: value, type: null };
  const { uid, type } = object(value);
  return { uid: text(uid) || null, type: text(type) || null };
}

async function askPrometheus(query: JsonObject, source: DataSource, around: Surroundings): Promise<Result> {
  const { refId, range, ask, signal } = around;
  const least = intervalMillis(text(query['interval'])) ?? number(query['intervalMs'], SCRAPE_INTERVAL);
  const points = number(query['maxDataPoints'], USUAL_POINTS);
  const step = queryStep({ range, points, minInterval: `${least}ms`, scrapeInterval: SCRAPE_INTERVAL });
  const scrapeInterval = intervalMillis(text(source.jsonData['timeInterval'])) ?? SCRAPE_INTERVAL;
  const expr = interpolate(text(query['expr']), macros({ range, step, scrapeInterval }), 'promql');
  const instant = query['instant'] === true;
  const kinds = [...(instant ? [true] : []), ...(query['range'] === true || !instant ? [false] : [])];
  const answers = await Promise.all(
    kinds.map(async (asInstant) => {
      const form = new URLSearchParams({ query: expr, ...(asInstant ? instantTimes(range) : rangeTimes(range, step)) });
      const body = new TextEncoder().encode(form.toString());
      const path = `api/v1/${asInstant ? 'query' : 'query_range'}`;
      const contentType = 'application/x-www-form-urlencoded';
      return ask(source, { method: 'POST', path, query: '', body, contentType }, signal);
    }),
  );
  const frames: object[] = [];
  for (const { status, body } of answers) {
    const answer = JSON.parse(new TextDecoder().decode(body)) as { error?: string; data?: PrometheusData };
    if (status !== 200 || answer.data === undefined) {
      return { status: 400, error: answer.error ?? `the data source answered ${status}`, errorSource: 'downstream' };
    }
    frames.push(...queryFrames(answer.data, { refId, expr, step, nameOf: namer(query, expr, answer.data) }));
  }
  return { status: 200, frames };
}

function namer(query: JsonObject, expr: string, data: PrometheusData) {
  const legend = { legendFormat: text(query['legendFormat']), expr };
  const all =
    data.resultType === 'matrix' || data.resultType === 'vector' ? data.result.map(({ metric }) => metric) : [];
  return (labels: Readonly<Record<string, string>>) => seriesName(labels, legend, all);
}

function instantTimes({ end }: TimeRange) {
  return { time: String(end / 1000) };
}

/** On whole steps, so that the next refresh asks for the same moments. */
function rangeTimes({ start, end }: TimeRange, step: Millis) {
  const whole = (time: Millis) => String((Math.floor(time / step) * step) / 1000);
  return { start: whole(start), end: whole(end), step: String(step / 1000) };
}
