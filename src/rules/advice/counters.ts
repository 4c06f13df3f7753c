import type { Call, Expr, VectorSelector } from '#promql/ast';
import { formatExpr } from '#promql/print';
import { type AdviceContext, bare, type Check, type Correction, correcting, rateOf } from './check.ts';

/** What a function for counters has to be on a gauge. */
const OF_GAUGES: Readonly<Record<string, 'deriv' | 'delta'>> = { rate: 'deriv', irate: 'deriv', increase: 'delta' };

/** `rate` of a gauge: every fall is taken for a restart of the counter. */
export const rateOfGauge: Check = correcting((node, _rule, context) => {
  if (node.kind !== 'call' || !Object.hasOwn(OF_GAUGES, node.func)) return null;
  const [range] = node.args;
  if (range?.kind !== 'matrix' || !isGauge(range.selector.name, context)) return null;
  const func = OF_GAUGES[node.func]!;
  const finding = `${range.selector.name} is a gauge, and ${node.func}() takes every fall of its value for a restart of a counter: use ${func}()`;
  return { finding, expr: { ...node, func } };
});

/** Without metadata only names that no counter has. */
function isGauge(name: string, { typeOf }: AdviceContext): boolean {
  const type = typeOf(name);
  return type === 'gauge' || (type === null && /_(percent|ratio|celsius|timestamp_seconds)$/.test(name));
}

/** An alert that compares a counter itself with a number: once past it, it fires until the process restarts. */
export const rawCounter: Check = correcting((node, rule, context) => {
  if (rule.kind !== 'alerting' || node.kind !== 'binary' || !(node.operator === '>' || node.operator === '>='))
    return null;
  if (bare(node.right).kind !== 'number') return null;
  const inner = bare(node.left);
  const counter = inner.kind === 'aggregate' && inner.param === null ? bare(inner.expr) : inner;
  if (counter.kind !== 'vector' || !isCounter(counter.name, context)) return null;
  const left =
    inner === counter ? rateOf(counter) : { ...(inner as Extract<Expr, { kind: 'aggregate' }>), expr: rateOf(counter) };
  const finding = `${counter.name} is a counter: it passes every limit some day and stays above it until its program restarts. Compare its rate; the limit is then a number per second`;
  return { finding, expr: { ...node, left } };
});

function isCounter(name: string, { typeOf }: AdviceContext): boolean {
  const type = typeOf(name);
  return name.endsWith('_total') && (type === null || type === 'counter' || type === 'unknown');
}

/** `rate(sum(x)[5m:])`: a restart of one process cannot be seen in the sum. */
export const rateOfSum: Check = correcting((node) => {
  if (node.kind !== 'call' || !Object.hasOwn(OF_GAUGES, node.func)) return null;
  const [subquery] = node.args;
  if (subquery?.kind !== 'subquery' || subquery.at !== null || subquery.offset !== 0) return null;
  const sum = bare(subquery.expr);
  const summed = sum.kind === 'aggregate' && sum.operator === 'sum' ? bare(sum.expr) : null;
  if (sum.kind !== 'aggregate' || summed?.kind !== 'vector') return null;
  const finding = `${node.func}() of a sum takes the restart of one process for a restart of all: sum the rates, not the counters`;
  return { finding, expr: { ...sum, expr: { ...(rateOf(summed, subquery.range) as Call), func: node.func } } };
});

/** A range that holds one sample or none at the interval of scraping. */
export const shortRange: Check = correcting((node, _rule, { scrapeInterval }): Correction | null => {
  if (scrapeInterval === null || node.kind !== 'call' || !NEEDS_TWO.has(node.func)) return null;
  const [range] = node.args;
  if (range?.kind !== 'matrix' || typeof range.range !== 'number' || range.range >= 2 * scrapeInterval) return null;
  if (range.selector.anchored || range.selector.smoothed) return null;
  const longer = { ...range, range: 4 * scrapeInterval };
  const finding = `${formatExpr(node)} needs two samples, and with a scrape interval of ${scrapeInterval / 1000}s its range often holds fewer: four intervals outlast a failed scrape`;
  return { finding, expr: { ...node, args: [longer, ...node.args.slice(1)] } };
});

const NEEDS_TWO: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'delta', 'idelta', 'deriv']);

/** Whether a selector takes the buckets of a classic histogram. */
export function isBuckets({ name }: VectorSelector): boolean {
  return name.endsWith('_bucket');
}
