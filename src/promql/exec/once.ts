import type { Batch, VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';

/** Repeats the only step of `child` over `steps` steps. */
export function onceOperator({ guard }: Execution, child: VectorOperator, steps: number): VectorOperator {
  if (steps === 1) return child;
  return {
    next: async () => {
      const batch = await child.next();
      if (batch === null) return null;
      const repeated = repeat(batch, steps);
      guard.take(repeated.samples - batch.samples);
      return repeated;
    },
  };
}

function repeat(batch: Batch, steps: number): Batch {
  const { labels, values, histograms, dropName } = batch;
  const out = new Float64Array(labels.length * steps);
  labels.forEach((_, s) => out.fill(values[s]!, s * steps, (s + 1) * steps));
  return {
    labels,
    steps,
    dropName,
    values: out,
    present: new Uint8Array(out.length).fill(1),
    histograms: histograms && Array.from(out, (_, i) => histograms[Math.floor(i / steps)]),
    samples: out.length,
  };
}
