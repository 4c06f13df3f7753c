import type { Histogram } from '#model/histogram';
import { incompatibleTypes } from '../annotations.ts';
import { arithmeticOf, comparisonOf } from '../fn/arithmetic.ts';
import { WorkHistogram } from '../fn/native/work-histogram.ts';
import type { VectorNode } from '../plan/node.ts';
import { type Batch, histogramAt, type ScalarOperator, type VectorOperator } from './batch.ts';
import { histogramOperation } from './element.ts';
import type { Execution } from './execution.ts';

export interface VectorScalarOptions {
  readonly node: Extract<VectorNode, { kind: 'vector-scalar' }>;
  readonly vector: VectorOperator;
  readonly scalar: ScalarOperator;
}

/** An operator between each element of a vector and a scalar. A filter keeps the element's value, whatever side it is on. */
export function vectorScalarOperator(execution: Execution, options: VectorScalarOptions): VectorOperator {
  const { node, vector, scalar } = options;
  let scalars: Float64Array | null = null;
  return {
    next: async () => {
      // The side that is written first is evaluated first: its annotations come first.
      if (scalars === null && node.swapped) scalars = await scalar.values();
      const batch = await vector.next();
      // Asked for even when there is no element: it may fail.
      scalars ??= await scalar.values();
      if (batch === null) return null;
      execution.guard.tick(batch.values.length);
      const result = operate(batch, { execution, node, scalars });
      execution.guard.release(batch.samples - result.samples);
      return result;
    },
  };
}

interface Operation {
  readonly execution: Execution;
  readonly node: VectorScalarOptions['node'];
  readonly scalars: Float64Array;
}

function operate(batch: Batch, operation: Operation): Batch {
  const { node, scalars } = operation;
  const apply = elementFunction(node);
  const { values, present, steps } = batch;
  const out = { values: new Float64Array(values.length), present: new Uint8Array(values.length) };
  let histograms: (Histogram | undefined)[] | null = null;
  const isTrimming = node.operator === '</' || node.operator === '>/';
  let samples = 0;
  for (let i = 0, step = 0; i < values.length; i++, step = step + 1 === steps ? 0 : step + 1) {
    if (present[i] !== 1) continue;
    const histogram = batch.histograms === null ? undefined : histogramAt(batch, i);
    if (histogram) {
      const result = operateOnHistogram(histogram, scalars[step]!, operation);
      if (result === undefined) continue;
      histograms ??= [];
      histograms[i] = result;
      out.present[i] = 1;
      samples++;
      continue;
    }
    if (isTrimming) noteFloats(operation);
    const result = apply(values[i]!, scalars[step]!);
    if (result === undefined) continue;
    out.values[i] = result;
    out.present[i] = 1;
    samples++;
  }
  const changes = node.bool || arithmeticOf(node.operator) !== null;
  const dropName = changes ? new Uint8Array(batch.labels.length).fill(1) : batch.dropName;
  return { ...batch, ...out, histograms, dropName, samples };
}

type ElementFunction = (element: number, scalar: number) => number | undefined;

function elementFunction({ operator, bool, swapped }: VectorScalarOptions['node']): ElementFunction {
  const arithmetic = arithmeticOf(operator);
  if (arithmetic) return swapped ? (element, scalar) => arithmetic(scalar, element) : arithmetic;
  const compare = comparisonOf(operator);
  // Trimming is for histograms.
  if (!compare) return () => undefined;
  const holds = swapped ? (element: number, scalar: number) => compare(scalar, element) : compare;
  if (bool) return (element, scalar) => (holds(element, scalar) ? 1 : 0);
  return (element, scalar) => (holds(element, scalar) ? element : undefined);
}

function operateOnHistogram(histogram: Histogram, scalar: number, operation: Operation): Histogram | undefined {
  const { execution, node } = operation;
  const { operator, swapped, span } = node;
  const { annotations } = execution;
  const [left, right] = swapped ? [scalar, histogram] : [histogram, scalar];
  return histogramOperation(left, right, { operator, span, annotations }) || undefined;
}

function noteFloats({ execution, node }: Operation): void {
  execution.annotations.info(incompatibleTypes('float', node.operator, 'float'), node.span);
}

/** Unary minus. */
export function negationOperator({ guard }: Execution, child: VectorOperator): VectorOperator {
  return {
    next: async () => {
      const batch = await child.next();
      if (batch === null) return null;
      guard.tick(batch.values.length);
      const dropName = new Uint8Array(batch.labels.length).fill(1);
      const histograms = batch.histograms?.map(
        (histogram) => histogram && new WorkHistogram(histogram).scale(-1).finish(),
      );
      return { ...batch, values: batch.values.map((value) => -value), histograms: histograms ?? null, dropName };
    },
  };
}
