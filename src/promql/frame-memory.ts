import type { Batch, VectorOperator } from './exec/batch.ts';
import type { OperatorObserver } from './exec/build.ts';
import type { QueryGuard } from './limits.ts';
import type { VectorNode } from './plan/node.ts';

/** What brings series into a query; all other operators work on these, and release what they no longer need. */
const SOURCES: ReadonlySet<VectorNode['kind']> = new Set([
  'select',
  'sample-time',
  'sample-start',
  'window',
  'vector-once',
]);

/** Counts what the frames of selected series take besides their samples, frame by frame, against the query's memory. */
export function frameMemory(guard: QueryGuard): OperatorObserver {
  return {
    range: (_, source) => source,
    vector: (node, operator) => (SOURCES.has(node.kind) ? widened(operator, guard) : operator),
  };
}

function widened(operator: VectorOperator, guard: QueryGuard): VectorOperator {
  return {
    // Nothing of what passes by is kept.
    ...operator,
    next: async (): Promise<Batch | null> => {
      const batch = await operator.next();
      if (batch) guard.widen(batch);
      return batch;
    },
  };
}
