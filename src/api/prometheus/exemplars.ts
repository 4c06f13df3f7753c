import { Hono } from 'hono';
import { errorMessage } from '#lib/errors';
import { formatSampleValue } from '#lib/go-format';
import type { MatcherSpec } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { childrenOf, type Expr } from '#promql/ast';
import { parse } from '#promql/parse';
import { badRequest } from '../errors.ts';
import { readParams, success } from '../reply.ts';

/** The exemplars of one series. Labels are name, value, … pairs. */
interface SeriesExemplars {
  readonly series: readonly string[];
  readonly exemplars: readonly { readonly labels: readonly string[]; readonly value: number; readonly t: number }[];
}

/** Where exemplars are: those of series that match any of the selectors, in label order, each in order of time. */
export type ExemplarSource = (query: {
  readonly selectors: readonly (readonly MatcherSpec[])[];
  readonly range: TimeRange;
}) => Promise<readonly SeriesExemplars[]>;

/** /query_exemplars of Prometheus' API. Mounted at /api/v1. */
export function exemplarsApi(source: ExemplarSource): Hono {
  const app = new Hono();
  app.on(['GET', 'POST'], '/query_exemplars', async (c) => {
    const params = await readParams(c);
    const range = params.range();
    if (range.end < range.start) throw badRequest('end timestamp must not be before start timestamp');
    const selectors = selectorsIn(parsed(params.get('query')));
    // An expression without a selector has no answer: so says Prometheus.
    if (selectors.length === 0) return new Response(null, { status: 204 });
    return success((await source({ selectors, range })).map(seriesJson));
  });
  return app;
}

function parsed(query: string): Expr {
  try {
    return parse(query);
  } catch (error) {
    throw badRequest(errorMessage(error));
  }
}

function selectorsIn(root: Expr): (readonly MatcherSpec[])[] {
  const found: (readonly MatcherSpec[])[] = [];
  const left = [root];
  for (let expr = left.pop(); expr; expr = left.pop()) {
    if (expr.kind === 'vector') found.push(expr.matchers);
    left.push(...childrenOf(expr));
  }
  return found;
}

function seriesJson({ series, exemplars }: SeriesExemplars): object {
  return {
    seriesLabels: record(series),
    exemplars: exemplars.map(({ labels, value, t }) => ({
      labels: record(labels),
      value: formatSampleValue(value),
      timestamp: t / 1000,
    })),
  };
}

function record(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i]!, pairs[2 * i + 1]!]));
}
