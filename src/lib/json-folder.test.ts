import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FolderFile, jsonFolder } from './json-folder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'barograph-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const read = (known: readonly FolderFile[] = []) =>
  jsonFolder(dir).read(new Map(known.map((file) => [file.path, file])));

describe('a folder of JSON files', () => {
  it('gives the files below it by path, hidden folders left out', () => {
    mkdirSync(join(dir, 'team'));
    mkdirSync(join(dir, '.git'));
    for (const name of ['b.json', 'team/a.json', '.git/c.json', 'notes.txt']) writeFileSync(join(dir, name), name);
    expect(read().map(({ path, text }) => [path, text])).toEqual([
      ['b.json', 'b.json'],
      ['team/a.json', 'team/a.json'],
    ]);
    expect(jsonFolder(join(dir, 'nowhere')).read(new Map())).toEqual([]);
  });

  it('gives what it gave before for a file that did not change', () => {
    writeFileSync(join(dir, 'a.json'), '1');
    const before = read();
    expect(read(before)[0]).toBe(before[0]);
    writeFileSync(join(dir, 'a.json'), '22');
    expect(read(before)[0]?.text).toBe('22');
  });

  it('says what it cannot read, and gives the others', () => {
    symlinkSync(join(dir, 'gone'), join(dir, 'a.json'));
    writeFileSync(join(dir, 'b.json'), '1');
    expect(read()).toEqual([
      { path: 'a.json', text: '', stamp: expect.any(String), problem: expect.stringContaining('no such file') },
      { path: 'b.json', text: '1', stamp: expect.any(String) },
    ]);
  });

  it('does not follow links in a circle', () => {
    mkdirSync(join(dir, 'team'));
    writeFileSync(join(dir, 'team', 'a.json'), '1');
    symlinkSync(dir, join(dir, 'team', 'up'));
    expect(read().map(({ path }) => path)).toEqual(['team/a.json']);
  });
});
