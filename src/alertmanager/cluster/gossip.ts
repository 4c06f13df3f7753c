import type { Millis } from '#model/time';
import { type Entries, type Entry, joinEntries } from './entries.ts';
import type { Member } from './message.ts';
import { Outbox } from './outbox.ts';
import { batches } from './replica.ts';
import type { Timers } from './timers.ts';

export interface GossipOptions {
  readonly timers: Timers;
  /** How long entries wait for others, to travel together. */
  readonly interval: Millis;
  readonly members: () => readonly Member[];
  /** Rejects when the entries have not arrived. */
  readonly send: (member: Member, entries: Entries) => Promise<void>;
  /** Told of a member that something could not be sent to: it needs the whole state. */
  readonly onBehind: (member: Member, error: unknown) => void;
}

/** Brings new entries to the members, one message at a time to each. */
export class Gossip {
  private readonly options: GossipOptions;
  private readonly outbox = new Outbox();
  /** Instances to which a message is under way. */
  private readonly sending = new Set<string>();

  constructor(options: GossipOptions) {
    this.options = options;
  }

  get queued(): number {
    return this.outbox.size;
  }

  add(entries: readonly Entry[], members: readonly Member[]): void {
    for (const member of members) {
      if (!this.outbox.add(member.instance, entries)) this.options.onBehind(member, 'too much waits for it');
    }
    this.plan();
  }

  forget({ instance }: Member): void {
    this.outbox.forget(instance);
  }

  /** Sends everything that waits now. Never rejects. */
  async flush(): Promise<void> {
    await Promise.all(this.options.members().map((member) => this.flushTo(member)));
  }

  private plan(): void {
    const { timers, interval } = this.options;
    if (this.outbox.size === 0 || timers.has('gossip')) return;
    timers.after('gossip', interval, () => void this.flush());
  }

  /** What cannot be sent is not tried again by itself: the exchange of the whole state will bring it. */
  private async flushTo(member: Member): Promise<void> {
    const { instance } = member;
    if (this.sending.has(instance)) return;
    this.sending.add(instance);
    const entries = this.outbox.of(instance);
    try {
      for (const batch of batches(entries)) await this.options.send(member, joinEntries(batch));
    } catch (error) {
      this.options.onBehind(member, error);
    }
    this.outbox.arrived(instance, entries);
    this.sending.delete(instance);
    this.plan();
  }
}
