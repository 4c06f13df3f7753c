import type { Millis } from '#model/time';
import type { Duration, DurationExpr, Span } from '../ast.ts';
import { goMod, goPow } from '../fn/arithmetic.ts';
import { parseError } from '../parse-error.ts';

/** What `step()`, `range()`, `start()` and `end()` stand for. */
export interface QueryWindow {
  /** The text that spans point into. */
  readonly query: string;
  readonly start: Millis;
  readonly end: Millis;
  /** 0 for an instant query. */
  readonly step: Millis;
}

// Prometheus keeps durations as int64 nanoseconds.
const LONGEST_SECONDS = 2 ** 63 / 1e9;

/** The length of a range or a step in ms. Throws the parse error for what is not positive. */
export function resolveLength(duration: Duration, window: QueryWindow): Millis {
  return resolve(duration, window, false);
}

/** An offset in ms; it may be negative. */
export function resolveOffset(duration: Duration, window: QueryWindow): Millis {
  return resolve(duration, window, true);
}

function resolve(duration: Duration, window: QueryWindow, signed: boolean): Millis {
  if (typeof duration === 'number') return duration;
  const seconds = evaluate(duration, window);
  if (!Number.isFinite(seconds)) fail('duration is NaN or infinite', duration, window);
  if (seconds <= 0 && !signed) fail('duration must be greater than 0', duration, window);
  if (Math.abs(seconds) > LONGEST_SECONDS) fail('duration is out of range', duration, window);
  return Math.trunc(seconds * 1000) + 0;
}

function evaluate(expr: DurationExpr, window: QueryWindow): number {
  const [first = 0, second] = expr.operands.map((operand) => evaluate(operand, window));
  switch (expr.operator) {
    case 'literal':
      return expr.value;
    case 'step':
      return window.step / 1000;
    case 'range':
      return (window.end - window.start) / 1000;
    case 'min_of':
      return Math.min(first, second ?? 0);
    case 'max_of':
      return Math.max(first, second ?? 0);
    case '+':
      return second === undefined ? first : first + second;
    case '-':
      return second === undefined ? -first : first - second;
    case '*':
      return first * (second ?? 0);
    case '/':
      return second === 0 ? fail('division by zero', expr, window) : first / (second ?? 0);
    case '%':
      return second === 0 ? fail('modulo by zero', expr, window) : goMod(first, second ?? 0);
    case '^':
      return goPow(first, second ?? 0);
  }
}

function fail(text: string, span: Span, { query }: QueryWindow): never {
  throw parseError(query, { start: span.start, end: span.end, text });
}
