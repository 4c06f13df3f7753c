import { Labels, METRIC_NAME } from '#model/labels';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import { type Call, childrenOf, type Expr, type Span } from '../ast.ts';
import { executionError } from '../limits.ts';
import { resolveOffset } from './durations.ts';
import { type Lowering, type PlanContext, resolveAt, selectionOf, stringOf, unwrap } from './lowering.ts';
import type { InfoNode, RangeNode, ScalarNode, VectorNode } from './node.ts';

/** Plans a call that gives a scalar. */
export function lowerScalarCall(call: Call, lowering: Lowering): ScalarNode {
  const scalar = (i: number) => lowering.scalar(argument(call, i));
  switch (call.func) {
    case 'time':
      return { kind: 'time' };
    case 'scalar':
      return { kind: 'single-element', child: lowering.vector(argument(call, 0)) };
    case 'min_of':
    case 'max_of':
      return { kind: 'extreme', func: call.func, left: scalar(0), right: scalar(1) };
    default:
      return { kind: 'constant', value: queryConstant(call, lowering.context) };
  }
}

function queryConstant({ func }: Call, { start, end, step }: PlanContext): number {
  switch (func) {
    case 'pi':
      return Math.PI;
    case 'start':
      return start / 1000;
    case 'end':
      return end / 1000;
    case 'range':
      return (end - start) / 1000;
    default:
      return start === end ? 0 : step / 1000;
  }
}

/** Plans a call that gives an instant vector. */
export function lowerVectorCall(call: Call, lowering: Lowering): VectorNode {
  const { func } = call;
  const rangeIndex = call.args.findIndex(isRange);
  if (rangeIndex >= 0) return lowerWindow(call, rangeIndex, lowering);
  if (call.args.length === 0)
    return { kind: 'map', func, child: { kind: 'from-scalar', child: { kind: 'time' } }, args: [] };
  switch (func) {
    case 'vector':
      return { kind: 'from-scalar', child: lowering.scalar(argument(call, 0)) };
    case 'histogram_quantile':
    case 'histogram_quantiles':
    case 'histogram_fraction':
      return lowerBucketFunction(call, lowering);
    case 'timestamp':
    case 'start_timestamp':
      return lowerTimestamp(call, lowering);
    case 'info':
      return lowerInfo(call, lowering);
    default:
      return lowerVectorFunction(call, lowering);
  }
}

function lowerVectorFunction(call: Call, lowering: Lowering): VectorNode {
  const { func, args } = call;
  const child = lowering.vector(argument(call, 0));
  switch (func) {
    case 'absent':
      return { kind: 'absent', child, labels: absentLabels(argument(call, 0)) };
    case 'sort':
    case 'sort_desc':
      return { kind: 'sort', child, descending: func === 'sort_desc', span: call };
    case 'sort_by_label':
    case 'sort_by_label_desc': {
      const descending = func === 'sort_by_label_desc';
      return { kind: 'sort-by-label', child, labels: args.slice(1).map(stringOf), descending, span: call };
    }
    case 'label_replace': {
      const [destination = '', replacement = '', source = '', regex = ''] = args.slice(1).map(stringOf);
      return { kind: 'label-replace', child, destination, replacement, source, regex };
    }
    case 'label_join': {
      const [destination = '', separator = '', ...sources] = args.slice(1).map(stringOf);
      return { kind: 'label-join', child, destination, separator, sources };
    }
    case 'histogram_count':
    case 'histogram_sum':
    case 'histogram_avg':
    case 'histogram_stddev':
    case 'histogram_stdvar':
      return { kind: 'histogram-statistic', child, func };
    default:
      return { kind: 'map', func, child, args: args.slice(1).map((arg) => lowering.scalar(arg)) };
  }
}

