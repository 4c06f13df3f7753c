import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { PostedAlert } from './view.ts';

/**
 * A posted alert with its times filled in: no start means now (or the end), no end means that it fires for
 * `resolveTimeout` unless it is sent again. Labels and annotations with empty values are dropped.
 */
export function completeAlert(posted: PostedAlert, now: Millis, resolveTimeout: Millis): Alert {
  return {
    labels: Labels.from(posted.labels),
    annotations: Labels.from(posted.annotations ?? {}),
    startsAt: posted.startsAt ?? posted.endsAt ?? now,
    endsAt: posted.endsAt ?? now + resolveTimeout,
    updatedAt: now,
    timeout: posted.endsAt === undefined,
    generatorURL: posted.generatorURL ?? '',
  };
}

/** What is wrong with an alert, in upstream's words; null when nothing is. */
export function alertProblem(alert: Alert): string | null {
  if (alert.labels.size === 0) return 'at least one label pair required';
  for (const [kind, labels] of [
    ['label set', alert.labels],
    ['annotations', alert.annotations],
  ] as const) {
    // It would be the first one.
    if (labels.pairs[0] === '') return `invalid ${kind}: invalid name ""`;
  }
  return alert.endsAt < alert.startsAt ? 'start time must be before end time' : null;
}
