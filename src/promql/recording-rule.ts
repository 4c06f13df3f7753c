import type { Millis } from '#model/time';
import { type Aggregation, childrenOf, type Expr, type VectorSelector } from './ast.ts';
import { unwrap } from './plan/lowering.ts';
import { formatExpr } from './print.ts';
import { formatDurationLiteral } from './syntax/literal.ts';

/** A recording rule that does the costly part of an expression once per evaluation interval. */
export interface RecordingRuleAdvice {
  /** `level:metric:operations`, as Prometheus' documentation names them. */
  readonly record: string;
  /** The part to record, in canonical form. */
  readonly expr: string;
  /** The expression with that part replaced by the recorded series. */
  readonly query: string;
  /** A rule group, ready for a rule file. */
  readonly yaml: string;
  /** The range that the recorded function looks through. */
  readonly window: Millis;
}

/** The aggregations whose result is worth recording: their groups stay the same from one evaluation to the next. */
const RECORDED: ReadonlySet<string> = new Set(['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar']);

/**
 * Advises on the outermost aggregation over a function of a range (`sum by (job) (rate(x[5m]))`) in an expression; null when
 * there is none, or when recording would change the meaning: modifiers of time, computed ranges, several metrics. Matchers
 * are not part of the name: another rule on other series of the same metric needs another one.
 */
export function adviseRecordingRule(expr: Expr): RecordingRuleAdvice | null {
  const core = recordable(expr);
  if (!core) return null;
  const { aggregation, record, window } = core;
  const text = formatExpr(aggregation);
  const query = formatExpr(replaced(expr, aggregation, record));
  return { record, expr: text, query, yaml: ruleYaml(record, text), window };
}

interface Core extends Recorded {
  readonly aggregation: Aggregation;
}

interface Recorded {
  readonly record: string;
  readonly window: Millis;
}

function recordable(expr: Expr): Core | null {
  if (expr.kind === 'aggregate') {
    const recorded = recordedAs(expr);
    if (recorded) return { aggregation: expr, ...recorded };
  }
  // Inside a subquery time is another.
  if (expr.kind === 'subquery') return null;
  for (const child of childrenOf(expr)) {
    const found = recordable(child);
    if (found) return found;
  }
  return null;
}

/** The name for aggregations, one or several, over one function of one range; null for anything else. */
function recordedAs(outer: Aggregation): Recorded | null {
  const operations: string[] = [];
  let inner: Expr = outer;
  while (inner.kind === 'aggregate') {
    if (!RECORDED.has(inner.operator)) return null;
    if (operations.at(-1) !== inner.operator) operations.push(inner.operator);
    inner = unwrap(inner.expr);
  }
  const window = inner.kind === 'call' ? inner.args.map(unwrap).find(({ kind }) => kind === 'matrix') : undefined;
  if (inner.kind !== 'call' || window?.kind !== 'matrix') return null;
  const { selector, range } = window;
  const metric = metricOf(selector);
  if (typeof range !== 'number' || metric === null || isShifted(selector)) return null;
  const { func } = inner;
  const base = COUNTING.has(func) ? metric.replace(/_total$/, '') : metric;
  // A sum says nothing that the level does not: the convention leaves it out where there is another operation.
  const named = operations.filter((operation) => operation !== 'sum');
  const operation = [...named, `${func}${formatDurationLiteral(range)}`].join('_');
  return { record: `${levelOf(outer)}:${base}:${operation}`, window: range };
}

/** What turns a total into something that is none. */
const COUNTING: ReadonlySet<string> = new Set(['rate', 'irate', 'increase']);

function isShifted({ offset, at, anchored, smoothed }: VectorSelector): boolean {
  return offset !== 0 || at !== null || anchored || smoothed;
}

function metricOf({ matchers }: VectorSelector): string | null {
  const named = matchers.filter(({ name, operator }) => name === '__name__' && operator === '=');
  const [only] = named;
  return named.length === 1 && only && /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(only.value)
    ? (only.value.split(':').at(1) ?? only.value)
    : null;
}

function levelOf({ grouping, without }: Aggregation): string {
  const names = [...new Set(grouping)].map((name) => name.replace(/[^a-zA-Z0-9_]/g, '_')).sort();
  return without ? `without_${names.join('_')}` : names.join('_');
}

function replaced(expr: Expr, target: Aggregation, name: string): Expr {
  const swap = (child: Expr): Expr => replaced(child, target, name);
  if (expr === target) return selectorOf(name, expr);
  switch (expr.kind) {
    case 'call':
      return { ...expr, args: expr.args.map(swap) };
    case 'aggregate':
      return { ...expr, expr: swap(expr.expr), param: expr.param && swap(expr.param) };
    case 'binary':
      return { ...expr, left: swap(expr.left), right: swap(expr.right) };
    case 'unary':
    case 'paren':
      return { ...expr, expr: swap(expr.expr) };
    default:
      return expr;
  }
}

function selectorOf(name: string, { start, end }: Aggregation): VectorSelector {
  const matchers = [{ name: '__name__', operator: '=' as const, value: name }];
  return { kind: 'vector', name, matchers, offset: 0, at: null, anchored: false, smoothed: false, start, end };
}

/** JSON strings are YAML strings: nothing in an expression can break out of them. */
function ruleYaml(record: string, expr: string): string {
  return `groups:\n  - name: ${JSON.stringify(record)}\n    rules:\n      - record: ${JSON.stringify(record)}\n        expr: ${JSON.stringify(expr)}\n`;
}

/** What a query reads now, and what it would read with the rule. Samples from storage. */
export interface RecordingSaving {
  /** By one run of the query, for the part to record. */
  readonly now: number;
  /** By the same run, of the recorded series: series × (range of the query + lookback) / interval, rounded up. */
  readonly recorded: number;
  /** By each evaluation of the rule: now × window / (range of the query + window), rounded up. */
  readonly perEvaluation: number;
}

export interface SavingFacts {
  /** Samples that the part reads now. */
  readonly samplesRead: number;
  /** Series that it gives. */
  readonly series: number;
  /** Milliseconds between the query's first and last step. */
  readonly queryRange: number;
  /** The range that the part's function looks through. */
  readonly window: number;
  readonly lookbackDelta: number;
  /** Between two evaluations of the rule. */
  readonly interval: number;
}

/** Estimates the saving of a recording rule for one query, from figures of one run. */
export function recordingSaving(facts: SavingFacts): RecordingSaving {
  const { samplesRead, series, queryRange, window, lookbackDelta, interval } = facts;
  return {
    now: samplesRead,
    recorded: series * Math.ceil((queryRange + lookbackDelta) / interval),
    perEvaluation: Math.ceil((samplesRead * window) / (queryRange + window)),
  };
}
