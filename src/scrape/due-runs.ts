import type { Clock } from '#lib/clock';
import type { Millis } from '#model/time';

/** Hears what time it was when the first run of the moment was called. */
type Run = (now: Millis) => void;

interface Due {
  readonly runs: Set<Run>;
  readonly cancel: () => void;
}

/** Calls what is due at the same moment in one go: one timer for all of it. */
export class DueRuns {
  private readonly clock: Clock;
  private readonly due = new Map<Millis, Due>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Calls `run`, which does not throw, once at `moment` or as soon as that has passed, unless the returned function cancels it. */
  at(moment: Millis, run: Run): () => void {
    const due = this.due.get(moment) ?? this.open(moment);
    // The same function may be due twice.
    const own: Run = (now) => run(now);
    due.runs.add(own);
    return () => {
      if (due.runs.delete(own) && due.runs.size === 0 && this.due.get(moment) === due) this.close(moment, due);
    };
  }

  private open(moment: Millis): Due {
    const { clock } = this;
    const cancel = clock.after(moment - clock.now(), () => this.callAll(moment));
    const opened = { runs: new Set<Run>(), cancel };
    this.due.set(moment, opened);
    return opened;
  }

  private close(moment: Millis, { cancel }: Due): void {
    cancel();
    this.due.delete(moment);
  }

  private callAll(moment: Millis): void {
    const { runs } = this.due.get(moment)!;
    this.due.delete(moment);
    const now = this.clock.now();
    // What one of them cancels is not called.
    for (const run of runs) run(now);
  }
}
