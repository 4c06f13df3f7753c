import { invariant } from '#lib/errors';
import { createMatcher } from '#model/matcher';
import type { Millis } from '#model/time';
import type { AtModifier, Expr, VectorSelector } from '../ast.ts';
import { type QueryWindow, resolveOffset } from './durations.ts';
import type { RangeNode, ScalarNode, Selection, VectorNode } from './node.ts';

/** What an expression is planned for. */
export interface PlanContext extends QueryWindow {
  /** Step of subqueries that name none. */
  readonly defaultStep: Millis;
}

/** Planning of subexpressions, for what plans the expression around them. Each must be of the type asked for. */
export interface Lowering {
  readonly context: PlanContext;
  scalar(expr: Expr): ScalarNode;
  vector(expr: Expr): VectorNode;
  range(expr: Expr): RangeNode;
}

/** The expression inside any parentheses: annotations point there. */
export function unwrap(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.expr;
  return inner;
}

/** The value of a string literal, possibly in parentheses. */
export function stringOf(expr: Expr): string {
  const inner = unwrap(expr);
  invariant(inner.kind === 'string', 'only literals are strings');
  return inner.value;
}

/** The series and times of a selector. */
export function selectionOf(selector: VectorSelector, context: PlanContext): Selection {
  const boundary = selector.anchored ? 'anchored' : selector.smoothed ? 'smoothed' : 'plain';
  return {
    matchers: selector.matchers.map(createMatcher),
    offset: resolveOffset(selector.offset, context),
    at: resolveAt(selector.at, context),
    boundary,
    resolvesResets: false,
  };
}

/** The time of an `@` modifier. */
export function resolveAt(modifier: AtModifier | null, { start, end }: QueryWindow): Millis | null {
  if (modifier === null) return null;
  if (typeof modifier.at === 'number') return modifier.at;
  return modifier.at === 'start' ? start : end;
}
