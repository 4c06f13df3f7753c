import { type Labels, METRIC_NAME } from '#model/labels';
import type { Binary, BinaryOperator, VectorMatching } from '#promql/ast';
import { combine, dividedBy, isSame, times } from './histogram.ts';
import { power } from './numbers.ts';
import { METADATA } from './selectors.ts';
import { decided, type Element, isHist, QueryFailure, Undecided, type Value, type Vector } from './value.ts';

const ARITHMETIC: Partial<Record<BinaryOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
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

/** Two numbers; comparisons give 0 or 1. */
export function betweenScalars(operator: BinaryOperator, a: number, b: number): number {
  const arithmetic = ARITHMETIC[operator];
  if (arithmetic) return arithmetic(a, b);
  decided(a, b);
  return Number(COMPARISON[operator]!(a, b));
}

/** The outcome for two values: a value, whether a comparison holds, or null where the operator is not defined for them. */
function outcome(operator: BinaryOperator, a: Value, b: Value): Value | boolean | null {
  if (!isHist(a) && !isHist(b)) {
    const arithmetic = ARITHMETIC[operator];
    if (arithmetic) return arithmetic(a, b);
    const comparison = COMPARISON[operator];
    if (!comparison) return null;
    decided(a, b);
    return comparison(a, b);
  }
  if (operator === '</' || operator === '>/') throw new Undecided('trimmed histograms');
  if (isHist(a) && isHist(b)) {
    if (operator === '+') return combine(a, b, 1);
    if (operator === '-') {
      const difference = combine(a, b, -1);
      return difference && { ...difference, hint: 'gauge' };
    }
    if (operator === '==') return isSame(a, b);
    return operator === '!=' ? !isSame(a, b) : null;
  }
  if (operator === '*') return isHist(a) ? times(a, b as number) : times(b as Exclude<Value, number>, a as number);
  return operator === '/' && isHist(a) ? dividedBy(a, b as number) : null;
}

/** A vector and a number; `vectorIsLeft` tells which is on which side. Comparisons keep the element. */
export function withScalar(node: Binary, vector: Vector, scalar: number, vectorIsLeft: boolean): Vector {
  return vector.flatMap((element): Element[] => {
    const { value } = element;
    const result = vectorIsLeft ? outcome(node.operator, value, scalar) : outcome(node.operator, scalar, value);
    if (result === null) return [];
    if (typeof result !== 'boolean') return [{ ...element, value: result, dropName: true }];
    if (node.bool) return [{ ...element, value: Number(result), dropName: true }];
    return result ? [element] : [];
  });
}

/** The labels by which elements of the two sides find each other. */
function signature(labels: Labels, { on, labels: names }: VectorMatching): Labels {
  return on ? labels.keep(new Set(names)) : labels.without(new Set([...names, METRIC_NAME]));
}

function checkNames(sides: readonly Vector[], { on, labels }: VectorMatching): void {
  const byName = on && labels.includes(METRIC_NAME);
  if (byName && sides.flat().some(({ dropName }) => dropName)) throw new Undecided('matched by a name that is to go');
}

/** and, or, unless. */
export function setOperation({ operator, matching }: Binary, left: Vector, right: Vector): Vector {
  checkNames([left, right], matching!);
  const signatures = (vector: Vector) => new Set(vector.map(({ labels }) => signature(labels, matching!).key));
  if (operator === 'or') {
    const known = signatures(left);
    return [...left, ...right.filter(({ labels }) => !known.has(signature(labels, matching!).key))];
  }
  const known = signatures(right);
  return left.filter(({ labels }) => known.has(signature(labels, matching!).key) === (operator === 'and'));
}

/** Arithmetic and comparisons between vectors. */
export function betweenVectors(node: Binary, left: Vector, right: Vector): Vector {
  const matching = node.matching!;
  checkNames([left, right], matching);
  const { fillLeft, fillRight } = matching;
  const isEmpty = left.length === 0 || right.length === 0;
  if (isEmpty && fillLeft === null && fillRight === null) return [];
  const swapped = matching.cardinality === 'one-to-many';
  const many = swapped ? right : left;
  const one = swapped ? left : right;
  const ones = new Map<string, Element>();
  for (const element of one) {
    const { key } = signature(element.labels, matching);
    if (ones.has(key)) throw new QueryFailure('found duplicate series for the match group');
    ones.set(key, element);
  }
  const out: Element[] = [];
  const seen = new Map<string, Set<string>>();
  const join = (manyElement: Element, oneElement: Element, key: string) => {
    const [a, b] = swapped ? [oneElement, manyElement] : [manyElement, oneElement];
    const result = outcome(node.operator, a.value, b.value);
    if (result === null) return;
    const labels = resultLabels(manyElement.labels, oneElement.labels, node);
    const known = seen.get(key) ?? new Set();
    seen.set(key, known);
    if (matching.cardinality === 'one-to-one' ? known.size > 0 : known.has(labels.key)) {
      throw new QueryFailure('multiple matches for labels');
    }
    known.add(labels.key);
    const dropName = node.bool || manyElement.dropName;
    if (typeof result !== 'boolean') out.push({ labels, value: result, dropName });
    else if (node.bool) out.push({ labels, value: Number(result), dropName });
    else if (result) out.push({ labels, value: a.value, dropName });
  };
  const standIn = (element: Element, value: number): Element => ({
    labels: signature(element.labels, matching),
    value,
    dropName: false,
  });
  for (const element of many) {
    const { key } = signature(element.labels, matching);
    const partner = ones.get(key) ?? (fillRight === null ? null : standIn(element, fillRight));
    if (partner) join(element, partner, key);
  }
  for (const element of fillLeft === null ? [] : one) {
    const { key } = signature(element.labels, matching);
    if ((seen.get(key)?.size ?? 0) === 0) join(standIn(element, fillLeft!), element, key);
  }
  return out;
}

function resultLabels(many: Labels, one: Labels, { operator, matching }: Binary): Labels {
  const { cardinality, on, labels: names, include } = matching!;
  let labels = ARITHMETIC[operator] ? many.without(METADATA) : many;
  if (cardinality === 'one-to-one') labels = on ? labels.keep(new Set(names)) : labels.without(new Set(names));
  return labels.with(Object.fromEntries(include.map((name) => [name, one.get(name)])));
}
