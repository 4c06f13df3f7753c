import type { Millis } from '#model/time';
import type { AtModifier, Call, Duration, DurationExpr, Expr, Subquery, VectorSelector } from '../ast.ts';
import { childrenOf } from '../ast.ts';
import { resolveOffset } from '../plan/durations.ts';

/** Which data the value of an expression at a step `t` depends on. */
export interface Reach {
  /** Up to `t + ahead`: below zero when all is offset into the past, -Infinity when no data count at all. */
  readonly ahead: Millis;
  /** And up to this fixed time, whatever the step: of `@` modifiers. -Infinity when there is none. */
  readonly pinned: Millis;
}

/**
 * How far an expression reaches for data, or null when its value at a step also depends on where the query begins or ends:
 * such results cannot be used for another range. The expression is one that a range query accepts.
 */
export function reachOf(expr: Expr, lookbackDelta: Millis): Reach | null {
  switch (expr.kind) {
    case 'vector':
      return selectorReach(expr, lookbackDelta);
    case 'matrix':
      return dependsOnRange(expr.range) ? null : selectorReach(expr.selector, lookbackDelta);
    case 'subquery':
      return subqueryReach(expr, lookbackDelta);
    case 'call':
      return isBound(expr) ? null : widest(expr, lookbackDelta);
    case 'aggregate':
      // Which series it keeps may depend on those that the whole range has.
      return expr.operator === 'limitk' ? null : widest(expr, lookbackDelta);
    default:
      return widest(expr, lookbackDelta);
  }
}

const NO_DATA: Reach = { ahead: Number.NEGATIVE_INFINITY, pinned: Number.NEGATIVE_INFINITY };

// step() is 0 when a range has one step only. What info() adds may depend on the series that the whole range has.
const BOUND_FUNCTIONS: ReadonlySet<string> = new Set(['start', 'end', 'range', 'step', 'info']);

function isBound({ func }: Call): boolean {
  return BOUND_FUNCTIONS.has(func);
}

function widest(expr: Expr, lookbackDelta: Millis): Reach | null {
  let { ahead, pinned } = NO_DATA;
  for (const child of childrenOf(expr)) {
    const reach = reachOf(child, lookbackDelta);
    if (reach === null) return null;
    ahead = Math.max(ahead, reach.ahead);
    pinned = Math.max(pinned, reach.pinned);
  }
  return { ahead, pinned };
}

function selectorReach({ offset, at, smoothed }: VectorSelector, lookbackDelta: Millis): Reach | null {
  // A smoothed selector looks for the next sample behind its end, too.
  return shifted({ ahead: smoothed ? lookbackDelta : 0, pinned: NO_DATA.pinned }, { offset, at });
}

function subqueryReach({ expr, range, step, offset, at }: Subquery, lookbackDelta: Millis): Reach | null {
  if (dependsOnRange(range) || (step !== null && dependsOnRange(step))) return null;
  const inner = reachOf(expr, lookbackDelta);
  return inner && shifted(inner, { offset, at });
}

interface Timing {
  readonly offset: Duration;
  readonly at: AtModifier | null;
}

function shifted({ ahead, pinned }: Reach, { offset, at }: Timing): Reach | null {
  if (dependsOnRange(offset) || typeof at?.at === 'string') return null;
  const moved = ahead - resolveOffset(offset, { query: '', start: 0, end: 0, step: 0 });
  if (at === null) return { ahead: moved, pinned };
  return { ahead: NO_DATA.ahead, pinned: Math.max(pinned, at.at + moved) };
}

function dependsOnRange(duration: Duration): boolean {
  return typeof duration !== 'number' && usesRange(duration);
}

function usesRange({ operator, operands }: DurationExpr): boolean {
  return operator === 'range' || operator === 'step' || operands.some(usesRange);
}
