import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';

/** No step of stopping may take longer: a process that does not end is killed, and then nothing is tidy. */
const LONGEST_STEP = 15_000;

interface Step {
  readonly name: string;
  readonly run: () => Promise<void> | void;
  readonly longest: number;
}

/** What was opened, to be closed in reverse order. A step that fails or hangs is logged, and the others still run. */
export class Teardown {
  private readonly steps: Step[] = [];
  private readonly clock: Clock;
  private readonly log: Log;

  constructor(clock: Clock, log: Log) {
    this.clock = clock;
    this.log = log;
  }

  /** Remembers how to close what has just been opened, and how long that may take. */
  add(name: string, run: () => Promise<void> | void, longest = LONGEST_STEP): void {
    this.steps.push({ name, run, longest });
  }

  /** Closes everything that is open, newest first. Never rejects. False: something hangs, and may hang on. */
  async run(): Promise<boolean> {
    let allEnded = true;
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      if (!(await this.bounded(step))) allEnded = false;
    }
    return allEnded;
  }

  private async bounded({ name, run, longest }: Step): Promise<boolean> {
    const timer = new AbortController();
    let ended = true;
    const late = this.clock.sleep(longest, timer.signal).then(
      () => {
        ended = false;
        this.log.error(`Stopping: ${name} did not end in time`);
      },
      () => {},
    );
    try {
      await Promise.race([run(), late]);
    } catch (error) {
      this.log.error(`Stopping: ${name} failed`, { error });
    } finally {
      timer.abort();
    }
    return ended;
  }
}
