import type { Millis } from '#model/time';

const FIRST: Millis = 800;
const LONGEST: Millis = 30_000;

/** How long to wait after failures that follow each other: from 0.8 s doubling to 30 s, each up to twice as long by chance. */
export class Backoff {
  private failures = 0;
  private readonly random: () => number;

  constructor(random: () => number = Math.random) {
    this.random = random;
  }

  /** The wait after one more failure. */
  next(): Millis {
    const wait = Math.min(LONGEST, FIRST * 2 ** this.failures);
    this.failures++;
    return wait * (1 + this.random());
  }

  /** All is well again. */
  reset(): void {
    this.failures = 0;
  }
}
