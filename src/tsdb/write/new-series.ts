import type { Clock } from '#lib/clock';
import type { Millis } from '#model/time';

const HOUR: Millis = 3_600_000;

/** Counts the new series of each metric over the last hour, by two hours of which the older one fades. */
export class NewSeries {
  private readonly clock: Clock;
  private before = new Map<string, number>();
  private current = new Map<string, number>();
  private start: Millis;

  constructor(clock: Clock) {
    this.clock = clock;
    this.start = clock.now();
  }

  /** A series of the metric was added. */
  add(metric: string): void {
    this.turn();
    this.current.set(metric, (this.current.get(metric) ?? 0) + 1);
  }

  /** About how many series of the metric are new within the last hour. */
  lastHour(metric: string): number {
    this.turn();
    const left = 1 - (this.clock.now() - this.start) / HOUR;
    return Math.round((this.before.get(metric) ?? 0) * left + (this.current.get(metric) ?? 0));
  }

  private turn(): void {
    const hours = Math.floor((this.clock.now() - this.start) / HOUR);
    if (hours < 1) return;
    this.before = hours === 1 ? this.current : new Map();
    this.current = new Map();
    this.start += hours * HOUR;
  }
}
