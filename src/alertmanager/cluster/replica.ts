import type { Clock } from '#lib/clock';
import { createSha256 } from '#lib/sha256';
import { type NotificationEntry, notificationKey } from '#meta/notification-log';
import type { StoredSilence } from '#meta/silences';
import type { Millis } from '#model/time';
import type { NotificationLog } from '../notification-log.ts';
import type { Silences } from '../silences.ts';
import { type Entries, type Entry, entryLength, joinEntries } from './entries.ts';
import { NO_PAGE, type Page } from './message.ts';

export interface ReplicaOptions {
  readonly silences: Silences;
  readonly notificationLog: NotificationLog;
  readonly clock: Clock;
  /** How long silences are remembered after their end. */
  readonly retention: Millis;
}

/** What came of merging entries of another instance. */
export interface Merged {
  /** What was new, in the form in which it is sent on. */
  readonly taken: readonly Entry[];
  readonly notifications: readonly NotificationEntry[];
  /** How far the newest refused entry is ahead of our clock; 0 when none was refused. */
  readonly aheadBy: Millis;
}

/** Letters of the entries in one message. */
const PAGE_LENGTH = 1_000_000;
/** A longer entry cannot be sent: messages have a limit. */
export const LONGEST_ENTRY = 4_000_000;
/** An entry from further ahead would win over everything for that long. */
const FURTHEST_AHEAD: Millis = 600_000;

/** The part of the memory that all instances have: silences and the notification log. */
export class Replica {
  private readonly options: ReplicaOptions;

  constructor(options: ReplicaOptions) {
    this.options = options;
  }

  /** The same for the same entries in the same versions. */
  digest(): string {
    const sha = createSha256();
    const encoder = new TextEncoder();
    for (const { key, version } of this.entries()) sha.update(encoder.encode(`${key} ${version}\n`));
    return Array.from(sha.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** The entries behind `after` in the order of their keys, as many as one message takes. */
  page(digest: string, after: string): Page {
    if (after === '' && digest === this.digest()) return NO_PAGE;
    const rest = this.entries().filter(({ key }) => key > after);
    const parts = batches(rest);
    const first = parts.next().value ?? [];
    const isLast = parts.next().done === true;
    return { isSame: false, entries: joinEntries(first), next: isLast ? null : first.at(-1)!.key };
  }

  /** The entries that somebody who has those of `known` lacks. */
  missingIn(known: ReadonlyMap<string, number>): readonly Entry[] {
    return this.entries().filter(({ key, version }) => version > (known.get(key) ?? 0));
  }

  merge({ silences, notifications }: Entries): Merged {
    const latest = this.options.clock.now() + FURTHEST_AHEAD;
    const inTime = <T>(list: readonly T[], time: (each: T) => Millis) => list.filter((each) => time(each) <= latest);
    const newSilences = this.options.silences.merge(inTime(silences, ({ updatedAt }) => updatedAt));
    const newNotifications = this.options.notificationLog.merge(inTime(notifications, ({ sentAt }) => sentAt));
    const newest = versionsOf({ silences, notifications }).reduce((most, [, version]) => Math.max(most, version), 0);
    return {
      taken: [...newSilences.map(silenceEntry), ...newNotifications.map(notificationEntry)],
      notifications: newNotifications,
      aheadBy: newest > latest ? newest - this.options.clock.now() : 0,
    };
  }

  // What will be forgotten at the next collection of garbage is gone already: others would not take it.
  private entries(): Entry[] {
    const { silences, notificationLog, clock, retention } = this.options;
    const now = clock.now();
    const remembered = [...silences.stored()].filter(({ endsAt }) => endsAt >= now - retention);
    const valid = [...notificationLog.all()].filter(({ expiresAt }) => expiresAt > now);
    const entries = [...remembered.map(silenceEntry), ...valid.map(notificationEntry)];
    return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

export function silenceEntry(silence: StoredSilence): Entry {
  return { key: `s:${silence.id}`, version: silence.updatedAt, silence };
}

export function notificationEntry(notification: NotificationEntry): Entry {
  return { key: `n:${notificationKey(notification)}`, version: notification.sentAt, notification };
}

/** Key and version of all entries of a message. */
export function versionsOf({ silences, notifications }: Entries): [key: string, version: number][] {
  const entries = [...silences.map(silenceEntry), ...notifications.map(notificationEntry)];
  return entries.map(({ key, version }) => [key, version]);
}

/** The entries cut into what fits into one message each, in their order. Those that fit into none are left out. */
export function* batches(entries: readonly Entry[]): Generator<readonly Entry[], void> {
  let batch: Entry[] = [];
  let room = PAGE_LENGTH;
  for (const entry of entries) {
    const length = entryLength(entry);
    if (length > LONGEST_ENTRY) continue;
    if (batch.length > 0 && length > room) {
      yield batch;
      batch = [];
      room = PAGE_LENGTH;
    }
    batch.push(entry);
    room -= length;
  }
  if (batch.length > 0) yield batch;
}
