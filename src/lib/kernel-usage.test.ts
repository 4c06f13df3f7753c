import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kernelUsage } from './kernel-usage.ts';

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'barograph-'));
});
afterEach(() => rmSync(proc, { recursive: true }));

const LIMITS = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}  1048576 files\n`;

describe('what the kernel says of the process', () => {
  it('is read from /proc', () => {
    writeFileSync(join(proc, 'stat'), `7 (a ) b) S ${Array.from({ length: 40 }, (_, i) => i + 4).join(' ')}`);
    writeFileSync(join(proc, 'limits'), LIMITS('1024'));
    for (const fd of ['0', '1', '2']) mkdirSync(join(proc, 'fd', fd), { recursive: true });
    expect(kernelUsage(proc)).toEqual({ virtualBytes: 23, openFiles: 3, maxFiles: 1024 });
  });

  it('can be that there is no limit', () => {
    writeFileSync(join(proc, 'limits'), LIMITS('unlimited'));
    expect(kernelUsage(proc).maxFiles).toBe(Number.POSITIVE_INFINITY);
  });

  it('is unknown where there is no /proc', () => {
    expect(kernelUsage(join(proc, 'none'))).toEqual({ virtualBytes: null, openFiles: null, maxFiles: null });
  });
});
