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
  const { labels, values, present, histograms, dropName, samples } = batch;
  const out = { values: new Float64Array(labels.length * steps), present: new Uint8Array(labels.length * steps) };
  for (let s = 0; s < labels.length; s++) {
    out.values.fill(values[s]!, s * steps, (s + 1) * steps);
    out.present.fill(present[s]!, s * steps, (s + 1) * steps);
  }
  return {
    labels,
    steps,
    dropName,
    ...out,
    histograms: histograms && Array.from(out.values, (_, i) => histograms[Math.floor(i / steps)]),
    samples: samples * steps,
  };
}
