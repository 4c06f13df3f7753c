import { md5 } from '#lib/md5';
import type { Millis } from '#model/time';

/** A number that stands for a text when moments are spread: 32 bits. */
export function hashSeed(text: string): number {
  const digest = md5(text);
  return new DataView(digest.buffer, digest.byteOffset, digest.length).getUint32(0);
}

/** Scrapes begin on beats: a few at a time take much less work than as many one by one, each with cold caches. */
const LONGEST_BEAT: Millis = 200;
/** An interval has no fewer beats. */
const LEAST_BEATS = 20;

/**
 * How long to wait before the first scrape. Always the same phase of the interval for the same target and server, so that
 * targets are spread evenly over the beats, two servers do not ask at once, and a restart does not change the rhythm.
 */
export function firstDelay(target: string, seed: number, { interval, now }: { interval: Millis; now: Millis }): Millis {
  const beat = Math.max(1, Math.min(LONGEST_BEAT, Math.floor(interval / LEAST_BEATS)));
  const hash = (hashSeed(target) ^ seed) >>> 0;
  const phase = (hash % Math.floor(interval / beat)) * beat + (seed % beat);
  return (phase - (now % interval) + interval) % interval;
}

/** Timestamps this close to their slot are put on it: evenly spaced ones take less room. */
export const TIMESTAMP_TOLERANCE: Millis = 2;

/** What the timestamp of a scrape follows from, beside when it began. */
interface Due {
  readonly slot: Millis;
  readonly interval: Millis;
  /** 0: timestamps are the times at which scrapes begin. */
  readonly tolerance: Millis;
}

/** The timestamp of a scrape that began at `now` and was due at `slot`. */
export function alignedTimestamp(now: Millis, { slot, interval, tolerance }: Due): Millis {
  return Math.abs(now - slot) <= Math.min(tolerance, interval / 100) ? slot : now;
}

/**
 * The slot after `slot` that is still to come; those that were missed are left out. The phase stays the same, also when the
 * wall clock was set back or forth.
 */
export function nextSlot(slot: Millis, now: Millis, interval: Millis): Millis {
  // A timer may come a moment early.
  const early = now < slot && slot - now < interval;
  return early ? slot + interval : slot + (Math.floor((now - slot) / interval) + 1) * interval;
}
