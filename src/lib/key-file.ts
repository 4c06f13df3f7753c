import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { BarographError, errorMessage } from './errors.ts';
import { isMissing } from './file-errors.ts';

/** Shorter texts may be guessed. */
const SHORTEST = 32;
const READABLE_BY_OTHERS = 0o077;

/** The key in a file, without white space around it; null when there is no such file. Throws `bad-config` for anything else. */
export function readKeyFile(path: string): string | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (isMissing(error)) return null;
    throw badKey(path, errorMessage(error), 'Let this user read it.');
  }
  if (text.length >= SHORTEST) return text;
  const hint = 'Restore it from a backup, or write a new one: openssl rand -hex 32.';
  throw badKey(path, `it has ${text.length} letters, a key has at least ${SHORTEST}`, hint);
}

/** Writes a new key that this user alone may read, and gives it. The file must not exist. Throws `unavailable`. */
export function makeKeyFile(path: string): string {
  const text = randomBytes(32).toString('hex');
  const temporary = `${path}.tmp`;
  try {
    rmSync(temporary, { force: true });
    const file = openSync(temporary, 'wx', 0o600);
    writeSync(file, `${text}\n`);
    fsyncSync(file);
    closeSync(file);
    // Unlike a renaming, this fails where there is a key already.
    linkSync(temporary, path);
    syncFolder(dirname(path));
    return text;
  } catch (error) {
    throw new BarographError(`the key ${path} cannot be written: ${errorMessage(error)}`, {
      ...{ kind: 'unavailable', code: 'key-file', cause: error },
      hint: 'Check that the folder is writable and has free space.',
    });
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Whether other users of this machine may read the file. */
export function isReadByOthers(path: string): boolean {
  return (statSync(path).mode & READABLE_BY_OTHERS) !== 0;
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function badKey(path: string, reason: string, hint: string): BarographError {
  return new BarographError(`${path} holds no key: ${reason}`, { kind: 'bad-config', code: 'key-file', hint });
}
