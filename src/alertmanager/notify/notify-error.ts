import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';
import type { FailureReason } from './notifier.ts';

/** What makes a notification impossible however often it is tried: the configuration must change. */
export function notifyError(message: string): BarographError {
  return new BarographError(message, {
    kind: 'bad-config',
    code: 'notify',
    hint: 'Correct the receiver in alertmanager.yml or the template it uses.',
  });
}

/** The reason of a signal that ends an attempt because the time of its flush or test is over. */
export function timeOver(what: 'flush' | 'test', limit: Millis): DOMException {
  const next = what === 'flush' ? '; the next one tries again' : '';
  return new DOMException(
    `no answer before the time of this ${what} (${limit / 1000}s) was over${next}`,
    'TimeoutError',
  );
}

/** Why an attempt was broken off, as the metric names it: its time was over, or the program needs it no more. */
export function brokenOff({ reason }: AbortSignal): FailureReason {
  return (reason as { readonly name?: unknown }).name === 'TimeoutError'
    ? 'contextDeadlineExceeded'
    : 'contextCanceled';
}
