import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '#lib/log';
import { scratch } from '#test/process';
import { openFailureLog } from './failure-log.ts';

let folder: ReturnType<typeof scratch>;
const logged: string[] = [];
const log = createLog({ format: 'plain', sink: (line) => logged.push(line) });

beforeEach(() => {
  folder = scratch();
  logged.length = 0;
});
afterEach(() => folder.remove());

describe('the file of failed scrapes', () => {
  it('gets its lines behind what is there, also those of before it was open', async () => {
    const path = join(folder.dir, 'failures.log');
    writeFileSync(path, 'before\n');
    const file = openFailureLog(path, log);
    file.write('one');
    file.write('two');
    file.close();
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe('before\none\ntwo\n'));
    expect(logged).toEqual([]);
  });

  it('that cannot be opened is named in the log, and takes lines all the same', async () => {
    const path = join(folder.dir, 'no', 'failures.log');
    const file = openFailureLog(path, log);
    file.write('one');
    file.close();
    await vi.waitFor(() => expect(logged).toHaveLength(1));
    expect(logged[0]).toContain(path);
  });
});
