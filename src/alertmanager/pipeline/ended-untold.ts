import type { NotificationEntry } from '#meta/notification-log';
import type { Integration } from '../notify/registry.ts';
import type { Flush, FlushedAlert } from './flush.ts';

/** What an integration was told of a group: by the log before the flush, and after it. */
export interface Told {
  readonly sendResolved: Integration['sendResolved'];
  readonly before: Pick<NotificationEntry, 'firing' | 'resolved'> | undefined;
  readonly after: Pick<NotificationEntry, 'firing' | 'resolved'> | undefined;
}

/** The alerts of a flush that are over without any integration ever having heard of them: they came and went between two flushes. */
export function endedUntold({ alerts }: Pick<Flush, 'alerts'>, told: readonly Told[]): readonly FlushedAlert[] {
  const over = alerts.filter(({ resolved }) => resolved);
  if (over.length === 0 || told.length === 0) return [];
  const heardOf = new Set(told.flatMap(heard));
  return over.filter(({ fingerprint }) => !heardOf.has(fingerprint));
}

// What this flush has added to `resolved` was not told to one that does not want to hear of ends.
function heard({ sendResolved, before, after }: Told): readonly string[] {
  const ends = sendResolved ? (after?.resolved ?? []) : [];
  return [...(before?.firing ?? []), ...(before?.resolved ?? []), ...(after?.firing ?? []), ...ends];
}
