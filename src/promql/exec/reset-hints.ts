import type { Histogram } from '#model/histogram';
import { KIND_HISTOGRAM, type SampleBuffer } from '#storage/sample-buffer';
import { isReset } from '../fn/native/compare.ts';

/** Settles, for each histogram that does not know, whether it is a counter reset after the one before it. */
export function resolveResets({ kind, histograms, length }: SampleBuffer): void {
  let previous: Histogram | null = null;
  for (let i = 0; i < length; i++) {
    const histogram: Histogram | undefined = kind[i] === KIND_HISTOGRAM ? histograms[i] : undefined;
    if (!histogram) continue;
    if (previous !== null && histogram.counterResetHint === 'unknown') {
      histograms[i] = { ...histogram, counterResetHint: isReset(histogram, previous) ? 'reset' : 'not-reset' };
    }
    previous = histogram;
  }
}
