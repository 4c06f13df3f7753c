import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { watchDirectory } from './file-watch.ts';

describe('a watched directory', () => {
  it('tells of files that come and change, until it is no longer watched', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'watch-'));
    let changes = 0;
    const end = watchDirectory(directory, () => changes++);
    await writeFile(join(directory, 'a'), 'x');
    await expect.poll(() => changes).toBeGreaterThan(0);
    end();
    await rm(directory, { recursive: true });
  });

  it('may not exist', () => {
    watchDirectory('/nowhere/at/all', () => {})();
  });
});
