import { Labels } from '#model/labels';
import { deferred, type ScalarOperator, type VectorOperator } from './batch.ts';

/** A scalar as a vector with one element without labels. */
export function fromScalar(scalar: ScalarOperator, steps: number): VectorOperator {
  return deferred(async () => {
    if (steps === 0) return [];
    const values = await scalar.values();
    const present = new Uint8Array(steps).fill(1);
    return [
      { labels: [Labels.EMPTY], steps, values, present, histograms: null, dropName: Uint8Array.of(0), samples: steps },
    ];
  });
}
