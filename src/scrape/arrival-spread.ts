import type { Millis } from '#model/time';
import { DistinctCount } from './distinct-count.ts';

const SLICE: Millis = 300_000;
const SLICES = 12;
/** What comes at once is a step, as a restart or a deployment makes one: growth takes at least so many parts of its window. */
const LEAST_PARTS = 6;
/** From so many arrivals on it is hardly seen which values are new ones of the hour: then each one of the slice counts. */
const MOST_TOLD_APART = 2048;

/**
 * How much of what came is spread over the parts of a window: of each part at most a sixth of `need` counts, so `need` is
 * reached by arrivals in six parts or more, never by a step.
 */
export function spreadOver(parts: Iterable<number>, need: number): number {
  let sum = 0;
  for (const part of parts) sum += Math.min(part, need / LEAST_PARTS);
  return Math.round(sum);
}

/** About how many values of a label came in each five minutes of an hour, in 200 bytes. */
export class ArrivalSpread {
  private readonly slices = new Float64Array(SLICES);
  private readonly current = new DistinctCount(512);
  private slice = 0;

  /**
   * Takes note of a value that came so long after the beginning of the hour, when about so many others had come; `isNew` as
   * far as can be told. Whether it counts.
   */
  came(value: number, { since, isNew, others }: { since: Millis; isNew: boolean; others: number }): boolean {
    this.passTo(since);
    const isFull = others >= MOST_TOLD_APART;
    const counts = isFull ? this.current.addHash(value) : isNew;
    // A new value is taken for a known one the more often, the more have come.
    if (counts) this.slices[this.slice]! += isFull ? 1 : Math.exp(others / MOST_TOLD_APART);
    return counts;
  }

  /** How many of `need` arrivals are spread over the hour. */
  spread(need: number): number {
    return spreadOver(this.slices, need);
  }

  clear(): void {
    this.slices.fill(0);
    this.current.clear();
    this.slice = 0;
  }

  private passTo(since: Millis): void {
    const slice = Math.min(SLICES - 1, Math.floor(since / SLICE));
    if (slice <= this.slice) return;
    this.slice = slice;
    this.current.clear();
  }
}
