import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';

/** What one query may use. */
export interface QueryLimits {
  /** Samples in memory at one time, as Prometheus counts them (`--query.max-samples`). */
  readonly maxSamples: number;
  /** Bytes of samples in memory at one time; no limit when absent. */
  readonly maxBytes?: number;
  /** Absolute, by `now`; none when absent. */
  readonly deadline?: Millis;
  /** Looked at between batches and inside long loops; an AbortSignal fits. */
  readonly signal?: { readonly aborted: boolean };
  /** The clock of `deadline`. Date.now when absent. */
  readonly now?: () => Millis;
}

// A float sample in columns: its value and whether it exists.
const SAMPLE_BYTES = 9;
const STEPS_BETWEEN_CHECKS = 1 << 18;

/** Watches one query: how many samples it holds, and whether it must stop. Throws the errors Prometheus gives. */
export class QueryGuard {
  peakSamples = 0;
  private readonly limits: QueryLimits;
  private readonly now: () => Millis;
  private readonly maxSamples: number;
  private held = 0;
  private untilCheck = STEPS_BETWEEN_CHECKS;

  constructor(limits: QueryLimits) {
    this.limits = limits;
    this.now = limits.now ?? Date.now;
    this.maxSamples = Math.min(limits.maxSamples, (limits.maxBytes ?? Number.POSITIVE_INFINITY) / SAMPLE_BYTES);
  }

  /** Counts samples that are now in memory. Throws `promql-too-many-samples` when they are too many. */
  take(samples: number): void {
    this.held += samples;
    if (this.held > this.peakSamples) this.peakSamples = this.held;
    if (this.held > this.maxSamples) {
      throw stopped(
        'bad-request',
        'promql-too-many-samples',
        'query processing would load too many samples into memory in query execution',
      );
    }
  }

  /** Samples that `take` counted are gone. */
  release(samples: number): void {
    this.held -= samples;
  }

  /** Throws `promql-canceled` or `promql-timeout` when the query must stop. Cheap enough for every batch. */
  check(): void {
    const { signal, deadline } = this.limits;
    if (signal?.aborted) {
      throw stopped('unavailable', 'promql-canceled', 'query was canceled in expression evaluation');
    }
    if (deadline !== undefined && this.now() >= deadline) {
      throw stopped('unavailable', 'promql-timeout', 'query timed out in expression evaluation');
    }
  }

  /** `check`, once in a while: for loops that do `work` steps at a time. */
  tick(work: number): void {
    this.untilCheck -= work;
    if (this.untilCheck > 0) return;
    this.untilCheck = STEPS_BETWEEN_CHECKS;
    this.check();
  }
}

function stopped(kind: 'bad-request' | 'unavailable', code: string, message: string): BarographError {
  return new BarographError(message, { kind, code });
}

/** The error of a query that is valid but cannot be answered: `bad-request`, `promql-execution`, in Prometheus' words. */
export function executionError(message: string, hint?: string): BarographError {
  return new BarographError(message, {
    kind: 'bad-request',
    code: 'promql-execution',
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What Prometheus says when two elements of a vector would have the same labels. */
export function sameLabelsError(): BarographError {
  return executionError(
    'vector cannot contain metrics with the same labelset',
    'Two series differ only in labels that the expression drops, such as the metric name: aggregate, or select one of them.',
  );
}
