import { formatFloatF, formatFloatG } from '#lib/go-format';
import { compareUtf8, utf8Length } from '#lib/utf8';
import type { MatcherSpec } from '#model/matcher';
import { isValidLabelName } from '#model/name-validation';
import type { Millis } from '#model/time';
import type {
  Aggregation,
  AtModifier,
  Binary,
  Duration,
  DurationExpr,
  Expr,
  NumberLiteral,
  Subquery,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { formatDurationLiteral } from './syntax/literal.ts';
import { goQuote } from './syntax/quote.ts';

export { toJsonAst } from './syntax/json-ast.ts';

/** Lines up to this many bytes are left whole by `prettify`. */
const LINE_BYTES = 100;

/** The expression in PromQL's canonical form, on one line, as Prometheus prints it in rules and alerts. */
export function formatExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return numberText(expr);
    case 'string':
      return goQuote(expr.value);
    case 'vector':
      return selectorText(expr);
    case 'matrix': {
      const { selector, range } = expr;
      const bare = { ...selector, offset: 0, at: null, anchored: false, smoothed: false };
      return `${selectorText(bare)}[${durationText(range)}]${boundaryText(selector)}${timingText(selector)}`;
    }
    case 'subquery':
      return formatExpr(expr.expr) + subquerySuffix(expr);
    case 'call':
      return `${expr.func}(${expr.args.map(formatExpr).join(', ')})`;
    case 'aggregate': {
      const param = expr.param === null ? '' : `${formatExpr(expr.param)}, `;
      return `${aggregationHead(expr)}(${param}${formatExpr(expr.expr)})`;
    }
    case 'binary':
      return `${formatExpr(leftSide(expr))} ${operatorText(expr)} ${formatExpr(expr.right)}`;
    case 'unary':
      return expr.operator + formatExpr(expr.expr);
    case 'paren':
      return `(${formatExpr(expr.expr)})`;
  }
}

/** The expression over as many lines as it needs to stay within 100 bytes each: the answer of /api/v1/format_query. */
export function prettify(expr: Expr): string {
  return pretty(expr, 0);
}

function pretty(expr: Expr, level: number): string {
  const indent = '  '.repeat(level);
  // A sign always looks at its operand, which may be broken even when this would fit.
  if (expr.kind === 'unary') return indent + expr.operator + pretty(expr.expr, level).trim();
  const line = formatExpr(expr);
  // Prometheus does not indent a subquery that fits.
  if (expr.kind === 'subquery' && utf8Length(line) <= LINE_BYTES) return line;
  return utf8Length(line) <= LINE_BYTES ? indent + line : broken(expr, { level, indent, line });
}

interface BrokenLine {
  readonly level: number;
  readonly indent: string;
  /** The whole expression on one line. */
  readonly line: string;
}

function broken(expr: Expr, { level, indent, line }: BrokenLine): string {
  const inner = (child: Expr): string => pretty(child, level + 1);
  switch (expr.kind) {
    case 'aggregate': {
      const param = expr.param === null ? '' : `${inner(expr.param)},\n`;
      return `${indent}${aggregationHead(expr)}(\n${param}${inner(expr.expr)}\n${indent})`;
    }
    case 'binary':
      return `${inner(leftSide(expr))}\n${indent}${operatorText(expr)}\n${inner(expr.right)}`;
    case 'call':
      return `${indent}${expr.func}(\n${expr.args.map(inner).join(',\n')}\n${indent})`;
    case 'paren':
      return `${indent}(\n${inner(expr.expr)}\n${indent})`;
    case 'subquery':
      return pretty(expr.expr, level) + subquerySuffix(expr);
    default:
      return indent + line;
  }
}

function numberText({ value, duration }: NumberLiteral): string {
  return duration ? formatDurationLiteral(Math.round(value * 1000)) : formatFloatF(value);
}

function selectorText(selector: VectorSelector): string {
  const { name, matchers } = selector;
  const isName = (m: MatcherSpec) => name !== '' && m.name === '__name__' && m.operator === '=' && m.value === name;
  const texts = matchers.filter((matcher) => !isName(matcher)).map(formatMatcher);
  const braces = texts.length > 0 || name === '' ? `{${texts.sort(compareUtf8).join(',')}}` : '';
  return name + braces + atText(selector.at) + boundaryText(selector) + offsetText(selector.offset);
}

/** A matcher as it stands in a selector: `status=~"5.."`. */
export function formatMatcher({ name, operator, value }: MatcherSpec): string {
  return labelText(name) + operator + goQuote(value);
}

