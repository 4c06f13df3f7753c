import type { Clock } from '#lib/clock';
import type { Millis } from '#model/time';
import type { ClusterSettings } from '../peer-link.ts';
import {
  aliveMembers,
  answered,
  type Contact,
  type ContactRules,
  contactOf,
  hinted,
  isForgotten,
  left,
  missed,
  newContact,
  positionOf,
} from './contacts.ts';
import type { Member } from './message.ts';

export interface RosterOptions {
  readonly self: Member;
  readonly settings: ClusterSettings;
  readonly clock: Clock;
  readonly onJoin: (member: Member) => void;
  readonly onLeave: (member: Member) => void;
}

/** Addresses come from others, too: somebody who makes them up must not fill the memory. */
const MOST_CONTACTS = 1024;

/** All addresses at which peers are or may be, and who is alive. */
export class Roster {
  private readonly options: RosterOptions;
  private readonly contacts = new Map<string, Contact>();
  private alive: readonly Member[];

  constructor(options: RosterOptions) {
    this.options = options;
    this.alive = [options.self];
  }

  /** This instance and those that are alive, sorted by name. */
  get members(): readonly Member[] {
    return this.alive;
  }

  get others(): readonly Member[] {
    return this.alive.filter(({ instance }) => instance !== this.options.self.instance);
  }

  get position(): number {
    return positionOf(this.alive, this.options.self);
  }

  get failedCount(): number {
    return [...this.contacts.values()].filter(({ state }) => state === 'failed').length;
  }

  /** Every configured address was asked at least once. */
  get isTried(): boolean {
    return [...this.contacts.values()].every(({ state, isConfigured }) => !isConfigured || state !== 'new');
  }

  /** Where a member is reached; undefined when it is not alive. */
  addressOf(member: Member): string | undefined {
    return contactOf(this.contacts.values(), member)?.address;
  }

  get(address: string): Contact | undefined {
    return this.contacts.get(address);
  }

  /** The addresses that are to be asked now; those that are given up are forgotten on the way. */
  due(): readonly Contact[] {
    const rules = this.rules();
    for (const contact of [...this.contacts.values()]) {
      if (isForgotten(contact, rules)) this.contacts.delete(contact.address);
    }
    return [...this.contacts.values()].filter(({ dueAt }) => dueAt <= rules.now);
  }

  /** These, and no others, are the addresses of the configured peers now. */
  configure(addresses: readonly string[]): void {
    const { now } = this.rules();
    const wanted = new Set(addresses);
    for (const contact of [...this.contacts.values()]) {
      this.contacts.set(contact.address, { ...contact, isConfigured: wanted.has(contact.address) });
    }
    for (const address of wanted) {
      if (!this.contacts.has(address)) this.contacts.set(address, newContact(address, true, now));
    }
  }

  /** Somebody has spoken to us, and has named others. */
  heardFrom(from: Member, others: readonly Member[]): void {
    const { now } = this.rules();
    for (const { address, instance } of [from, ...others]) {
      if (instance === this.options.self.instance) continue;
      const known = this.contacts.get(address);
      if (known === undefined && this.contacts.size < MOST_CONTACTS) {
        this.contacts.set(address, newContact(address, false, now));
      } else if (known !== undefined && instance === from.instance) this.contacts.set(address, hinted(known, now));
    }
  }

  answered(address: string, member: Member): void {
    this.change(address, (contact) => answered(contact, member, this.rules()));
  }

  missed(address: string, question: { readonly askedAt: Millis; readonly problem: string }): void {
    this.change(address, (contact) => missed(contact, question, this.rules()));
  }

  /** A process has said that it ends. */
  leave({ instance }: Member): void {
    for (const { address, member } of [...this.contacts.values()]) {
      if (member?.instance === instance) this.change(address, (contact) => left(contact, this.rules()));
    }
  }

  private change(address: string, next: (contact: Contact) => Contact): void {
    const contact = this.contacts.get(address);
    if (contact === undefined) return;
    this.contacts.set(address, next(contact));
    const before = this.alive;
    this.alive = aliveMembers(this.contacts.values(), this.options.self);
    for (const member of without(before, this.alive)) this.options.onLeave(member);
    for (const member of without(this.alive, before)) this.options.onJoin(member);
  }

  private rules(): ContactRules {
    const { self, settings, clock } = this.options;
    return { self, settings, now: clock.now() };
  }
}

function without(members: readonly Member[], others: readonly Member[]): readonly Member[] {
  const instances = new Set(others.map(({ instance }) => instance));
  return members.filter(({ instance }) => !instances.has(instance));
}
