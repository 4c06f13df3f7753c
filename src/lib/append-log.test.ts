import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { disk } from '#test/faulty-disk';
import { scratch } from '#test/process';
import { AppendLog } from './append-log.ts';

let folder: ReturnType<typeof scratch>;
let path: string;
beforeEach(() => {
  disk.install();
  folder = scratch();
  path = join(folder.dir, 'log');
});
afterEach(() => {
  disk.remove();
  folder.remove();
});

const bytes = (text: string) => new TextEncoder().encode(text);
const content = () => readFileSync(path, 'utf8');

describe('a file that is appended to', () => {
  it('is as it was after a write that failed half-way, and takes the next one', () => {
    const log = new AppendLog(path);
    log.write(bytes('first\n'));
    disk.fail('write', /log$/);
    expect(() => log.write(bytes('the second one\n'))).toThrow('ENOSPC');
    expect([content(), log.sizeBytes]).toEqual(['first\n', 6]);
    disk.heal();
    log.write(bytes('third\n'));
    log.close();
    expect(content()).toBe('first\nthird\n');
  });

  it('is not made where there is one already', () => {
    new AppendLog(path).close();
    expect(() => new AppendLog(path)).toThrow('EEXIST');
  });

  it('can be closed while a sync is under way', async () => {
    const log = new AppendLog(path);
    log.write(bytes('a'));
    const synced = log.sync();
    log.close();
    await synced;
    expect(content()).toBe('a');
  });
});
