import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BarographError } from './errors.ts';
import { isCode, isMissing } from './file-errors.ts';

/** A directory that belongs to this process until `release`. */
export interface DirLock {
  release(): Promise<void>;
}

/**
 * Takes the file `lock` in a directory. A lock whose process is dead is taken over. Throws `unavailable`, naming the
 * process, when it lives.
 */
export async function lockDir(directory: string): Promise<DirLock> {
  const path = join(directory, 'lock');
  const mine = `${process.pid} ${startOf(process.pid)}\n`;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const [pid = '', start = ''] = textOf(path).trim().split(' ');
    if (isAlive(Number(pid), start)) throw locked(directory, pid);
    const holder = holderOf(path);
    if (holder !== null) throw locked(directory, holder);
    await rm(path, { force: true });
  }
  throw locked(directory, 'unknown');
}

/** Prometheus locks the file itself (flock(2)), and leaves it when it ends: Linux tells who holds a lock; null = nobody. */
function holderOf(path: string): string | null {
  try {
    const { ino } = statSync(path);
    const lines = readFileSync('/proc/locks', 'utf8').split('\n');
    const held = lines.map((line) => line.trim().split(/\s+/)).find((fields) => fields[5]?.endsWith(`:${ino}`));
    return held?.[4] ?? null;
  } catch {
    return null;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

// Process numbers are used again (in a container always the same ones): the time of its start tells whether it is still
// the one that locked.
function isAlive(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
  return start === '' || startOf(pid) === '' || startOf(pid) === start;
}

/** When a process began, in the system's own count (proc(5), stat field 22); '' where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function locked(directory: string, pid: string): BarographError {
  return new BarographError(`the data directory ${directory} is in use by process ${pid}`, {
    kind: 'unavailable',
    code: 'directory-locked',
    hint: 'Stop that process, or choose another directory with --storage.tsdb.path.',
  });
}
