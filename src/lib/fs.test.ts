import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
