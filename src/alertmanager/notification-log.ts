import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { MetaDatabase } from '#meta/meta-database';
import { type NotificationEntry, type NotificationKey, notificationKey } from '#meta/notification-log';
import type { Millis } from '#model/time';
import { type NamedAlert, recognize } from './alert-hash.ts';

/** What a successful notification leaves behind. */
export interface NotificationRecord extends NotificationKey {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly receiverData: Readonly<Record<string, string>>;
  /** Kept at least this long: an entry that is forgotten too early makes a repeat, or loses a resolve. */
  readonly keep: Millis;
}

export interface NotificationLogOptions {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who was told what, and when. Held in memory, written through. */
export class NotificationLog {
  /** The name that entries made here get, so that other instances can say who sent them; null: there are no others. */
  madeBy: string | null = null;
  /** Told of each entry that this instance has made. */
  onRecord: (entry: NotificationEntry) => void = () => {};
  private readonly options: NotificationLogOptions;
  private readonly entries = new Map<string, NotificationEntry>();

  constructor(options: NotificationLogOptions) {
    this.options = options;
    for (const entry of options.meta.alertLog.notifications()) this.entries.set(notificationKey(entry), entry);
  }

  get(key: NotificationKey): NotificationEntry | undefined {
    return this.entries.get(notificationKey(key));
  }

  /** The same, with the fingerprints of those of these alerts that another program's log knew by their hash. */
  recall(key: NotificationKey, alerts: readonly NamedAlert[]): NotificationEntry | undefined {
    const entry = this.get(key);
    if (entry === undefined) return undefined;
    const recognized = recognize(entry, alerts);
    if (recognized !== entry) this.entries.set(notificationKey(key), recognized);
    return recognized;
  }

  all(): IterableIterator<NotificationEntry> {
    return this.entries.values();
  }

  /**
   * Remembers a notification; resolves when it is on the disk. When it cannot be written the error is logged and the
   * entry counts in this process only: sending again would help nobody.
   */
  async record({ keep, ...record }: NotificationRecord): Promise<void> {
    const known = this.get(record);
    // What this instance has just done is newer than what another one did, whatever its clock said.
    const sentAt = Math.max(this.options.clock.now(), (known?.sentAt ?? 0) + 1);
    const by = this.madeBy === null ? {} : { by: this.madeBy };
    const entry: NotificationEntry = { ...record, sentAt, expiresAt: sentAt + keep, ...by };
    this.entries.set(notificationKey(entry), entry);
    this.onRecord(entry);
    try {
      await this.write([entry]);
    } catch (error) {
      this.options.log.error('a notification was sent but could not be written down; after a restart it may repeat', {
        receiver: entry.receiver,
        integration: entry.integration,
        group: entry.groupKey,
        err: error,
      });
    }
  }

  /**
   * Takes over what other instances have done and gives what was new: the newer of two entries stays, those whose time is
   * over are left out. They count at once; what cannot be written is logged.
   */
  merge(entries: readonly NotificationEntry[]): readonly NotificationEntry[] {
    const now = this.options.clock.now();
    const taken = entries.filter((entry) => entry.expiresAt > now && entry.sentAt > (this.get(entry)?.sentAt ?? 0));
    for (const entry of taken) this.entries.set(notificationKey(entry), entry);
    this.write(taken).catch((error: unknown) => {
      this.options.log.error('what other instances have sent could not be written down', { err: error });
    });
    return taken;
  }

  /** Forgets entries whose time is over. */
  async collectGarbage(): Promise<void> {
    const now = this.options.clock.now();
    const before = this.entries.size;
    for (const [key, entry] of this.entries) if (entry.expiresAt <= now) this.entries.delete(key);
    if (this.entries.size === before) return;
    await this.options.meta.alertLog.expireNotifications(now);
  }

  private async write(entries: readonly NotificationEntry[]): Promise<void> {
    if (entries.length > 0) await this.options.meta.alertLog.putNotifications(entries);
  }
}
