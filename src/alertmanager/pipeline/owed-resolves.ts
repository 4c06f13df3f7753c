import type { NotificationEntry } from '#meta/notification-log';
import type { Integration } from '../notify/registry.ts';
import type { Flush, FlushedAlert } from './flush.ts';

/** Whether an integration is owed the end of an alert: it was told that it fires, and wants to hear of ends. */
export function isOwed(
  { fingerprint, resolved }: Pick<FlushedAlert, 'fingerprint' | 'resolved'>,
  { sendResolved }: Pick<Integration, 'sendResolved'>,
  entry: Pick<NotificationEntry, 'firing'> | undefined,
): boolean {
  return resolved && sendResolved && (entry?.firing.includes(fingerprint) ?? false);
}

/**
 * What one integration gets of a flush: what passed the stages (null: nothing), and of what they kept back the ends that
 * it is owed. An end disturbs nobody, but an incident that never hears of it stays open. Null: nothing at all.
 */
export function withOwedResolves(
  flush: Flush,
  passed: Flush | null,
  owed: (alert: FlushedAlert) => boolean,
): Flush | null {
  const through = new Set(passed?.alerts);
  const alerts = flush.alerts.filter((alert) => through.has(alert) || owed(alert));
  if (alerts.length === through.size) return passed;
  return { ...flush, alerts };
}
