import { invariant } from '#lib/errors';
import type { BinaryOperator } from '../ast.ts';

/** As Go's `math.Mod`: the sign of the dividend. The `%` of JavaScript is the same operation. */
export function goMod(a: number, b: number): number {
  return a % b;
}

/** As Go's `math.Pow` (C99): unlike JavaScript's, 1 to any power and -1 to an infinite one are 1. */
export function goPow(a: number, b: number): number {
  if (a === 1) return 1;
  if (a === -1 && (b === Number.POSITIVE_INFINITY || b === Number.NEGATIVE_INFINITY)) return 1;
  return a ** b;
}

/** Operators that give a new quantity, so that the metric's name no longer fits. */
export function isArithmetic(operator: BinaryOperator): boolean {
  return Object.hasOwn(ARITHMETIC, operator);
}

type FloatOperation = (a: number, b: number) => number;

const ARITHMETIC: Partial<Record<BinaryOperator, FloatOperation>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': goMod,
  '^': goPow,
  atan2: Math.atan2,
};

const COMPARISON: Partial<Record<BinaryOperator, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

/** The operation of an arithmetic operator on floats; null for other operators. */
export function arithmeticOf(operator: BinaryOperator): FloatOperation | null {
  return ARITHMETIC[operator] ?? null;
}

/** The test of a comparison operator on floats; null for other operators. */
export function comparisonOf(operator: BinaryOperator): ((a: number, b: number) => boolean) | null {
  return COMPARISON[operator] ?? null;
}

/** An operator between two scalars: comparisons give 0 or 1. */
export function scalarOperation(operator: BinaryOperator): FloatOperation {
  const arithmetic = arithmeticOf(operator);
  if (arithmetic) return arithmetic;
  const compare = comparisonOf(operator);
  invariant(compare, `operator ${operator} is not defined between scalars`);
  return (a, b) => (compare(a, b) ? 1 : 0);
}

/** As Go's `math.Min`: -Inf wins over NaN. */
export function goMin(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  return Math.min(a, b);
}

/** As Go's `math.Max`: +Inf wins over NaN. */
export function goMax(a: number, b: number): number {
  if (a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return Math.max(a, b);
}