function labelText(name: string): string {
  return isValidLabelName(name, 'legacy') ? name : goQuote(name);
}

function labelList(names: readonly string[]): string {
  return `(${names.map(labelText).join(', ')})`;
}

function boundaryText({ anchored, smoothed }: VectorSelector): string {
  if (anchored) return ' anchored';
  return smoothed ? ' smoothed' : '';
}

function timingText({ at, offset }: { readonly at: AtModifier | null; readonly offset: Duration }): string {
  return atText(at) + offsetText(offset);
}

function atText(modifier: AtModifier | null): string {
  if (modifier === null) return '';
  return typeof modifier.at === 'string' ? ` @ ${modifier.at}()` : ` @ ${secondsText(modifier.at)}`;
}

function secondsText(at: Millis): string {
  return Number.isSafeInteger(at) ? (at / 1000).toFixed(3) : `${BigInt(Math.trunc(at / 1000))}.000`;
}

function offsetText(offset: Duration): string {
  if (offset === 0) return '';
  const text = durationText(offset);
  // Only after a parenthesis do operators belong to the offset: `foo offset 5m - 1` subtracts from foo.
  const isSum = typeof offset !== 'number' && !offset.parenthesised && DURATION_OPERATORS.has(offset.operator);
  return isSum && offset.operands.length > 1 && !text.startsWith('(') ? ` offset (${text})` : ` offset ${text}`;
}

const DURATION_OPERATORS: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '^']);

// The other way round: an offset in parentheses would take in the operator after it (it was written with a sign).
function leftSide({ left, operator }: Binary): Expr {
  if (!DURATION_OPERATORS.has(operator) || !endsWithOpenOffset(left)) return left;
  return { kind: 'paren', expr: left, start: left.start, end: left.end };
}

function endsWithOpenOffset(expr: Expr): boolean {
  if (expr.kind === 'binary') return endsWithOpenOffset(expr.right);
  if (expr.kind === 'unary') return endsWithOpenOffset(expr.expr);
  const timed = expr.kind === 'matrix' ? expr.selector : expr;
  return (timed.kind === 'vector' || timed.kind === 'subquery') && offsetText(timed.offset).startsWith(' offset (');
}

function subquerySuffix(subquery: Subquery): string {
  const step = subquery.step === null ? '' : durationText(subquery.step);
  return `[${durationText(subquery.range)}:${step}]${timingText(subquery)}`;
}

function durationText(duration: Duration): string {
  return typeof duration === 'number' ? formatDurationLiteral(duration) : durationExprText(duration);
}

function durationExprText(expr: DurationExpr): string {
  const text = bareDurationText(expr);
  return expr.parenthesised ? `(${text})` : text;
}

function bareDurationText({ operator, operands, value, duration }: DurationExpr): string {
  const [first = '', second] = operands.map(durationExprText);
  switch (operator) {
    case 'literal':
      return duration ? formatDurationLiteral(Math.round(value * 1000)) : formatFloatF(value);
    case 'step':
    case 'range':
      return `${operator}()`;
    case 'min_of':
    case 'max_of':
      return `${operator}(${first}, ${second})`;
    default:
      if (second !== undefined) return `${first} ${operator} ${second}`;
      return operator === '-' ? `-${first}` : first;
  }
}

function aggregationHead({ operator, grouping, without }: Aggregation): string {
  if (without) return `${operator} without ${labelList(grouping)} `;
  return grouping.length > 0 ? `${operator} by ${labelList(grouping)} ` : operator;
}

function operatorText({ operator, bool, matching }: Binary): string {
  return operator + (bool ? ' bool' : '') + (matching === null ? '' : matchingText(matching));
}

function matchingText({ cardinality, on, labels, include, fillLeft, fillRight }: VectorMatching): string {
  const isGrouped = cardinality === 'many-to-one' || cardinality === 'one-to-many';
  let out = '';
  if (labels.length > 0 || on || isGrouped) out += ` ${on ? 'on' : 'ignoring'} ${labelList(labels)}`;
  if (isGrouped) out += ` group_${cardinality === 'many-to-one' ? 'left' : 'right'} ${labelList(include)}`;
  if (fillLeft !== null && fillLeft === fillRight) return `${out} fill (${formatFloatG(fillLeft)})`;
  if (fillLeft !== null) out += ` fill_left (${formatFloatG(fillLeft)})`;
  if (fillRight !== null) out += ` fill_right (${formatFloatG(fillRight)})`;
  return out;
}
