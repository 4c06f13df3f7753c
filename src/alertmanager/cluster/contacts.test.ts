import { describe, expect, it } from 'vitest';
import {
  aliveMembers,
  answered,
  type Contact,
  contactOf,
  hinted,
  isForgotten,
  left,
  missed,
  newContact,
  positionOf,
} from './contacts.ts';
import type { Member } from './message.ts';

const settings = { probeInterval: 1_000, reconnectInterval: 10_000, reconnectTimeout: 60_000 };
const member = (name: string, instance = `1${name}`): Member => ({ name, instance, address: `${name}:9094` });
const self = member('m');
const at = (now: number) => ({ self, now, settings });

/** An address whose questions, one a second, met these fates. */
function met(...fates: readonly (Member | string)[]): Contact {
  return fates.reduce<Contact>(
    (contact, fate, second) => {
      const now = second * 1000;
      if (typeof fate !== 'string') return answered(contact, fate, at(now));
      return missed(contact, { askedAt: now, problem: fate }, at(now + 500));
    },
    newContact('x:9094', true, 0),
  );
}

describe('an address', () => {
  it('is asked at once when it is new, every second while it answers, less often when it does not', () => {
    expect(newContact('x:9094', true, 0)).toMatchObject({ state: 'new', dueAt: 0 });
    expect(met(member('b'))).toMatchObject({ state: 'alive', dueAt: 1_000 });
    expect(met('no')).toMatchObject({ state: 'failed', dueAt: 10_500, problem: 'no' });
    expect(met(member('b'), 'no')).toMatchObject({ state: 'alive', dueAt: 2_000, misses: 1 });
  });

  it('is lost after four questions in a row without an answer', () => {
    expect(met(member('b'), 'no', 'no', 'no')).toMatchObject({ state: 'alive', misses: 3 });
    expect(met(member('b'), 'no', 'no', 'no', 'no')).toMatchObject({ state: 'failed', since: 4_500 });
    expect(met(member('b'), 'no', 'no', 'no', member('b'), 'no')).toMatchObject({ state: 'alive', misses: 1 });
  });

  it('stays lost since it was lost, and is back with its first answer', () => {
    expect(met('no', 'no', 'no')).toMatchObject({ state: 'failed', since: 500, dueAt: 12_500 });
    expect(met('no', member('b'))).toMatchObject({ state: 'alive', since: 1_000, misses: 0, problem: '' });
  });

  it('may be our own', () => {
    expect(met(self)).toMatchObject({ state: 'self', dueAt: 10_000 });
    expect(met(self, member('b'))).toMatchObject({ state: 'alive' });
  });

  it('fails at once when its process says that it ends', () => {
    expect(left(met(member('b')), at(700))).toMatchObject({ state: 'failed', since: 700, dueAt: 10_700 });
  });

  it('is asked at once when it speaks to us, unless it answers anyway', () => {
    expect(hinted(met('no'), 3_000).dueAt).toBe(3_000);
    expect(hinted(met(member('b')), 300).dueAt).toBe(1_000);
  });

  it('is forgotten after a long time when nobody configured it', () => {
    const learned = { ...met('no'), isConfigured: false };
    expect(isForgotten(learned, at(60_499))).toBe(false);
    expect(isForgotten(learned, at(60_500))).toBe(true);
    expect(isForgotten(met('no'), at(1e9))).toBe(false);
    expect(isForgotten({ ...met(member('b')), isConfigured: false }, at(1e9))).toBe(false);
  });
});

describe('members', () => {
  const names = (...contacts: readonly Contact[]) => aliveMembers(contacts, self).map(({ instance }) => instance);

  it('are this instance and who answers, sorted by name', () => {
    expect(names()).toEqual(['1m']);
    expect(names(met(member('z')), met(member('b')), met('no'), met(self))).toEqual(['1b', '1m', '1z']);
  });

  it('count once for each name, also when they are reached in two ways or have just started again', () => {
    const [before, again] = [met(member('b', '1b')), met(member('b', '2b'))];
    expect(names(before, before)).toEqual(['1b', '1m']);
    expect(names(before, again)).toEqual(['2b', '1m']);
    expect(names(again, before)).toEqual(['2b', '1m']);
  });

  it('stand in the order of their names', () => {
    const position = (...contacts: readonly Contact[]) => positionOf(aliveMembers(contacts, self), self);
    expect(position()).toBe(0);
    expect(position(met(member('z')))).toBe(0);
    expect(position(met(member('z')), met(member('b')), met(member('a')))).toBe(2);
  });

  it('are reached where they answer', () => {
    const contacts = [met('no'), { ...met(member('b')), address: 'y:9094' }];
    expect(contactOf(contacts, member('b'))?.address).toBe('y:9094');
    expect(contactOf(contacts, member('c'))).toBe(undefined);
  });
});
