import type { NotificationEntry } from '#meta/notification-log';
import type { Millis } from '#model/time';

/** Why a notification is sent, in the words of the webhook's `notification_reason`. */
export type NotifyReason =
  | 'first notification'
  | 'new alerts added'
  | 'some alerts resolved'
  | 'all alerts resolved'
  | 'repeat interval elapsed';

export interface UpdateQuestion {
  /** The last successful notification, if there is one. */
  readonly entry: Pick<NotificationEntry, 'sentAt' | 'firing' | 'resolved'> | undefined;
  /** Fingerprints of what fires now, and of what is resolved. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly sendResolved: boolean;
  readonly repeatInterval: Millis;
  readonly now: Millis;
}

/** Whether the receiver must hear of the group again, and why; null when it already knows. */
export function needsUpdate({ entry, firing, resolved, ...question }: UpdateQuestion): NotifyReason | null {
  if (entry === undefined) return firing.length > 0 ? 'first notification' : null;
  if (!isSubset(firing, entry.firing)) return entry.firing.length === 0 ? 'first notification' : 'new alerts added';
  // Also for receivers that do not want resolves: the log must forget what fired.
  if (firing.length === 0) return entry.firing.length > 0 ? 'all alerts resolved' : null;
  if (question.sendResolved && !isSubset(resolved, entry.resolved)) return 'some alerts resolved';
  return entry.sentAt < question.now - question.repeatInterval ? 'repeat interval elapsed' : null;
}

function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  if (part.length === 0) return true;
  const known = new Set(whole);
  return part.every((each) => known.has(each));
}
