import { BarographError } from '#lib/errors';
import type { HttpClient } from '#lib/http-client';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';

/** One series of an answer. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly t: readonly Millis[];
  readonly v: readonly number[];
}

/** Evaluates an expression at `start` and every `step` after it, up to `end`. */
export type RangeQuery = (
  expr: string,
  range: { readonly start: Millis; readonly end: Millis; readonly step: Millis },
) => Promise<readonly RangeSeries[]>;

interface Answer {
  readonly status?: string;
  readonly errorType?: string;
  readonly error?: string;
  readonly data?: { readonly resultType?: string; readonly result?: readonly MatrixSeries[] };
}

interface MatrixSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly unknown[];
}

/** A server's own limit is two minutes, unless somebody has raised it. */
const TIMEOUT: Millis = 600_000;

/**
 * Queries the Prometheus API at `url`. Rejects with `unavailable` and the server's own words when it refuses. Histograms are
 * not in the answers with all they have: `onHistograms` hears of expressions that give some, and they are left out.
 */
export function createRangeQuery(http: HttpClient, url: string, onHistograms: (expr: string) => void): RangeQuery {
  const target = `${url.replace(/\/+$/, '')}/api/v1/query_range`;
  return async (expr, { start, end, step }) => {
    const seconds = (millis: Millis) => String(millis / 1000);
    const form = new URLSearchParams({ query: expr, start: seconds(start), end: seconds(end), step: seconds(step) });
    const { statusLine, body } = await http.request({
      ...{ method: 'POST', url: target, body: form.toString(), signal: AbortSignal.timeout(TIMEOUT) },
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    });
    const { status, errorType, error, data } = answerOf(body);
    if (status === 'error') throw refused(`${errorType}: ${error}`);
    if (data?.resultType !== 'matrix' || !data.result) {
      throw refused(`${target} answered ${statusLine}, and not as the API of Prometheus does: check --url`);
    }
    if (data.result.some(({ histograms = [] }) => histograms.length > 0)) onHistograms(expr);
    return data.result.filter(({ values = [] }) => values.length > 0).map(seriesOf);
  };
}

function answerOf(body: Uint8Array): Answer {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof answer === 'object' && answer !== null ? answer : {};
  } catch {
    return {};
  }
}

function seriesOf({ metric, values = [] }: MatrixSeries): RangeSeries {
  return {
    labels: Labels.from(metric),
    t: values.map(([seconds]) => Math.round(seconds * 1000)),
    v: values.map(([, text]) => Number(text.replace('Inf', 'Infinity'))),
  };
}

function refused(message: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code: 'query-refused' });
}
