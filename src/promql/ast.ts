import type { MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';
import type { AggregationOperator, FunctionName } from './functions.ts';

/** Declared beside the functions, as both files need them. */
export type { AggregationOperator, ValueType } from './functions.ts';

/** Byte offsets into the query text, end exclusive, as Prometheus counts them. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A duration that is computed per query: `step()`, `range()`, arithmetic; or a plain number of ms. */
export type Duration = Millis | DurationExpr;

/** What a duration expression computes; `+` and `-` with one operand are signs. */
export type DurationOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'step' | 'range' | 'min_of' | 'max_of' | 'literal';

/** Arithmetic on durations. All values are seconds; the result is rounded to ms where it is used. */
export interface DurationExpr extends Span {
  readonly kind: 'duration';
  readonly operator: DurationOperator;
  /** Two for binary operators and min_of/max_of, one for unary ±, none for step, range and literals. */
  readonly operands: readonly DurationExpr[];
  /** Seconds, for a literal (negative when a minus stood before it); 0 otherwise. */
  readonly value: number;
  /** A literal written as a duration (`5m`), not as a number of seconds: printed as one. */
  readonly duration: boolean;
  readonly parenthesised: boolean;
}

/** The `@` modifier: a fixed time, or the start or end of the query. */
export type AtModifier = { readonly at: Millis } | { readonly at: 'start' | 'end' };

/** A number. A sign in front of it is part of it. */
export interface NumberLiteral extends Span {
  readonly kind: 'number';
  readonly value: number;
  /** Written as a duration (`5m`): printed as one. */
  readonly duration: boolean;
}

/** A string, unquoted. A byte that is no UTF-8 is the lone surrogate U+DC00 + byte. */
export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
}

/** Selects series; gives their newest values. */
export interface VectorSelector extends Span {
  readonly kind: 'vector';
  /** The bare name in front of the braces; '' when there is none (then `__name__` may be among the matchers). */
  readonly name: string;
  /** All matchers as written, then the one for a bare name. Their patterns are valid RE2. */
  readonly matchers: readonly MatcherSpec[];
  readonly offset: Duration;
  readonly at: AtModifier | null;
  readonly anchored: boolean;
  readonly smoothed: boolean;
}

/** Selects series with their samples over a range. Its offset, @ and boundary are those of `selector`. */
export interface MatrixSelector extends Span {
  readonly kind: 'matrix';
  readonly selector: VectorSelector;
  readonly range: Duration;
}

/** An expression evaluated at many steps over a range. */
export interface Subquery extends Span {
  readonly kind: 'subquery';
  /** An instant vector. */
  readonly expr: Expr;
  readonly range: Duration;
  /** Null: the default evaluation interval. */
  readonly step: Duration | null;
  readonly offset: Duration;
  readonly at: AtModifier | null;
}

/** A function call with as many arguments as the function takes, of the right types. */
export interface Call extends Span {
  readonly kind: 'call';
  readonly func: FunctionName;
  readonly args: readonly Expr[];
}

/** An aggregation of an instant vector, by or without labels. No `by` at all is `by ()`. */
export interface Aggregation extends Span {
  readonly kind: 'aggregate';
  readonly operator: AggregationOperator;
  readonly expr: Expr;
  /** The first argument of topk, bottomk, quantile, count_values, limitk, limit_ratio. */
  readonly param: Expr | null;
  readonly grouping: readonly string[];
  readonly without: boolean;
}

/** Computes with numbers. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
/** Filters, or with `bool` answers 0 or 1. */
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<=';
/** Combines vectors by their labels alone. */
export type SetOperator = 'and' | 'or' | 'unless';
/** Keep the observations of a native histogram below (`</`) or above (`>/`) a value. */
export type TrimOperator = '</' | '>/';
/** All operators with two sides. */
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator | TrimOperator;

/** How many elements of the left side may meet how many of the right. */
export type Cardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

/** How the two sides of a vector operation find each other. Null on a Binary when a side is a scalar. */
export interface VectorMatching {
  readonly cardinality: Cardinality;
  /** `labels` come from on(…); otherwise they come from ignoring(…), possibly none. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels copied from the "one" side: group_left(…) or group_right(…). */
  readonly include: readonly string[];
  /** Values that stand in for a missing partner: fill(), fill_left(), fill_right(). */
  readonly fillLeft: number | null;
  readonly fillRight: number | null;
}

/** An operation with two sides, each a scalar or an instant vector. */
export interface Binary extends Span {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  /** A comparison answers 0 or 1 instead of filtering. */
  readonly bool: boolean;
  /** Null unless both sides are instant vectors. */
  readonly matching: VectorMatching | null;
}

/** A sign before anything but a number. */
export interface Unary extends Span {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly expr: Expr;
}

/** Parentheses, kept for printing. */
export interface Paren extends Span {
  readonly kind: 'paren';
  readonly expr: Expr;
}

/** A PromQL expression. Frozen data: the planner makes new nodes, it never edits these. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | Binary
  | Unary
  | Paren;

/** The expressions directly under `expr`, in the order they were written; of a matrix selector, its vector selector. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'vector':
      return [];
    case 'matrix':
      return [expr.selector];
    case 'call':
      return expr.args;
    case 'aggregate':
      return expr.param === null ? [expr.expr] : [expr.param, expr.expr];
    case 'binary':
      return [expr.left, expr.right];
    case 'subquery':
    case 'unary':
    case 'paren':
      return [expr.expr];
  }
}
