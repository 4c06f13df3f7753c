import type { Millis } from '#model/time';
import type { ClusterSettings } from '../peer-link.ts';
import type { Member } from './message.ts';

/**
 * `new`: nobody has answered there yet; `alive`: another instance answers; `failed`: it no longer does, or never did;
 * `self`: this instance itself answers.
 */
export type ContactState = 'new' | 'alive' | 'failed' | 'self';

/** An address and what is known of who answers there. Only an answer to our own question makes one alive. */
export interface Contact {
  readonly address: string;
  /** It stands on the command line; the others were heard of from members. */
  readonly isConfigured: boolean;
  readonly state: ContactState;
  /** Who answered last. */
  readonly member: Member | null;
  /** Questions in a row without an answer. */
  readonly misses: number;
  /** When the state began. */
  readonly since: Millis;
  /** When it is asked next. */
  readonly dueAt: Millis;
  /** Why there was no answer; '' when there was. */
  readonly problem: string;
}

/** What the rules of contacts look at. */
export interface ContactRules {
  readonly self: Member;
  readonly now: Millis;
  readonly settings: Pick<ClusterSettings, 'probeInterval' | 'reconnectInterval' | 'reconnectTimeout'>;
}

/** A busy moment of a peer must not look like its end. */
const MISSES_UNTIL_FAILED = 4;

export function newContact(address: string, isConfigured: boolean, now: Millis): Contact {
  return { address, isConfigured, state: 'new', member: null, misses: 0, since: now, dueAt: now, problem: '' };
}

/** `member` has answered. */
export function answered(contact: Contact, member: Member, { self, now, settings }: ContactRules): Contact {
  const state = member.instance === self.instance ? 'self' : 'alive';
  const since = state === contact.state ? contact.since : now;
  const dueAt = now + (state === 'self' ? settings.reconnectInterval : settings.probeInterval);
  return { ...contact, state, member, misses: 0, since, dueAt, problem: '' };
}

/** Nobody has answered what was asked at `askedAt`, or has refused to. */
export function missed(
  contact: Contact,
  { askedAt, problem }: { readonly askedAt: Millis; readonly problem: string },
  { now, settings }: ContactRules,
): Contact {
  const misses = contact.misses + 1;
  if (contact.state === 'alive' && misses < MISSES_UNTIL_FAILED) {
    return { ...contact, misses, problem, dueAt: askedAt + settings.probeInterval };
  }
  return { ...failed(contact, now + settings.reconnectInterval, now), misses, problem };
}

/** Its instance has said that it ends. */
export function left(contact: Contact, { now, settings }: ContactRules): Contact {
  return failed(contact, now + settings.reconnectInterval, now);
}

function failed(contact: Contact, dueAt: Millis, now: Millis): Contact {
  const since = contact.state === 'failed' ? contact.since : now;
  return { ...contact, state: 'failed', since, dueAt };
}

/** Somebody there has spoken to us: it is worth asking now. */
export function hinted(contact: Contact, now: Millis): Contact {
  return contact.state === 'new' || contact.state === 'failed' ? { ...contact, dueAt: now } : contact;
}

/** It has been away for so long that it is not looked for any more. */
export function isForgotten({ isConfigured, state, since }: Contact, { now, settings }: ContactRules): boolean {
  const { reconnectTimeout } = settings;
  if (isConfigured || state !== 'failed' || reconnectTimeout === 0) return false;
  return now - since >= reconnectTimeout;
}

/**
 * This instance and those that are alive, one for each name, sorted by name. When a name is used twice, the instance
 * that started last counts: the other one is what it was before a restart.
 */
export function aliveMembers(contacts: Iterable<Contact>, self: Member): readonly Member[] {
  const byName = new Map<string, Member>();
  for (const { state, member } of contacts) {
    if (state !== 'alive' || member === null) continue;
    const known = byName.get(member.name);
    if (known === undefined || known.instance < member.instance) byName.set(member.name, member);
  }
  byName.set(self.name, self);
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The contact through which a member is reached. */
export function contactOf(contacts: Iterable<Contact>, { instance }: Member): Contact | undefined {
  for (const contact of contacts) {
    if (contact.state === 'alive' && contact.member?.instance === instance) return contact;
  }
  return undefined;
}

/** Where this instance stands among the members: the first is 0. */
export function positionOf(members: readonly Member[], self: Member): number {
  return Math.max(
    0,
    members.findIndex(({ name }) => name === self.name),
  );
}
