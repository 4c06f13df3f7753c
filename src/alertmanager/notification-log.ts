import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { MetaDatabase } from '#meta/meta-database';
import type { NotificationEntry, NotificationKey } from '#meta/notification-log';
import type { Millis } from '#model/time';

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
  private readonly options: NotificationLogOptions;
  private readonly entries = new Map<string, NotificationEntry>();

  constructor(options: NotificationLogOptions) {
    this.options = options;
    for (const entry of options.meta.notificationLog.all()) this.entries.set(keyText(entry), entry);
  }

  get(key: NotificationKey): NotificationEntry | undefined {
    return this.entries.get(keyText(key));
  }

  /**
   * Remembers a notification; resolves when it is on the disk. When it cannot be written the error is logged and the
   * entry counts in this process only: sending again would help nobody.
   */
  async record({ keep, ...record }: NotificationRecord): Promise<void> {
    const sentAt = this.options.clock.now();
    const entry: NotificationEntry = { ...record, sentAt, expiresAt: sentAt + keep };
    this.entries.set(keyText(entry), entry);
    try {
      await this.options.meta.commit(() => this.options.meta.notificationLog.put(entry));
    } catch (error) {
      this.options.log.error('a notification was sent but could not be written down; after a restart it may repeat', {
        receiver: entry.receiver,
        integration: entry.integration,
        group: entry.groupKey,
        err: error,
      });
    }
  }

  /** Forgets entries whose time is over. */
  async collectGarbage(): Promise<void> {
    const now = this.options.clock.now();
    const before = this.entries.size;
    for (const [key, entry] of this.entries) if (entry.expiresAt <= now) this.entries.delete(key);
    if (this.entries.size === before) return;
    await this.options.meta.commit(() => this.options.meta.notificationLog.expire(now));
  }
}

function keyText({ groupKey, receiver, integration, index }: NotificationKey): string {
  return JSON.stringify([groupKey, receiver, integration, index]);
}
