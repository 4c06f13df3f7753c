import { formatByteSize } from '#lib/byte-size';
import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';

/** What one query may use. */
export interface QueryLimits {
  /** Samples in memory at one time, as Prometheus counts them (`--query.max-samples`). */
  readonly maxSamples: number;
  /** Bytes in memory at one time, by the estimate of `QueryGuard`; no limit when absent (`--query.max-memory`). */
  readonly maxBytes?: number;
  /** Written as the query goes on, by PROGRESS_SAMPLES (all that were loaded) and PROGRESS_BYTES (held now). */
  readonly progress?: Float64Array;
  /** The heap of the thread, where the query has one for itself: what no estimate knows of shows here. */
  readonly heap?: HeapWatch;
  /** Absolute, by `now`; none when absent. */
  readonly deadline?: Millis;
  /** Looked at between batches and inside long loops; an AbortSignal fits. */
  readonly signal?: { readonly aborted: boolean };
  /** The clock of `deadline`. Date.now when absent. */
  readonly now?: () => Millis;
}

/** A heap that must not grow beyond `maxBytes`. */
export interface HeapWatch {
  readonly maxBytes: number;
  /** Garbage included; cheap. */
  used(): number;
  /** Without garbage; costly. */
  live(): number;
}

/** What a query holds, in numbers that another thread may look at: see `QueryLimits.progress`. */
export const PROGRESS_SAMPLES = 0;
export const PROGRESS_BYTES = 1;

// A float sample in columns: its value and whether it exists.
const SAMPLE_BYTES = 9;
// Labels with their parts, and the row's place in the columns: measured on label sets of ten.
const SERIES_BYTES = 300;
// The step's time, and twice a value with its presence: at the least of a scalar and of the operator over it.
const STEP_BYTES = 26;
const STEPS_BETWEEN_CHECKS = 1 << 18;

/**
 * Watches one query: what it holds in memory, and whether it must stop. Throws the errors Prometheus gives, and one of its
 * own when the bytes are too many. Bytes are an estimate: a sample's columns when it is counted, and what the columns of a
 * frame take beyond its samples (`widen`); samples that go take their share of all with them.
 */
export class QueryGuard {
  peakSamples = 0;
  private readonly limits: QueryLimits;
  private readonly now: () => Millis;
  private readonly maxBytes: number;
  private readonly progress: Float64Array | undefined;
  private held = 0;
  private heldBytes = 0;
  private taken = 0;
  private untilCheck = STEPS_BETWEEN_CHECKS;

  constructor(limits: QueryLimits) {
    this.limits = limits;
    this.now = limits.now ?? Date.now;
    this.maxBytes = limits.maxBytes ?? Number.POSITIVE_INFINITY;
    this.progress = limits.progress;
  }

  /** Counts samples that are now in memory. Throws `promql-too-many-samples` or `promql-too-much-memory`. */
  take(samples: number): void {
    this.held += samples;
    this.taken += samples;
    if (this.held > this.peakSamples) this.peakSamples = this.held;
    if (this.held > this.limits.maxSamples) {
      throw stopped(
        'bad-request',
        'promql-too-many-samples',
        'query processing would load too many samples into memory in query execution',
      );
    }
    this.hold(samples * SAMPLE_BYTES);
  }

  /** Counts what a frame of samples that were taken needs besides them: labels, and steps without a sample. */
  widen({ labels, values, samples }: WideFrame): void {
    this.hold(labels.length * SERIES_BYTES + (values.length - samples) * SAMPLE_BYTES);
  }

  /** Counts series whose labels are kept. */
  takeSeries(count: number): void {
    this.hold(count * SERIES_BYTES);
  }

  /** Counts the steps of a subquery, before anything is allocated for them: there may be very many. */
  takeSteps(count: number): void {
    this.hold(count * STEP_BYTES);
  }

  /** Counts bytes of any kind. Throws `promql-too-much-memory`. */
  hold(bytes: number): void {
    this.heldBytes += bytes;
    if (this.progress) {
      this.progress[PROGRESS_SAMPLES] = this.taken;
      this.progress[PROGRESS_BYTES] = this.heldBytes;
    }
    if (this.heldBytes > this.maxBytes) throw tooMuchMemory(this.maxBytes);
  }

  /** Samples that `take` counted are gone, and the part of all bytes that was theirs. */
  release(samples: number): void {
    const rest = this.held - samples;
    this.heldBytes = rest <= 0 ? 0 : this.heldBytes * (rest / this.held);
    this.held = rest;
  }

  /** Throws `promql-canceled`, `promql-timeout` or `promql-too-much-memory` when the query must stop. For every batch. */
  check(): void {
    const { signal, deadline } = this.limits;
    if (signal?.aborted) {
      throw stopped('unavailable', 'promql-canceled', 'query was canceled in expression evaluation');
    }
    if (deadline !== undefined && this.now() >= deadline) {
      throw stopped('unavailable', 'promql-timeout', 'query timed out in expression evaluation');
    }
    this.checkHeap();
  }

  private checkHeap(): void {
    const { heap } = this.limits;
    if (!heap || heap.used() <= heap.maxBytes) return;
    if (heap.live() > heap.maxBytes) throw tooMuchMemory(this.maxBytes);
  }

  /** `check`, once in a while: for loops that do `work` steps at a time. */
  tick(work: number): void {
    this.untilCheck -= work;
    if (this.untilCheck > 0) return;
    this.untilCheck = STEPS_BETWEEN_CHECKS;
    this.check();
  }
}

/** The part of a frame that says how wide it is. */
interface WideFrame {
  readonly labels: { readonly length: number };
  readonly values: { readonly length: number };
  readonly samples: number;
}

function tooMuchMemory(maxBytes: number): BarographError {
  return new BarographError(`the query needs more than ${formatByteSize(Math.trunc(maxBytes))} of memory`, {
    kind: 'bad-request',
    code: 'promql-too-much-memory',
    hint: 'Select fewer series, a shorter range or a longer step; record the expression with a rule; or raise --query.max-memory.',
  });
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
