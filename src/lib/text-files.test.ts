import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskTextFiles, fileExists, isGlob, matchingFiles, type TextFiles } from './text-files.ts';

const NAMES = ['.hidden.yml', 'a.yml', 'a1.yml', 'b.yaml', 'b.yml', 'c[1].yml', 'x*y.yml'];

const files: TextFiles = {
  read: () => Promise.reject(new Error('not here')),
  list: (directory) => Promise.resolve(directory === '/rules' ? NAMES : []),
};

describe('files that match a pattern', () => {
  it.each([
    ['/rules/*.yml', ['.hidden.yml', 'a.yml', 'a1.yml', 'b.yml', 'c[1].yml', 'x*y.yml']],
    ['/rules/a*.yml', ['a.yml', 'a1.yml']],
    ['/rules/?.yml', ['a.yml', 'b.yml']],
    ['/rules/[ab].y*ml', ['a.yml', 'b.yaml', 'b.yml']],
    ['/rules/[^a].yml', ['b.yml']],
    ['/rules/[a-b]?.yml', ['a1.yml']],
    ['/rules/a.yml', ['a.yml']],
    ['/rules/none.yml', []],
    ['/other/*', []],
    ['/rules/c\\[1\\].yml', ['c[1].yml']],
    ['/rules/x\\*y.yml', ['x*y.yml']],
    ['/rules/*', NAMES],
    ['/rules/[a', []],
  ])('%s', async (pattern, names) => {
    expect(await matchingFiles(pattern, files)).toEqual(names.map((name) => `/rules/${name}`));
  });

  it('need a glob to be several', () => {
    expect(isGlob('/a/*.yml')).toBe(true);
    expect(isGlob('/a*/b.yml')).toBe(false);
  });
});

describe('files on the disk', () => {
  it('are read and listed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'text-files-'));
    try {
      await writeFile(join(directory, 'b.yml'), 'two');
      await writeFile(join(directory, 'a.yml'), 'one');
      expect(await matchingFiles(join(directory, '*.yml'), diskTextFiles)).toEqual([
        join(directory, 'a.yml'),
        join(directory, 'b.yml'),
      ]);
      expect(await diskTextFiles.read(join(directory, 'b.yml'))).toBe('two');
      expect(await fileExists(join(directory, 'a.yml'), diskTextFiles)).toBe(true);
      expect(await fileExists(join(directory, 'c.yml'), diskTextFiles)).toBe(false);
      expect(await diskTextFiles.list(join(directory, 'nowhere'))).toEqual([]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
