import type { QueryGuard } from '../limits.ts';
import { operationOf } from '../plan/fold-constants.ts';
import type { ScalarNode, VectorNode } from '../plan/node.ts';
import type { StepGrid } from '../value.ts';
import { type Batch, histogramAt, type ScalarOperator, type VectorOperator } from './batch.ts';
import { stepTimes } from './execution.ts';

/** What scalars need of the query around them: how the vectors under them are built. */
export interface ScalarContext {
  readonly guard: QueryGuard;
  readonly build: (node: VectorNode, grid: StepGrid) => VectorOperator;
}

/** Builds the operator of a scalar. */
export function scalarOperator(node: ScalarNode, grid: StepGrid, context: ScalarContext): ScalarOperator {
  switch (node.kind) {
    case 'constant':
      return { values: () => Promise.resolve(new Float64Array(grid.count).fill(node.value)) };
    case 'time':
      return { values: () => Promise.resolve(stepTimes(grid).map((time) => time / 1000)) };
    case 'negation': {
      const child = scalarOperator(node.child, grid, context);
      return { values: async () => (await child.values()).map((value) => -value) };
    }
    case 'arithmetic':
    case 'extreme':
      return binary(node, grid, context);
    case 'single-element': {
      const child = context.build(node.child, grid);
      return { values: () => singleElements(child, grid.count, context.guard) };
    }
    case 'scalar-once': {
      if (grid.count === 0) return { values: () => Promise.resolve(new Float64Array(0)) };
      const child = scalarOperator(node.child, { ...grid, count: 1 }, context);
      return { values: async () => new Float64Array(grid.count).fill((await child.values())[0]!) };
    }
  }
}

function binary(
  node: Extract<ScalarNode, { kind: 'arithmetic' | 'extreme' }>,
  grid: StepGrid,
  context: ScalarContext,
): ScalarOperator {
  const left = scalarOperator(node.left, grid, context);
  const right = scalarOperator(node.right, grid, context);
  const operation = operationOf(node);
  return {
    values: async () => {
      const a = await left.values();
      const b = await right.values();
      return a.map((value, i) => operation(value, b[i]!));
    },
  };
}

/** scalar(): per step the value of the only float, NaN when there are none or several. */
async function singleElements(child: VectorOperator, steps: number, guard: QueryGuard): Promise<Float64Array> {
  const values = new Float64Array(steps).fill(Number.NaN);
  const counts = new Uint32Array(steps);
  for (let batch = await child.next(); batch; batch = await child.next()) {
    countFloats(batch, values, counts);
    guard.release(batch.samples);
  }
  for (let i = 0; i < steps; i++) if (counts[i] !== 1) values[i] = Number.NaN;
  return values;
}

function countFloats(batch: Batch, values: Float64Array, counts: Uint32Array): void {
  const { steps, present } = batch;
  for (let i = 0; i < present.length; i++) {
    if (present[i] !== 1 || histogramAt(batch, i)) continue;
    counts[i % steps]!++;
    values[i % steps] = batch.values[i]!;
  }
}
