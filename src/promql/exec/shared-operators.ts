import type { QueryGuard } from '../limits.ts';
import type { VectorNode } from '../plan/node.ts';
import { partKey } from '../plan/shared-parts.ts';
import type { StepGrid } from '../value.ts';
import type { Batch, VectorOperator } from './batch.ts';

/** An operator that several read, with what it has given so far. */
interface Kept {
  readonly source: VectorOperator;
  readonly batches: Batch[];
  done: boolean;
  pulling: Promise<void> | null;
}

/** Makes operators that stand in several places of what is evaluated together work once: the batches are kept for all. */
export class SharedOperators {
  private readonly repeated: ReadonlySet<string>;
  private readonly guard: QueryGuard;
  private readonly kept = new Map<string, Kept>();

  constructor(repeated: ReadonlySet<string>, guard: QueryGuard) {
    this.repeated = repeated;
    this.guard = guard;
  }

  /** The operator of a node over a grid: made by `make` unless there is one already. */
  operator(node: VectorNode, { start, step, count }: StepGrid, make: () => VectorOperator): VectorOperator {
    if (this.repeated.size === 0) return make();
    const key = partKey(node);
    if (!this.repeated.has(key)) return make();
    const place = `${start} ${step} ${count} ${key}`;
    const known = this.kept.get(place);
    if (known) return this.reader(known);
    const kept: Kept = { source: make(), batches: [], done: false, pulling: null };
    this.kept.set(place, kept);
    return this.reader(kept);
  }

  private reader(kept: Kept): VectorOperator {
    let at = 0;
    return {
      next: async () => {
        while (at === kept.batches.length) {
          if (kept.done) return null;
          kept.pulling ??= this.pull(kept);
          await kept.pulling;
        }
        const batch = kept.batches[at++]!;
        // Each reader gives back what it read; what is kept stays counted.
        this.guard.take(batch.samples);
        return batch;
      },
    };
  }

  private async pull(kept: Kept): Promise<void> {
    try {
      const batch = await kept.source.next();
      if (batch) kept.batches.push(batch);
      else kept.done = true;
    } finally {
      kept.pulling = null;
    }
  }
}