function lowerBucketFunction(call: Call, lowering: Lowering): VectorNode {
  const scalar = (i: number) => lowering.scalar(argument(call, i));
  const vector = (i: number) => ({ child: lowering.vector(argument(call, i)), span: argument(call, i) as Span });
  switch (call.func) {
    case 'histogram_fraction':
      return { kind: 'histogram-fraction', lower: scalar(0), upper: scalar(1), ...vector(2) };
    case 'histogram_quantiles': {
      const quantiles = call.args.slice(2).map(unwrap);
      return {
        kind: 'histogram-quantiles',
        quantiles: quantiles.map((arg) => lowering.scalar(arg)),
        quantileSpans: quantiles,
        label: stringOf(argument(call, 1)),
        ...vector(0),
      };
    }
    default: {
      const quantileSpans = [argument(call, 0)];
      return { kind: 'histogram-quantiles', quantiles: [scalar(0)], quantileSpans, label: null, ...vector(1) };
    }
  }
}

function lowerTimestamp(call: Call, lowering: Lowering): VectorNode {
  const arg = argument(call, 0);
  if (arg.kind === 'vector') {
    const selection = { ...selectionOf(arg, lowering.context), boundary: 'plain' as const };
    return { kind: call.func === 'timestamp' ? 'sample-time' : 'sample-start', selection };
  }
  return { kind: 'map', func: call.func, child: lowering.vector(arg), args: [] };
}

// Functions that accept samples from outside of the window.
const ANCHORED: readonly string[] = ['changes', 'delta', 'increase', 'rate', 'resets'];
const SMOOTHED: readonly string[] = ['delta', 'increase', 'rate'];

function lowerWindow(call: Call, rangeIndex: number, lowering: Lowering): VectorNode {
  const { func } = call;
  const range = lowering.range(argument(call, rangeIndex));
  checkBoundary(func, range);
  const others = call.args.filter((_, i) => i !== rangeIndex);
  const args = others.map((arg) => lowering.scalar(arg));
  if (func === 'absent_over_time') {
    return { kind: 'absent-over-time', range, labels: absentLabels(argument(call, 0)) };
  }
  return { kind: 'window', func, range, args, span: argument(call, 0) };
}

function checkBoundary(func: string, range: RangeNode): void {
  const boundary = range.kind === 'subquery' ? 'plain' : range.selection.boundary;
  if (boundary === 'plain') return;
  const allowed = boundary === 'anchored' ? ANCHORED : SMOOTHED;
  if (allowed.includes(func)) return;
  throw executionError(`${boundary} modifier can only be used with: ${allowed.join(', ')} - not with ${func}`);
}

function isRange(arg: Expr): boolean {
  const { kind } = unwrap(arg);
  return kind === 'matrix' || kind === 'subquery';
}

function argument(call: Call, i: number): Expr {
  return unwrap(call.args[i]!);
}

/** What an absent series would be called: the labels that the selector's equality matchers fix, if nothing else is said of them. */
function absentLabels(arg: Expr): Labels {
  const selector = arg.kind === 'matrix' ? arg.selector : arg;
  if (selector.kind !== 'vector') return Labels.EMPTY;
  const values = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !seen.has(name)) {
      values.set(name, value);
      seen.add(name);
    } else {
      values.delete(name);
    }
  }
  return Labels.fromEntries(values);
}

const TARGET_INFO: MatcherSpec = { name: METRIC_NAME, operator: '=', value: 'target_info' };

function lowerInfo(call: Call, lowering: Lowering): InfoNode {
  const base = argument(call, 0);
  const selector = call.args.length > 1 ? argument(call, 1) : null;
  const specs = selector?.kind === 'vector' ? selector.matchers : [TARGET_INFO];
  return {
    kind: 'info',
    child: lowering.vector(base),
    matchers: specs.map(createMatcher),
    ...(timeOfFirstSelector(base, lowering.context) ?? { offset: 0, at: null }),
  };
}

type InfoTime = Pick<InfoNode, 'offset' | 'at'>;

/** Info series are looked at when the first selector below looks, seen from the enclosing subqueries. */
function timeOfFirstSelector(expr: Expr, context: PlanContext): InfoTime | null {
  if (expr.kind === 'vector') {
    return { offset: resolveOffset(expr.offset, context), at: resolveAt(expr.at, context) };
  }
  for (const child of childrenOf(expr)) {
    const found = timeOfFirstSelector(child, context);
    if (found === null) continue;
    if (expr.kind !== 'subquery' || found.at !== null) return found;
    return { offset: found.offset + resolveOffset(expr.offset, context), at: resolveAt(expr.at, context) };
  }
  return null;
}
