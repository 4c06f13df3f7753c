import type { FloatFunction } from '../fn/math.ts';
import { type Batch, histogramAt, type VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';

export interface MapOptions {
  readonly child: VectorOperator;
  readonly args: () => Promise<readonly Float64Array[]>;
  readonly apply: FloatFunction;
}

/** A function of each float. Histograms are dropped, as Prometheus does; so is the name. */
export function mapOperator({ guard }: Execution, { child, args, apply }: MapOptions): VectorOperator {
  let scalars: readonly Float64Array[] | null = null;
  return {
    next: async () => {
      scalars ??= await args();
      const batch = await child.next();
      if (batch === null) return null;
      guard.tick(batch.values.length);
      const mapped = mapBatch(batch, scalars, apply);
      guard.release(batch.samples - mapped.samples);
      return mapped;
    },
  };
}

function mapBatch(batch: Batch, [first, second]: readonly Float64Array[], apply: FloatFunction): Batch {
  const { steps, values, present, labels } = batch;
  const out = { values: new Float64Array(values.length), present: new Uint8Array(values.length) };
  let samples = 0;
  let step = 0;
  for (let i = 0; i < values.length; i++) {
    const result =
      present[i] === 1 && histogramAt(batch, i) === undefined
        ? apply(
            values[i]!,
            first === undefined ? Number.NaN : first[step]!,
            second === undefined ? Number.NaN : second[step]!,
          )
        : undefined;
    if (++step === steps) step = 0;
    if (result === undefined) continue;
    out.values[i] = result;
    out.present[i] = 1;
    samples++;
  }
  return { ...batch, ...out, histograms: null, dropName: new Uint8Array(labels.length).fill(1), samples };
}

/** timestamp() of something computed: the time of the step. */
export function timestampOperator(child: VectorOperator, times: Float64Array): VectorOperator {
  return {
    next: async () => {
      const batch = await child.next();
      if (batch === null) return null;
      const { steps, labels } = batch;
      const values = Float64Array.from(batch.values, (_, i) => times[i % steps]! / 1000);
      return { ...batch, values, histograms: null, dropName: new Uint8Array(labels.length).fill(1) };
    },
  };
}

/** start_timestamp() of something computed: nothing has a beginning any more. The child is still evaluated. */
export function emptyAfter({ guard }: Execution, child: VectorOperator): VectorOperator {
  return {
    next: async () => {
      for (let batch = await child.next(); batch; batch = await child.next()) guard.release(batch.samples);
      return null;
    },
  };
}
