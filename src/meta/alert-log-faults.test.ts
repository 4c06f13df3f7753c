import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock';
import { createLog } from '#lib/log';
import { openSqlite, type SqliteDatabase } from '#lib/sqlite';
import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import { disk } from '#test/faulty-disk';
import { scratch } from '#test/process';
import { AlertLog } from './alert-log.ts';
import { migrate } from './migrations.ts';

let folder: ReturnType<typeof scratch>;
let lines: string[];
/** Transactions that succeed before all others fail. */
let left: number;
const opened: { readonly log: AlertLog; readonly database: SqliteDatabase }[] = [];
beforeEach(() => {
  disk.install();
  folder = scratch();
  lines = [];
  left = Number.POSITIVE_INFINITY;
});
afterEach(() => {
  disk.heal();
  closeAll();
  disk.remove();
  folder.remove();
});

function closeAll(): void {
  for (const { log, database } of opened.splice(0)) {
    log.close();
    database.close();
  }
}

async function open(): Promise<AlertLog> {
  const path = join(folder.dir, 'barograph.db');
  const database = await openSqlite(path);
  migrate(database);
  const failing = <T>(run: (work: () => T) => T): ((work: () => T) => T) => {
    return (work) => {
      if (left-- <= 0) throw new Error('database or disk is full');
      return run(work);
    };
  };
  const log = await AlertLog.open({
    database: {
      ...database,
      transaction: failing((work) => database.transaction(work)) as SqliteDatabase['transaction'],
      relaxedTransaction: failing((work) => database.relaxedTransaction(work)) as SqliteDatabase['transaction'],
    },
    ...{ path: `${path}.alerts`, clock: systemClock },
    log: createLog({ level: 'warn', sink: (line) => lines.push(line) }),
  });
  opened.push({ log, database });
  return log;
}

/** As if the process had died: what the next one finds. */
async function reopened(): Promise<AlertLog> {
  closeAll();
  return open();
}

const files = () => readdirSync(folder.dir).filter((name) => name.startsWith('barograph.db.alerts-'));
const names = (log: AlertLog) =>
  log
    .alerts()
    .map(({ labels }) => labels.get('alertname'))
    .sort();
const events = (log: AlertLog) => log.history({ limit: 10_000 }).map(({ at }) => at);

function alerts(...all: readonly string[]) {
  return all.map((name) => {
    const labels = Labels.from({ alertname: name });
    const alert: Alert = {
      ...{ labels, annotations: Labels.EMPTY, generatorURL: '' },
      ...{ startsAt: 1, endsAt: 2, updatedAt: 1, timeout: false },
    };
    return { fingerprint: fingerprint(labels), alert };
  });
}

function note(log: AlertLog, at: number): void {
  const place = { groupKey: 'g', receiver: 'r', integration: 'i', detail: 'd' };
  log.noteEvent({ at, kind: 'sent', fingerprint: fingerprint(Labels.from({ alertname: 'a' })), ...place });
}

describe('an alert log that cannot be written', () => {
  it('rejects what it could not write, says so, keeps what it had, and goes on when there is room again', async () => {
    const log = await open();
    await log.putAlerts(alerts('a'));
    disk.fail('write', /alerts-1$/);
    await expect(log.putAlerts(alerts('b', 'c'))).rejects.toThrow('ENOSPC');
    expect(lines).toEqual([expect.stringContaining('alerts could not be written; a restart now would forget changes')]);
    expect(lines[0]).toContain('ENOSPC');
    expect(names(log)).toEqual(['a']);
    disk.heal();
    await log.putAlerts(alerts('c'));
    expect(names(log)).toEqual(['a', 'c']);
    expect(names(await reopened())).toEqual(['a', 'c']);
    expect(lines).toHaveLength(1);
  });

  it('rejects all that waited for the same write, and not what comes later', async () => {
    const log = await open();
    await log.putAlerts(alerts('a'));
    disk.fail('write', /alerts-1$/);
    const together = [log.putAlerts(alerts('b')), log.putNotifications([])];
    const outcomes = await Promise.allSettled(together);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    disk.heal();
    await log.putAlerts(alerts('d'));
    expect(names(await reopened())).toEqual(['a', 'd']);
  });
});

describe('an alert log whose tables cannot be written', () => {
  const ALL = ['a', 'b', 'c'];

  async function filled(): Promise<AlertLog> {
    const log = await open();
    await log.putAlerts(alerts(...ALL));
    for (let at = 1; at <= 500; at++) note(log, at);
    log.flush();
    return log;
  }

  it.each([0, 1, 2])(
    'keeps everything, says so, and brings it there later, once (%i transactions succeed)',
    async (n) => {
      const log = await filled();
      const before = events(log);
      expect(before).toHaveLength(500);
      left = n;
      await log.move();
      expect(lines).toEqual([
        expect.stringContaining('alerts stay in their log: they could not be brought to the tables'),
      ]);
      expect(lines[0]).toContain('database or disk is full');
      expect([names(log), events(log)]).toEqual([ALL, before]);
      await log.putAlerts(alerts('d'));
      expect(names(log)).toEqual([...ALL, 'd']);
      left = Number.POSITIVE_INFINITY;
      await log.move();
      expect([names(log), events(log), files()]).toEqual([[...ALL, 'd'], before, []]);
      const next = await reopened();
      expect([names(next), events(next)]).toEqual([[...ALL, 'd'], before]);
    },
  );

  it.each([0, 1, 2])('loses nothing when the process dies then (%i transactions succeed)', async (n) => {
    const log = await filled();
    const before = events(log);
    left = n;
    await log.move();
    log.settle(alerts('b')[0]!.fingerprint);
    left = Number.POSITIVE_INFINITY;
    const next = await reopened();
    expect([names(next), events(next)]).toEqual([['a', 'c'], before]);
    await next.move();
    expect([names(next), events(next), files()]).toEqual([['a', 'c'], before, []]);
  });
});
