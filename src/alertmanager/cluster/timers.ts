import type { Clock } from '#lib/clock';
import type { Millis } from '#model/time';

/** What is to be done later, all of it to be called off at once. */
export class Timers {
  private readonly clock: Clock;
  private readonly pending = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Once, in place of what was planned under this name. */
  after(name: string, delay: Millis, run: () => void): void {
    this.cancel(name);
    const cancel = this.clock.after(delay, () => {
      this.pending.delete(name);
      run();
    });
    this.pending.set(name, cancel);
  }

  /** Again and again, the first time after `interval`. */
  every(name: string, interval: Millis, run: () => void): void {
    this.after(name, interval, () => {
      this.every(name, interval, run);
      run();
    });
  }

  has(name: string): boolean {
    return this.pending.has(name);
  }

  cancel(name: string): void {
    this.pending.get(name)?.();
    this.pending.delete(name);
  }

  cancelAll(): void {
    for (const name of [...this.pending.keys()]) this.cancel(name);
  }
}
