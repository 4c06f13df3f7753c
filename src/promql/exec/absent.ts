import type { Labels } from '#model/labels';
import { setFloat } from '../fn/open-row.ts';
import { taken } from './aggregate.ts';
import { type Batch, BatchWriter, deferred, type VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';

export interface AbsentOptions {
  readonly child: VectorOperator;
  readonly labels: Labels;
  readonly steps: number;
}

/** absent() and, over a child that is present where a window has samples, absent_over_time(): 1 where nothing is. */
export function absentOperator(execution: Execution, { child, labels, steps }: AbsentOptions): VectorOperator {
  return deferred(async () => {
    const present = new Uint8Array(steps);
    for (let batch = await child.next(); batch; batch = await child.next()) {
      mark(batch, present);
      execution.guard.release(batch.samples);
    }
    const writer = new BatchWriter(steps, 1);
    const row = writer.row(labels, true);
    for (let i = 0; i < steps; i++) if (present[i] === 0) setFloat(row, i, 1);
    return taken(writer.finish(), execution);
  });
}

function mark(batch: Batch, present: Uint8Array): void {
  const { steps } = batch;
  for (let i = 0; i < batch.present.length; i++) if (batch.present[i] === 1) present[i % steps] = 1;
}
