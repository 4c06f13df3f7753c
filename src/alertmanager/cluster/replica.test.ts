import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { MetaDatabase } from '#meta/meta-database';
import type { NotificationEntry } from '#meta/notification-log';
import type { StoredSilence } from '#meta/silences';
import { temporaryFolder } from '#test/alertmanager';
import { FakeClock } from '#test/clock';
import { NotificationLog } from '../notification-log.ts';
import { Silences } from '../silences.ts';
import { type Entries, NO_ENTRIES } from './entries.ts';
import { exchangeState } from './exchange.ts';
import type { PeerAnswer, Question } from './message.ts';
import { NO_PAGE } from './message.ts';
import { Replica } from './replica.ts';

const HOUR = 3_600_000;
const clock = new FakeClock();
const now = clock.now();

let folder: ReturnType<typeof temporaryFolder>;
let databases: MetaDatabase[];

beforeEach(() => {
  folder = temporaryFolder();
  databases = [];
});
afterEach(() => {
  for (const database of databases) database.close();
  folder.remove();
});

async function openReplica() {
  const meta = await MetaDatabase.open({ path: join(folder.path, `${databases.length}.db`), log: silentLog });
  databases.push(meta);
  const limits = { most: 0, mostBytes: 0 };
  const more = { retention: HOUR, limits, logChanges: false, mode: 'fallback' } as const;
  const silences = new Silences({ meta, clock, log: silentLog, ...more });
  const notificationLog = new NotificationLog({ meta, clock, log: silentLog });
  const replica = new Replica({ silences, notificationLog, clock, retention: HOUR });
  return { meta, silences, notificationLog, replica };
}

function silence(id: string, fields: Partial<StoredSilence> = {}): StoredSilence {
  const matchers = [{ name: 'x', operator: '=', value: 'y' }] as const;
  const times = { startsAt: now, endsAt: now + HOUR, updatedAt: now };
  return { id, matchers, ...times, createdBy: 'me', comment: '', annotations: {}, ...fields };
}

function notification(groupKey: string, fields: Partial<NotificationEntry> = {}): NotificationEntry {
  const key = { groupKey, receiver: 'r', integration: 'webhook', index: 0 };
  return { ...key, sentAt: now, expiresAt: now + HOUR, firing: ['f'], resolved: [], receiverData: {}, ...fields };
}

const silences = (...list: readonly StoredSilence[]): Entries => ({ ...NO_ENTRIES, silences: list });
const notifications = (...list: readonly NotificationEntry[]): Entries => ({ ...NO_ENTRIES, notifications: list });

describe('what instances share', () => {
  it('is merged: the newer state of each entry stays, in whatever order they come', async () => {
    const [older, newer] = [silence('s', { comment: 'older' }), silence('s', { comment: 'newer', updatedAt: now + 1 })];
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const { replica, silences: held } = await openReplica();
      const taken = order.map((each) => replica.merge(silences(each)).taken.length);
      expect(held.get('s')?.comment).toBe('newer');
      expect(taken).toEqual([1, order[0] === older ? 1 : 0]);
    }
  });

  it('is on the disk after a merge', async () => {
    const { replica, meta } = await openReplica();
    replica.merge(silences(silence('s')));
    replica.merge(notifications(notification('g')));
    meta.flush();
    expect(meta.silences.all()).toEqual([silence('s')]);
    expect(meta.alertLog.notifications()).toEqual([notification('g')]);
  });

  it('does not bring back what is forgotten', async () => {
    const { replica } = await openReplica();
    const old = silence('s', { startsAt: now - 3 * HOUR, endsAt: now - HOUR - 1 });
    expect(replica.merge(silences(old)).taken).toEqual([]);
    expect(replica.merge(notifications(notification('g', { expiresAt: now }))).taken).toEqual([]);
  });

  it('does not come from a clock that is far ahead', async () => {
    const { replica } = await openReplica();
    const { taken, aheadBy } = replica.merge(
      notifications(notification('g', { sentAt: now + HOUR }), notification('h')),
    );
    expect([taken.map(({ key }) => key), aheadBy]).toEqual([['n:["h","r","webhook",0]'], HOUR]);
    expect(replica.merge(silences(silence('s', { updatedAt: now + 600_001 }))).taken).toEqual([]);
    expect(replica.merge(silences(silence('s', { updatedAt: now + 600_000 }))).aheadBy).toBe(0);
  });

  it('is changed here though a clock elsewhere is ahead', async () => {
    const { replica, silences: held, notificationLog } = await openReplica();
    replica.merge({
      silences: [silence('s', { updatedAt: now + 5 })],
      notifications: [notification('g', { sentAt: now + 5 })],
    });
    await held.expire('s');
    expect([...held.stored()][0]).toMatchObject({ endsAt: now, updatedAt: now + 6 });
    await notificationLog.record({ ...notification('g', { firing: ['other'] }), keep: HOUR });
    expect(notificationLog.get(notification('g'))).toMatchObject({ firing: ['other'], sentAt: now + 6 });
  });

  it('has the same digest exactly when it is the same', async () => {
    const [a, b] = [await openReplica(), await openReplica()];
    expect(a.replica.digest()).toBe(b.replica.digest());
    a.replica.merge(silences(silence('s')));
    a.replica.merge(notifications(notification('g')));
    expect(a.replica.digest()).not.toBe(b.replica.digest());
    b.replica.merge({ silences: [silence('s')], notifications: [notification('g')] });
    expect(a.replica.digest()).toBe(b.replica.digest());
    b.replica.merge(silences(silence('s', { updatedAt: now + 1 })));
    expect(a.replica.digest()).not.toBe(b.replica.digest());
  });
});

