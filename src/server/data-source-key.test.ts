import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, silentLog } from '#lib/log';
import { temporaryFolder } from '#test/alertmanager';
import { OWN_KEY, openSecretBox } from './data-source-key.ts';

describe('the key of the data sources', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const open = (given: string | null = null, log = silentLog) =>
    openSecretBox({ dataDir: folder.path, dataSourceKeyFile: given }, log);
  const own = () => join(folder.path, OWN_KEY);

  it('is made in the data folder with the first secret, and found there', () => {
    const box = open();
    expect(existsSync(own())).toBe(false);
    const sealed = box.seal('x', 'l');
    expect(readFileSync(own(), 'utf8')).toHaveLength(65);
    expect(open().open(sealed, 'l')).toBe('x');
  });

  it('may be elsewhere: that of the data folder then only decrypts', () => {
    const sealed = open().seal('x', 'l');
    const path = join(folder.path, 'given');
    writeFileSync(path, 'k'.repeat(40));
    const box = open(path);
    expect([box.open(sealed, 'l'), box.isCurrent(sealed)]).toEqual(['x', false]);
    expect(open().open(box.seal('y', 'l'), 'l')).toBe(null);
  });

  it('must be where it is said to be, and long enough', () => {
    const path = join(folder.path, 'given');
    expect(() => open(path)).toThrow(`--datasources.key-file=${path}: there is no such file`);
    writeFileSync(path, 'short');
    expect(() => open(path)).toThrow('it has 5 letters, a key has at least 32');
  });

  it('is for this server alone', () => {
    open().seal('x', 'l');
    chmodSync(own(), 0o644);
    const lines: string[] = [];
    open(null, createLog({ sink: (line) => lines.push(line) }));
    expect(lines.join()).toContain(`chmod 600 ${own()}`);
  });
});
