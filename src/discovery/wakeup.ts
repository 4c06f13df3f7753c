/** Lets one waiter sleep until something happened, also when it happened before the waiter came. */
export class Wakeup {
  private readonly signal: AbortSignal;
  private happened = false;
  private resume: (() => void) | null = null;

  /** An abort wakes the waiter too. */
  constructor(signal: AbortSignal) {
    this.signal = signal;
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  wake(): void {
    this.happened = true;
    this.resume?.();
  }

  /** Resolves when `wake` has been called since it last resolved. */
  async next(): Promise<void> {
    if (!this.happened && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.resume = resolve;
      });
    }
    this.resume = null;
    this.happened = false;
  }
}
