import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '#test/process';
import { openPagedFile, type PagedFile } from './paged-file.ts';

const MIB = 2 ** 20;

let folder: ReturnType<typeof scratch>;
let opened: PagedFile[];
beforeEach(() => {
  folder = scratch();
  opened = [];
});
afterEach(async () => {
  for (const file of opened) await file.close();
  folder.remove();
});

/** Bytes that tell where they stand. */
function contents(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8) * 7 + (i >>> 16) * 13 + seed) & 0xff);
}

async function fileOf(bytes: Uint8Array, name = 'file'): Promise<PagedFile> {
  writeFileSync(join(folder.dir, name), bytes);
  const file = await openPagedFile(join(folder.dir, name));
  opened.push(file!);
  return file!;
}

describe('a file that is read in pages', () => {
  it('gives the bytes of any range, within a page, over two and over many', async () => {
    const bytes = contents(300_001, 1);
    const file = await fileOf(bytes);
    expect(file.sizeBytes).toBe(300_001);
    for (const [offset, length] of [
      [0, 1],
      [0, 32_768],
      [1, 32_768],
      [32_767, 2],
      [32_768, 32_768],
      [65_500, 1000],
      [10, 200_000],
      [300_000, 1],
      [299_000, 1001],
    ] as const) {
      const found = file.from(offset, length);
      expect(found.length).toBeGreaterThanOrEqual(length);
      expect(Buffer.compare(found, bytes.subarray(offset, offset + found.length))).toBe(0);
    }
  });

  it('gives what is there where the file ends', async () => {
    const bytes = contents(40_000, 2);
    const file = await fileOf(bytes);
    expect(file.from(39_990, 100)).toEqual(bytes.subarray(39_990));
    expect(file.from(39_990, 100_000)).toEqual(bytes.subarray(39_990));
    expect(file.from(40_000, 1)).toHaveLength(0);
    expect(file.from(50_000, 1)).toHaveLength(0);
  });

  it('gives the right bytes of several files that together are more than is kept', async () => {
    const all = [contents(9 * MIB, 3), contents(9 * MIB, 4)];
    const files = [await fileOf(all[0]!, 'a'), await fileOf(all[1]!, 'b')];
    for (let round = 0; round < 2; round++) {
      for (let at = 0; at < 9 * MIB; at += 99_991) {
        for (const [i, file] of files.entries()) {
          const found = file.from(at, 16);
          expect(Buffer.compare(found, all[i]!.subarray(at, at + found.length))).toBe(0);
        }
      }
    }
  });

  it('has nothing of a file that was closed', async () => {
    const [first, second] = [contents(100_000, 5), contents(100_000, 6)];
    const closed = await openPagedFile((await fileOf(first, 'a')).path);
    closed!.from(0, 10);
    await closed!.close();
    expect(() => closed!.from(0, 10)).toThrow('is read after it was closed');
    const file = await fileOf(second, 'b');
    expect(file.from(0, 100)).toEqual(second.subarray(0, 32_768));
  });

  it('is null when there is none, and says so when it was cut since', async () => {
    expect(await openPagedFile(join(folder.dir, 'nothing'))).toBeNull();
    const file = await fileOf(contents(100_000, 7));
    truncateSync(file.path, 50_000);
    expect(() => file.from(90_000, 10)).toThrow(`${file.path} had 100000 bytes when it was opened, and has fewer now`);
  });
});
