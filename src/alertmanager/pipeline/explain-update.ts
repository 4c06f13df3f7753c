import type { Millis } from '#model/time';
import { type NotifyReason, needsUpdate, type UpdateQuestion } from './needs-update.ts';

/** Whether an integration would be told at the next flush, as things stand, and why (not). */
export interface UpdateAnswer {
  /** Why it would be told; null when it would not. */
  readonly reason: NotifyReason | null;
  /** The same in a sentence. */
  readonly text: string;
  /** When the same alerts are told again at the earliest; null when that is not what is waited for. */
  readonly repeatAfter: Millis | null;
}

/** The decision of the de-duplication in words. */
export function explainUpdate(question: UpdateQuestion): UpdateAnswer {
  const reason = needsUpdate(question);
  const { entry, firing, repeatInterval, sendResolved, resolved } = question;
  if (reason !== null) return { reason, text: `is told at the next flush: ${reason}`, repeatAfter: null };
  if (entry === undefined)
    return { reason, text: 'nothing of the group fires, and nobody was told of it', repeatAfter: null };
  const told = new Date(entry.sentAt).toISOString();
  if (firing.length === 0) return { reason, text: `was told at ${told} that all is over`, repeatAfter: null };
  const silent = !sendResolved && resolved.length > 0 ? '; it does not want to hear of resolved alerts' : '';
  const repeatAfter = entry.sentAt + repeatInterval;
  const text = `was told of the same alerts at ${told}; again at the first flush after ${new Date(repeatAfter).toISOString()}${silent}`;
  return { reason, text, repeatAfter };
}
