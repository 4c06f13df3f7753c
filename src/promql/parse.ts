import type { MatcherSpec } from '#model/matcher';
import { childrenOf, type DurationExpr, type Expr } from './ast.ts';
import { parseExpression } from './syntax/expression-syntax.ts';
import { parseVectorSelector } from './syntax/selector-syntax.ts';
import { canNameMetric } from './syntax/token.ts';
import { MAX_DEPTH, TokenStream } from './syntax/token-stream.ts';
import { checkTypes } from './types.ts';

/** Dashboards and rules ask the same again and again. */
const MOST_REMEMBERED = 512;
const LONGEST_REMEMBERED = 4096;
const remembered = new Map<string, Expr>();

/**
 * Parses and type-checks a PromQL expression: the language of Prometheus 3.14 with all experimental syntax.
 * Throws `bad-request`, `promql-parse` with Prometheus' wording for the first problem (see `parseProblemOf`). Nesting is
 * limited, so that no text overflows the stack here or in what walks the result. The same text may give the same object.
 */
export function parse(query: string): Expr {
  const known = remembered.get(query);
  if (known !== undefined) return known;
  const expr = parseAnew(query);
  // Bounded by forgetting everything: what is in use comes back at once.
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (query.length <= LONGEST_REMEMBERED) remembered.set(query, expr);
  return expr;
}

function parseAnew(query: string): Expr {
  const tokens = new TokenStream(query);
  if (tokens.peek().type === 'eof') tokens.fail({ start: 0, end: 0 }, 'no expression found in input');
  const expr = parseExpression(tokens);
  tokens.expect('eof');
  checkDepth(expr, tokens);
  checkTypes(expr, query);
  return expr;
}

/**
 * Parses an instant vector selector, as `match[]` parameters hold it, into its matchers; the name becomes the last one.
 * A selector that could select everything, as `{}`, passes: callers decide. Throws as `parse` does.
 */
export function parseSelector(text: string): readonly MatcherSpec[] {
  const tokens = new TokenStream(text);
  const { type } = tokens.peek();
  if (type !== '{' && !canNameMetric(type)) tokens.unexpected();
  const { matchers } = parseVectorSelector(tokens, type === '{' ? null : tokens.take());
  tokens.expect('eof');
  return matchers;
}

// Chains of operators nest to the left without recursion, so their depth shows only here.
function checkDepth(root: Expr, tokens: TokenStream): void {
  let level: (Expr | DurationExpr)[] = [root];
  for (let depth = 1; level.length > 0; depth++) {
    const first = level[0];
    if (depth > MAX_DEPTH && first !== undefined) tokens.failTooDeep(first);
    level = level.flatMap(nodesUnder);
  }
}

function nodesUnder(node: Expr | DurationExpr): readonly (Expr | DurationExpr)[] {
  return node.kind === 'duration' ? node.operands : [...childrenOf(node), ...durationsOf(node)];
}

function durationsOf(expr: Expr): DurationExpr[] {
  if (expr.kind === 'vector') return [expr.offset].filter(isComputed);
  if (expr.kind === 'matrix') return [expr.range].filter(isComputed);
  return expr.kind === 'subquery' ? [expr.range, expr.step, expr.offset].filter(isComputed) : [];
}

function isComputed(duration: number | DurationExpr | null): duration is DurationExpr {
  return duration !== null && typeof duration !== 'number';
}
