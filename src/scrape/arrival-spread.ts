import type { Millis } from '#model/time';
import { DistinctCount } from './distinct-count.ts';

const MINUTE: Millis = 60_000;
const MINUTES = 60;
/** From so many arrivals on it is hardly seen which values are new ones of the hour: then each one of its minute counts. */
const MOST_TOLD_APART = 2048;
const PLACES = 1024;

/** So many values that come over so many parts of a window; a step, as a restart or a deployment makes one, does not. */
export interface Pace {
  readonly values: number;
  readonly parts: number;
  /** How long a part is, in whole minutes. */
  readonly minutes: number;
}

/** How much of what came is spread over parts of a window: of each part at most as much as it takes to be even. */
export function spreadOver(came: readonly number[], { values, parts }: Pick<Pace, 'values' | 'parts'>): number {
  let sum = 0;
  for (const part of came) sum += Math.min(part, values / parts);
  return Math.round(sum);
}

/** About how many values of a label came in each minute of an hour, in 600 bytes. */
export class ArrivalSpread {
  private readonly minutes = new Float64Array(MINUTES);
  private readonly current = new DistinctCount(PLACES);
  private minute = 0;

  /**
   * Takes note of a value that came so long after the beginning of the hour, when about so many others had come; `isNew` as
   * far as can be told. Whether it counts.
   */
  came(value: number, { since, isNew, others }: { since: Millis; isNew: boolean; others: number }): boolean {
    this.passTo(since);
    const isFull = others >= MOST_TOLD_APART;
    // A new value is taken for a known one the more often, the more have come.
    const weight = isFull ? Math.exp(this.current.estimate() / PLACES) : Math.exp(others / MOST_TOLD_APART);
    const counts = isFull ? this.current.addHash(value) : isNew;
    if (counts) this.minutes[this.minute]! += weight;
    return counts;
  }

  /** Whether values came at this pace, or faster, in the hour. */
  keeps(pace: Pace): boolean {
    return spreadOver(this.parts(pace.minutes), pace) >= pace.values;
  }

  clear(): void {
    this.minutes.fill(0);
    this.current.clear();
    this.minute = 0;
  }

  private parts(minutes: number): number[] {
    const parts = new Array<number>(MINUTES / minutes).fill(0);
    for (let i = 0; i <= this.minute; i++) parts[Math.floor(i / minutes)]! += this.minutes[i]!;
    return parts;
  }

  private passTo(since: Millis): void {
    const minute = Math.min(MINUTES - 1, Math.floor(since / MINUTE));
    if (minute <= this.minute) return;
    this.minute = minute;
    this.current.clear();
  }
}
