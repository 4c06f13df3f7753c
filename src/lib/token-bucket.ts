import type { Clock } from './clock.ts';

/** So many at once, and one more per interval. */
export class TokenBucket {
  private readonly clock: Pick<Clock, 'monotonic'>;
  private readonly interval: number;
  private readonly burst: number;
  private tokens: number;
  private at: number;

  /** Full at the beginning. `interval` in ms. */
  constructor(
    clock: Pick<Clock, 'monotonic'>,
    { interval, burst }: { readonly interval: number; readonly burst: number },
  ) {
    this.clock = clock;
    this.interval = interval;
    this.burst = burst;
    this.tokens = burst;
    this.at = clock.monotonic();
  }

  /** Takes one; false: there is none. */
  take(): boolean {
    const now = this.clock.monotonic();
    this.tokens = Math.min(this.burst, this.tokens + (now - this.at) / this.interval);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}
