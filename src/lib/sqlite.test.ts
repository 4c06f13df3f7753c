import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite } from './sqlite.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'barograph-sqlite-'));
  path = join(folder, 'x.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a database file', () => {
  it('keeps what a transaction wrote, and nothing of one that failed', async () => {
    const first = await openSqlite(path);
    first.exec('CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER, b BLOB)');
    const insert = first.prepare('INSERT INTO t VALUES (?, ?, ?)');
    first.transaction(() => insert.run('a', 2 ** 45 + 1, new Uint8Array([1, 2])));
    const failing = () =>
      first.transaction(() => {
        insert.run('b', 1, null);
        insert.run('a', 1, null);
      });
    expect(failing).toThrow(/UNIQUE/);
    first.close();
    const second = await openSqlite(path);
    expect(second.prepare('SELECT * FROM t').all()).toEqual([{ k: 'a', n: 2 ** 45 + 1, b: new Uint8Array([1, 2]) }]);
    expect(second.prepare('UPDATE t SET n = 0').run()).toBe(1);
    second.close();
  });

  it('syncs every commit', async () => {
    const database = await openSqlite(path);
    expect(database.prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'wal' }]);
    expect(database.prepare('PRAGMA synchronous').all()).toEqual([{ synchronous: 2 }]);
    database.close();
  });

  it('that is full refuses the transaction as a whole, keeps what it had and goes on when there is room', async () => {
    const database = await openSqlite(path);
    database.exec('CREATE TABLE t (n INTEGER, b BLOB)');
    const insert = database.prepare('INSERT INTO t VALUES (?, ?)');
    const rows = (from: number, to: number) =>
      database.transaction(() => {
        for (let n = from; n < to; n++) insert.run(n, new Uint8Array(3000));
      });
    rows(0, 3);
    database.exec('PRAGMA max_page_count = 10');
    expect(() => rows(3, 100)).toThrow(/full/);
    expect(database.prepare('SELECT n FROM t').all()).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
    database.exec('PRAGMA max_page_count = 1000');
    rows(3, 5);
    database.close();
    const again = await openSqlite(path);
    expect(again.prepare('SELECT count(*) AS rows FROM t').all()).toEqual([{ rows: 5 }]);
    again.close();
  });

  it('opens although a killed process left its lock behind', async () => {
    mkdirSync(`${path}.lock`);
    const database = await openSqlite(path);
    database.exec('CREATE TABLE t (k TEXT)');
    database.close();
  });

  it('is refused with a hint when it is no database', async () => {
    writeFileSync(
      path,
      'this is not a database at all, but it is long enough to be read as a header of one.....................',
    );
    await expect(openSqlite(path)).rejects.toMatchObject({ kind: 'unavailable', code: 'sqlite-open' });
    await expect(openSqlite(join(folder, 'none', 'x.db'))).rejects.toThrow(/cannot open the database .*none/);
  });
});
