import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, find, start } from '#test/process';
import { lockDir } from './dir-lock.ts';
import { makeWritableDir, openHoldingReader, openRangeReader } from './fs.ts';

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

describe.each([
  ['of a file', openRangeReader],
  ['of a file that holds up its thread', openHoldingReader],
])('ranges %s', (_, open) => {
  it('are read to their end, also into memory that is longer', async () => {
    const path = join(dir, 'file');
    writeFileSync(path, 'so much depends');
    const reader = await open(path);
    const target = Buffer.from('a red wheelbarrow');
    await reader.readInto(target, 3, 4);
    expect([reader.sizeBytes, target.toString()]).toEqual([15, 'muchd wheelbarrow']);
    expect(Buffer.from(await reader.read(8, 7)).toString()).toBe('depends');
    await reader.close();
  });

  it('are refused when the file is too short', async () => {
    const path = join(dir, 'file');
    writeFileSync(path, 'so much');
    const reader = await open(path);
    await expect(reader.read(3, 5)).rejects.toThrow(`${path} has 7 bytes, but something refers to byte 8`);
    await reader.close();
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
