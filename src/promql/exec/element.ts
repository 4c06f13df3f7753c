import type { Histogram } from '#model/histogram';
import {
  type Annotations,
  boundsReconciled,
  incompatibleBucketLayout,
  incompatibleTypes,
  resetCollision,
} from '../annotations.ts';
import type { BinaryOperator, Span } from '../ast.ts';
import { isSameHistogram } from '../fn/native/compare.ts';
import { trimHistogram } from '../fn/native/trim.ts';
import { WorkHistogram } from '../fn/native/work-histogram.ts';

/** An element of a vector, or a scalar. */
export type Element = number | Histogram;

export interface ElementOperation {
  readonly operator: BinaryOperator;
  readonly span: Span;
  readonly annotations: Annotations;
}

/**
 * A binary operator of which at least one side is a native histogram: the result; `undefined` with an annotation when the
 * operator is not defined for them; for a comparison, the left side or false.
 */
export function histogramOperation(
  left: Element,
  right: Element,
  operation: ElementOperation,
): Histogram | false | undefined {
  const { operator, annotations, span } = operation;
  if (typeof left !== 'number' && typeof right !== 'number') return betweenHistograms(left, right, operation);
  if (typeof left !== 'number' && typeof right === 'number') {
    const scaled = withScalar(left, right, operator);
    if (scaled) return scaled;
  } else if (typeof left === 'number' && typeof right !== 'number' && operator === '*') {
    return new WorkHistogram(right).scale(left).finish();
  }
  annotations.info(incompatibleTypes(typeName(left), operator, typeName(right)), span);
  return undefined;
}

function withScalar(histogram: Histogram, scalar: number, operator: BinaryOperator): Histogram | null {
  switch (operator) {
    case '*':
      return new WorkHistogram(histogram).scale(scalar).finish();
    case '/':
      return new WorkHistogram(histogram).divide(scalar).finish();
    case '</':
      return trimHistogram(histogram, scalar, 'below');
    case '>/':
      return trimHistogram(histogram, scalar, 'above');
    default:
      return null;
  }
}

function betweenHistograms(
  left: Histogram,
  right: Histogram,
  operation: ElementOperation,
): Histogram | false | undefined {
  switch (operation.operator) {
    case '+':
      return combined(left, right, operation);
    case '-': {
      const difference = combined(left, right, operation);
      return difference && { ...difference, counterResetHint: 'gauge' };
    }
    case '==':
      return isSameHistogram(left, right) ? left : false;
    case '!=':
      return isSameHistogram(left, right) ? false : left;
    default:
      operation.annotations.info(incompatibleTypes('histogram', operation.operator, 'histogram'), operation.span);
      return undefined;
  }
}

function combined(
  left: Histogram,
  right: Histogram,
  { operator, annotations, span }: ElementOperation,
): Histogram | undefined {
  const work = new WorkHistogram(left);
  const isSum = operator === '+';
  const notes = work.add(new WorkHistogram(right), isSum ? 1 : -1);
  if (notes === null) {
    annotations.warn(incompatibleBucketLayout(operator), span);
    return undefined;
  }
  const name = isSum ? 'addition' : 'subtraction';
  if (notes.resetCollision) annotations.warn(resetCollision(name), span);
  if (notes.boundsReconciled) annotations.info(boundsReconciled(name), span);
  return work.finish();
}

function typeName(element: Element): string {
  return typeof element === 'number' ? 'float' : 'histogram';
}
