import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, find, start } from '#test/process';
import { lockDir } from './dir-lock.ts';
import { makeWritableDir } from './fs.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'barograph-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('a directory to write into', () => {
  it('is made with those above it, and may be there already', async () => {
    const path = join(dir, 'a/b/c');
    await makeWritableDir(path);
    await makeWritableDir(path);
    expect(existsSync(path)).toBe(true);
  });

  it('is refused, by its name, where a file stands in the way', async () => {
    writeFileSync(join(dir, 'file'), '');
    for (const path of [join(dir, 'file'), join(dir, 'file/x/y')]) {
      await expect(makeWritableDir(path)).rejects.toThrow(`cannot write into the directory ${path}`);
    }
  });

  it.runIf(existsSync('/proc/self'))('is refused where the parent takes no children', async () => {
    await expect(makeWritableDir('/proc/no-such/x')).rejects.toThrow('cannot write into the directory /proc/no-such/x');
  });
});

const flock = find('flock');
if (flock === null) console.log('skipped: there is no flock in PATH');

describe('the lock of a directory', () => {
  it.skipIf(flock === null)('is respected where a program holds the file itself, as Prometheus does', async () => {
    const path = join(dir, 'lock');
    writeFileSync(path, '');
    const holder = start(flock!, ['--no-fork', path, 'sh', '-c', 'echo held; exec sleep 60']);
    try {
      await eventually(() => expect(holder.output()).toBe('held\n'));
      const refusal = `the data directory ${dir} is in use by process ${holder.child.pid}`;
      await expect(lockDir(dir)).rejects.toThrow(refusal);
    } finally {
      holder.child.kill('SIGKILL');
      await holder.ended;
    }
  });

  it('that nobody holds any more is taken', async () => {
    writeFileSync(join(dir, 'lock'), '');
    await (await lockDir(dir)).release();
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });
});
