import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { openSqlite } from '#lib/sqlite';
import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { AlertEvent } from './alert-history.ts';
import { MetaDatabase } from './meta-database.ts';
import { migrate } from './migrations.ts';

let folder: string;
let meta: MetaDatabase;
const open = () => MetaDatabase.open({ path: join(folder, 'barograph.db'), log: silentLog });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'barograph-meta-'));
  meta = await open();
});
afterEach(() => {
  meta.close();
  rmSync(folder, { recursive: true, force: true });
});

async function reopened(): Promise<MetaDatabase> {
  meta.close();
  meta = await open();
  return meta;
}

const ALERT: Alert = {
  labels: Labels.from({ alertname: 'Σ "x"', '🙂': 'a' }),
  annotations: Labels.from({ summary: 'line\nline' }),
  startsAt: 1_700_000_000_123,
  endsAt: 1_700_000_300_000,
  updatedAt: 1_700_000_000_456,
  timeout: true,
  generatorURL: 'http://x',
};

const SILENCE = {
  id: 'id',
  matchers: [{ name: 'a', operator: '=~', value: 'b|c' }],
  startsAt: 1,
  endsAt: 2,
  updatedAt: 3,
  createdBy: 'me',
  comment: 'because',
  annotations: { ticket: '1' },
} as const;

function putAlert(alert: Alert): Promise<void> {
  return meta.alertLog.putAlerts([{ fingerprint: fingerprint(alert.labels), alert }]);
}

describe('what is written is there after opening again', () => {
  it('alerts, replaced by labels', async () => {
    await putAlert({ ...ALERT, endsAt: 1 });
    await putAlert(ALERT);
    const [read, ...others] = (await reopened()).alertLog.alerts();
    expect(others).toEqual([]);
    expect({ ...read, labels: read?.labels.key, annotations: read?.annotations.key }).toEqual({
      ...ALERT,
      labels: ALERT.labels.key,
      annotations: ALERT.annotations.key,
    });
    meta.alertLog.settle(fingerprint(ALERT.labels));
    expect(meta.alertLog.alerts()).toEqual([]);
  });

  it('silences', async () => {
    await meta.commit(() => meta.silences.put({ ...SILENCE, comment: 'old' }));
    await meta.commit(() => meta.silences.put(SILENCE));
    expect((await reopened()).silences.all()).toEqual([SILENCE]);
    await meta.commit(() => meta.silences.delete('id'));
    expect(meta.silences.all()).toEqual([]);
  });

  it('notifications, until they expire', async () => {
    const entry = {
      groupKey: '{}:{}',
      receiver: 'r',
      integration: 'webhook',
      index: 1,
      sentAt: 5,
      expiresAt: 100,
      firing: ['a', 'b'],
      resolved: ['c'],
      receiverData: { threadTs: '1.2' },
    };
    await meta.alertLog.putNotifications([{ ...entry, sentAt: 1 }, entry, { ...entry, index: 0, expiresAt: 50 }]);
    await meta.alertLog.expireNotifications(50);
    expect((await reopened()).alertLog.notifications()).toEqual([entry]);
  });
});

describe('the history of alerts', () => {
  const event = (at: number, fields: Partial<AlertEvent> = {}): AlertEvent => {
    return {
      at,
      kind: 'sent',
      fingerprint: 'f',
      groupKey: 'g',
      receiver: 'r',
      integration: 'i',
      detail: 'd',
      ...fields,
    };
  };

  it('is read newest first, by alert, group and time', async () => {
    const log = meta.alertLog;
    log.noteLabels('f', ALERT.labels, 1);
    for (const each of [event(1), event(2, { fingerprint: 'other' }), event(3, { groupKey: 'h' })]) log.noteEvent(each);
    const times = (query: object) => log.history(query).map(({ at }) => at);
    expect(times({})).toEqual([3, 2, 1]);
    expect(times({ fingerprint: 'f' })).toEqual([3, 1]);
    expect(times({ groupKey: 'g' })).toEqual([2, 1]);
    expect(times({ fingerprint: 'f', groupKey: 'h' })).toEqual([3]);
    expect(times({ since: 2, until: 2 })).toEqual([2]);
    expect(times({ limit: 1 })).toEqual([3]);
    expect(log.history({ limit: 1 })[0]?.labels.key).toBe(ALERT.labels.key);
    expect(log.history({ fingerprint: 'other' })[0]?.labels).toBe(Labels.EMPTY);
  });

  it('loses events that are too old, and labels that no event needs', async () => {
    const log = meta.alertLog;
    log.noteLabels('f', ALERT.labels, 1);
    log.noteEvent(event(1));
    log.noteEvent(event(9));
    await log.deleteEventsBefore(5);
    expect(log.history({}).map(({ at, labels }) => [at, labels.size])).toEqual([[9, 2]]);
    await log.deleteEventsBefore(10);
    log.noteEvent(event(11));
    expect(log.history({})[0]?.labels.size).toBe(0);
  });
});

describe('commits of one turn', () => {
  it('go to the disk together, and one that fails does not take the others with it', async () => {
    const outcomes = await Promise.allSettled([
      meta.commit(() => meta.silences.put(SILENCE)),
      meta.commit(() => {
        throw new Error('no');
      }),
      meta.commit(() => meta.silences.put({ ...SILENCE, id: 'other' })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await reopened()).silences.all()).toHaveLength(2);
  });

  it('are written by flush without waiting', async () => {
    const written = meta.commit(() => meta.silences.put(SILENCE));
    meta.flush();
    expect(meta.silences.all()).toHaveLength(1);
    await written;
  });
});

describe('the schema', () => {
  it('of a newer program is refused', async () => {
    meta.close();
    const database = await openSqlite(join(folder, 'barograph.db'));
    const [own] = database.prepare('PRAGMA user_version').all<{ user_version: number }>();
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(open()).rejects.toMatchObject({ kind: 'bad-config', code: 'meta-too-new' });
    const again = await openSqlite(join(folder, 'barograph.db'));
    again.exec(`PRAGMA user_version = ${own?.user_version}`);
    again.close();
    meta = await open();
  });

  it('moves up step by step, or not at all', async () => {
    const database = await openSqlite(join(folder, 'steps.db'));
    const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'];
    migrate(database, steps.slice(0, 1));
    expect(() => migrate(database, [...steps, 'CREATE TABLE a (x)'])).toThrow(/already exists/);
    expect(() => database.prepare('SELECT * FROM b')).toThrow();
    migrate(database, steps);
    expect(database.prepare('SELECT * FROM b').all()).toEqual([]);
    database.close();
  });
});
