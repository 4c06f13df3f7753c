import { readdirSync, readFileSync } from 'node:fs';

/** What only the kernel knows of this process; null where it does not tell: /proc is Linux'. */
export interface KernelUsage {
  readonly virtualBytes: number | null;
  readonly openFiles: number | null;
  /** The soft limit; infinite when there is none. */
  readonly maxFiles: number | null;
}

/** Of this process. `proc` is its directory under /proc. */
export function kernelUsage(proc = '/proc/self'): KernelUsage {
  return {
    virtualBytes: told(() => virtualBytes(readFileSync(`${proc}/stat`, 'utf8'))),
    openFiles: told(() => readdirSync(`${proc}/fd`).length),
    maxFiles: told(() => maxFiles(readFileSync(`${proc}/limits`, 'utf8'))),
  };
}

/** proc(5), field 23. The name in field 2 may hold anything, parentheses too. */
function virtualBytes(stat: string): number | null {
  return countIn(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[20]);
}

function maxFiles(limits: string): number | null {
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1];
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : countIn(soft);
}

function countIn(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

function told(read: () => number | null): number | null {
  try {
    return read();
  } catch {
    return null;
  }
}
