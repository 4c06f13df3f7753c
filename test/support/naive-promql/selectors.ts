import { METRIC_NAME } from '#model/labels';
import type { MatcherSpec } from '#model/matcher';
import type { AtModifier, Duration, DurationExpr, MatrixSelector, VectorSelector } from '#promql/ast';

import { type Context, type Point, QueryFailure, type StoredSeries, type Vector, type Window } from './value.ts';

/** The newest sample of each series in (t - lookback, t], unless it is a staleness marker. */
export function select(selector: VectorSelector, context: Context): (Vector[number] & { readonly time: number })[] {
  const at = timeOf(selector, context);
  return matching(selector, context).flatMap(({ labels, points }) => {
    const newest = points.filter(({ t }) => t > at - context.lookback && t <= at).at(-1);
    if (newest === undefined || newest.value === 'stale') return [];
    return [{ labels, value: newest.value, dropName: false, time: newest.t }];
  });
}

/** The samples of each series in (t - range, t]; series without any are not there. */
export function selectRange({ selector, range }: MatrixSelector, context: Context): Window[] {
  const end = timeOf(selector, context);
  const start = end - lengthOf(range, context);
  return matching(selector, context)
    .map(({ labels, points }) => ({ labels, dropName: false, points: within(points, start, end), start, end }))
    .filter(({ points }) => points.length > 0);
}

function within(points: StoredSeries['points'], start: number, end: number): Point[] {
  return points.flatMap(({ t, value }) => (t > start && t <= end && value !== 'stale' ? [{ t, value }] : []));
}

/** Where an expression with these modifiers looks. */
export function timeOf(
  { at, offset }: { readonly at: AtModifier | null; readonly offset: Duration },
  context: Context,
): number {
  return baseTime(at, context) - offsetOf(offset, context);
}

function baseTime(at: AtModifier | null, { t, start, end }: Context): number {
  if (at === null) return t;
  if (at.at === 'start') return start;
  return at.at === 'end' ? end : at.at;
}

function matching({ matchers }: VectorSelector, { series }: Context): StoredSeries[] {
  return series.filter(({ labels }) => matchers.every((matcher) => holds(matcher, labels.get(matcher.name))));
}

function holds({ operator, value }: MatcherSpec, actual: string): boolean {
  if (operator === '=' || operator === '!=') return (actual === value) === (operator === '=');
  return new RegExp(`^(?:${value})$`, 's').test(actual) === (operator === '=~');
}

/** A range or step, in ms. */
export function lengthOf(duration: Duration, context: Context): number {
  const length = offsetOf(duration, context);
  if (length <= 0 && typeof duration !== 'number') throw new QueryFailure('a length must be positive');
  return length;
}

function offsetOf(duration: Duration, context: Context): number {
  if (typeof duration === 'number') return duration;
  const seconds = secondsOf(duration, context);
  if (!Number.isFinite(seconds)) throw new QueryFailure('not a duration');
  return Math.trunc(seconds * 1000);
}

function secondsOf({ operator, operands, value }: DurationExpr, context: Context): number {
  const [a = 0, b] = operands.map((operand) => secondsOf(operand, context));
  if (b === undefined) {
    if (operator === 'step') return context.step / 1000;
    if (operator === 'range') return (context.end - context.start) / 1000;
    if (operator === 'literal') return value;
    return operator === '-' ? -a : a;
  }
  if ((operator === '/' || operator === '%') && b === 0) throw new QueryFailure('division by zero');
  const results = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b, '^': a ** b };
  if (operator === 'min_of') return Math.min(a, b);
  return operator === 'max_of' ? Math.max(a, b) : results[operator as keyof typeof results];
}

/** A series without its name stands for another quantity. */
export const METADATA: ReadonlySet<string> = new Set([METRIC_NAME, '__type__', '__unit__']);
