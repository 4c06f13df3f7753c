import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { Db, type DbOptions } from '#tsdb/db';
import { scratch } from './process.ts';

/** Databases over the data directory of a test, which gets one of its own. */
export interface Databases {
  readonly dir: string;
  /** What the directory lies in; there is room for more. */
  readonly folder: string;
  open(options?: Partial<DbOptions>): Promise<Db>;
  /** As if the process had died: nothing is closed, the lock is not in the way. */
  reopen(options?: Partial<DbOptions>): Promise<Db>;
}

/** For the tests of a file. After each, its databases are closed and its directory is removed. */
export function databasesPerTest(defaults: Partial<DbOptions> = {}): Databases {
  const opened: Db[] = [];
  let folder: ReturnType<typeof scratch>;
  const dir = () => join(folder.dir, 'data');
  const open = async (options: Partial<DbOptions> = {}) => {
    const db = await Db.open({ dir: dir(), ...defaults, ...options });
    opened.push(db);
    return db;
  };
  beforeEach(() => {
    folder = scratch();
  });
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.close();
    folder.remove();
  });
  return {
    get dir() {
      return dir();
    },
    get folder() {
      return folder.dir;
    },
    open,
    reopen: async (options) => {
      rmSync(join(dir(), 'lock'));
      return open(options);
    },
  };
}
