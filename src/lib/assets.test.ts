import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAsset } from './assets.ts';

const outside = mkdtempSync(join(tmpdir(), 'assets-'));
const folder = join(outside, 'files');
afterAll(() => rmSync(outside, { recursive: true }));
mkdirSync(join(folder, 'sub', 'empty'), { recursive: true });
writeFileSync(join(outside, 'secret.txt'), 'no');
writeFileSync(join(folder, 'a.css'), 'a{}');
writeFileSync(join(folder, 'sub', 'index.html'), '<p>');
symlinkSync(join(outside, 'secret.txt'), join(folder, 'link.txt'));
symlinkSync(join(folder, 'a.css'), join(folder, 'inside.css'));

const text = (path: string) => {
  const asset = readAsset(folder, path);
  return asset && `${asset.type.split(';')[0]} ${Buffer.from(asset.body)}`;
};

describe('a file of a folder', () => {
  it('is read as it is now', () => {
    expect([text('a.css'), text('/a.css'), text('inside.css')]).toEqual(Array(3).fill('text/css a{}'));
    expect([text('sub'), text('sub/'), text('sub/index.html')]).toEqual(Array(3).fill('text/html <p>'));
    const before = readAsset(folder, 'a.css')!.etag;
    writeFileSync(join(folder, 'a.css'), 'b{}');
    expect([text('a.css'), readAsset(folder, 'a.css')!.etag === before]).toEqual(['text/css b{}', false]);
  });

  it.each(['none', '', 'sub/empty', '../secret.txt', 'sub/../../secret.txt', 'link.txt', 'a.css\0', '..'])(
    'is not there (%j)',
    (path) => expect(text(path)).toBe(null),
  );
});
