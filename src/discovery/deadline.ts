import type { Clock } from '#lib/clock';
import type { Millis } from '#model/time';

/** An AbortSignal that also aborts when nothing was heard for too long. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Starts the time again. */
  extend(): void;
  /** Aborts now. */
  abort(reason: unknown): void;
  /** Must be called when the work is done. */
  clear(): void;
}

/** Aborts with a TimeoutError after `ms`, or with `outer`. */
export function createDeadline(clock: Clock, ms: Millis, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  const expire = () => controller.abort(new DOMException('no answer in time', 'TimeoutError'));
  const stop = () => controller.abort(outer.reason);
  outer.addEventListener('abort', stop, { once: true });
  if (outer.aborted) stop();
  let cancel = clock.after(ms, expire);
  return {
    signal: controller.signal,
    extend: () => {
      cancel();
      cancel = clock.after(ms, expire);
    },
    abort: (reason) => controller.abort(reason),
    clear: () => {
      cancel();
      outer.removeEventListener('abort', stop);
    },
  };
}
