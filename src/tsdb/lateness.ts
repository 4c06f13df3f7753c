import type { Millis } from '#model/time';

/** Upper bounds of the buckets in seconds, as Prometheus has them. */
export const LATENESS_BUCKETS: readonly number[] = [600, 1800, 3600, 7200, 10_800, 21_600, 43_200];

/** Counts how late samples were that came out of order. */
export class Lateness {
  /** Of each bucket alone; the last one has what is beyond all bounds. */
  readonly counts = new Float64Array(LATENESS_BUCKETS.length + 1);
  sumSeconds = 0;

  observe(delta: Millis): void {
    const seconds = delta / 1000;
    const bucket = LATENESS_BUCKETS.findIndex((bound) => seconds <= bound);
    this.counts[bucket < 0 ? LATENESS_BUCKETS.length : bucket]!++;
    this.sumSeconds += seconds;
  }
}