describe('an exchange of the whole state', () => {
  /** Asks this replica as a peer would. */
  function peer(replica: Replica, asked: string[]) {
    return async (question: Question): Promise<PeerAnswer> => {
      asked.push(question.kind);
      if (question.kind === 'update') replica.merge(question.entries);
      const page = question.kind === 'pull' ? replica.page(question.digest, question.after) : NO_PAGE;
      return { id: '', from: { name: '', instance: '', address: '' }, members: [], page };
    };
  }

  async function exchanged(mine: Entries, theirs: Entries) {
    const [a, b] = [await openReplica(), await openReplica()];
    a.replica.merge(mine);
    b.replica.merge(theirs);
    const asked: string[] = [];
    const take = (entries: Entries) => void a.replica.merge(entries);
    await exchangeState({ replica: a.replica, ask: peer(b.replica, asked), take });
    expect(a.replica.digest()).toBe(b.replica.digest());
    return { asked, a, b };
  }

  it('is one question when both have the same', async () => {
    expect((await exchanged(silences(silence('s')), silences(silence('s')))).asked).toEqual(['pull']);
  });

  it('gives each what it lacks, and the newer of what both have', async () => {
    const { asked, a, b } = await exchanged(
      silences(silence('mine'), silence('both', { comment: 'newer', updatedAt: now + 1 })),
      { silences: [silence('both')], notifications: [notification('theirs')] },
    );
    expect(asked).toEqual(['pull', 'update']);
    for (const { silences: held, notificationLog } of [a, b]) {
      expect([...held.stored()].map(({ id, comment }) => `${id} ${comment}`).sort()).toEqual(['both newer', 'mine ']);
      expect(notificationLog.get(notification('theirs'))).toBeDefined();
    }
  });

  it('goes in pages of bounded length', async () => {
    const long = Array.from({ length: 5 }, (_, i) => silence(`s${i}`, { comment: 'x'.repeat(400_000) }));
    const longToo = Array.from({ length: 3 }, (_, i) =>
      notification(`g${i}`, { receiverData: { x: 'y'.repeat(900_000) } }),
    );
    const { asked } = await exchanged(notifications(...longToo), silences(...long));
    expect(asked).toEqual(['pull', 'pull', 'pull', 'update', 'update', 'update']);
  });

  it('leaves out what fits into no message', async () => {
    const [a, b] = [await openReplica(), await openReplica()];
    a.replica.merge(silences(silence('long', { comment: 'x'.repeat(4_000_001) }), silence('s')));
    const asked: string[] = [];
    await exchangeState({ replica: a.replica, ask: peer(b.replica, asked), take: () => {} });
    expect([...b.silences.stored()].map(({ id }) => id)).toEqual(['s']);
  });

  it('gives up a peer whose pages do not go forward', async () => {
    const { replica } = await openReplica();
    const stuck = { isSame: false, entries: NO_ENTRIES, next: 'k' };
    const ask = async () => ({ id: '', from: { name: '', instance: '', address: '' }, members: [], page: stuck });
    await expect(exchangeState({ replica, ask, take: () => {} })).rejects.toThrow(
      'the pages of the peer do not go forward',
    );
  });
});
