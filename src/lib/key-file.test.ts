import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isReadByOthers, makeKeyFile, readKeyFile } from './key-file.ts';

describe('a file with a key', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'barograph-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made for this user alone, is read again, and never replaced', () => {
    const path = join(folder, 'key');
    expect(readKeyFile(path)).toBe(null);
    const key = makeKeyFile(path);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([`${key}\n`, 0o600]);
    expect(readKeyFile(path)).toBe(key);
    expect(() => makeKeyFile(path)).toThrow(expect.objectContaining({ kind: 'unavailable' }));
    expect(readKeyFile(path)).toBe(key);
    rmSync(path);
    expect(makeKeyFile(path)).not.toBe(key);
    expect(existsSync(`${path}.tmp`)).toBe(false);
  });

  it('must be long enough', () => {
    const path = join(folder, 'key');
    writeFileSync(path, ' short\n');
    expect(() => readKeyFile(path)).toThrow(`${path} holds no key: it has 5 letters, a key has at least 32`);
    writeFileSync(path, `  ${'k'.repeat(32)}\n`);
    expect(readKeyFile(path)).toBe('k'.repeat(32));
  });

  it('may be read by others', () => {
    const path = join(folder, 'key');
    makeKeyFile(path);
    expect(isReadByOthers(path)).toBe(false);
    chmodSync(path, 0o640);
    expect(isReadByOthers(path)).toBe(true);
  });
});
