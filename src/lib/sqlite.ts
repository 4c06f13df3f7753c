import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { BarographError, errorMessage } from './errors.ts';

/** What a column can hold. Integers beyond 2^53 are not used in this program. */
export type SqlValue = number | string | Uint8Array | null;

/** A prepared statement. Lives as long as its database; parameters are positional. */
export interface SqlStatement {
  /** Runs it and gives the number of rows changed. */
  run(...values: readonly SqlValue[]): number;
  /** All rows. The caller names the row's type: it must fit the columns of the query. */
  all<Row extends object>(...values: readonly SqlValue[]): Row[];
}

/** One open SQLite file. Everything is synchronous; one process at a time (the caller holds the folder's lock). */
export interface SqliteDatabase {
  /** Runs one or more statements without results. */
  exec(sql: string): void;
  prepare(sql: string): SqlStatement;
  /** Runs `work` as one transaction: all of it is on the disk when this returns, or, when it throws, none of it. */
  transaction<T>(work: () => T): T;
  /** The same, but a power failure may undo it until the next `transaction`, whose sync serves both. */
  relaxedTransaction<T>(work: () => T): T;
  close(): void;
}

/** Twice as fast as SQLite's own 2 MB and 1000 pages when ten thousand alerts come at once. */
const CACHE_KB = 16_000;
const PAGES_OF_LOG = 4_000;

/**
 * Opens (or creates) the file with Node's own SQLite where it exists, else with the WebAssembly build: same files, same
 * SQL. A commit is on the disk when it returns (write-ahead log with synchronous=FULL; the exclusive lock makes the log
 * work without shared memory). Throws `unavailable` when the file cannot be opened.
 */
export async function openSqlite(path: string): Promise<SqliteDatabase> {
  const driver = nodeDriver() ?? wasmDriver();
  try {
    const database = driver(path);
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(`PRAGMA cache_size = -${CACHE_KB}; PRAGMA wal_autocheckpoint = ${PAGES_OF_LOG};`);
    return database;
  } catch (cause) {
    throw new BarographError(`cannot open the database ${path}: ${errorMessage(cause)}`, {
      kind: 'unavailable',
      code: 'sqlite-open',
      hint: 'Check that the data directory is writable, has free space and is used by this process only.',
      cause,
    });
  }
}

type Driver = (path: string) => SqliteDatabase;

interface PlainDatabase {
  exec(sql: string): void;
  close(): void;
}

// What of Node's module is used here; its types came with Node 22 and this program is checked against Node 20's.
interface NodeDatabase extends PlainDatabase {
  prepare(sql: string): {
    run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
    all(...values: readonly SqlValue[]): object[];
  };
}

function nodeDriver(): Driver | null {
  const builtin = (process as { getBuiltinModule?: (name: string) => unknown }).getBuiltinModule?.('node:sqlite');
  if (builtin === undefined) return null;
  const { DatabaseSync } = builtin as { DatabaseSync: new (path: string) => NodeDatabase };
  return (path) => {
    const database = new DatabaseSync(path);
    return face(database, (sql) => {
      const statement = database.prepare(sql);
      return {
        run: (...values) => Number(statement.run(...values).changes),
        all: <Row extends object>(...values: readonly SqlValue[]) => statement.all(...values) as Row[],
      };
    });
  };
}

/**
 * V8 optimizes a function of WebAssembly when it has run about so many bytes of it. SQLite's are so large that this takes
 * half a second of a processor, at each start: theirs wait until much work has come. The second is V8's own number.
 */
const SQLITE_BUDGET = 50_000_000;
const USUAL_BUDGET = 1_800_000;

/** V8 notes the budget when a module is made, which this package does when it is loaded. */
function loadWasm(): typeof import('node-sqlite3-wasm') {
  setFlagsFromString(`--wasm-tiering-budget=${SQLITE_BUDGET}`);
  try {
    return createRequire(import.meta.url)('node-sqlite3-wasm') as typeof import('node-sqlite3-wasm');
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${USUAL_BUDGET}`);
  }
}

function wasmDriver(): Driver {
  const wasm = loadWasm();
  return (path) => {
    // This build locks by making a folder, which outlives a killed process. The data directory has a lock of its own.
    rmSync(`${path}.lock`, { recursive: true, force: true });
    const database = new wasm.Database(path);
    return face(database, (sql) => {
      let statement = database.prepare(sql);
      const use = <T>(run: () => T): T => {
        try {
          return run();
        } catch (error) {
          // One that has failed would fail at its next use too.
          finalize(statement);
          statement = database.prepare(sql);
          throw error;
        }
      };
      return {
        run: (...values) => use(() => statement.run([...values]).changes),
        all: <Row extends object>(...values: readonly SqlValue[]) => use(() => statement.all([...values]) as Row[]),
      };
    });
  };
}

/** SQLite tells the error of the last use once more. */
function finalize(statement: { finalize(): void }): void {
  try {
    statement.finalize();
  } catch {
    // It is gone all the same.
  }
}

function face(database: PlainDatabase, prepare: (sql: string) => SqlStatement): SqliteDatabase {
  const transaction = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      rollback(database);
      throw error;
    }
  };
  return {
    exec: (sql) => database.exec(sql),
    prepare,
    transaction,
    relaxedTransaction: (work) => {
      database.exec('PRAGMA synchronous = NORMAL');
      try {
        return transaction(work);
      } finally {
        database.exec('PRAGMA synchronous = FULL');
      }
    },
    close: () => database.close(),
  };
}

// A full disk or a broken COMMIT may have ended the transaction already.
function rollback(database: PlainDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // Nothing is left to undo.
  }
}
