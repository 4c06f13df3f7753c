import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytecodePath, compileModule, runCachedModule, runModule } from './cached-module.ts';

const MODULE = `"use strict";
exports.twice = (n) => 2 * n;
exports.self = __filename;
exports.beside = () => require('./beside.cjs');
exports.module = () => import('node:path');
`;

interface Exports {
  readonly twice: (n: number) => number;
  readonly self: string;
  readonly beside: () => unknown;
  readonly module: () => Promise<unknown>;
}

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cached-module-'));
  file = join(folder, 'program.cjs');
  writeFileSync(file, MODULE);
  writeFileSync(join(folder, 'beside.cjs'), "module.exports = 'beside';");
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the module and leaves the bytecode of what it called. */
function record(): void {
  const script = compileModule(file);
  (runModule(file, script) as Exports).twice(1);
  writeFileSync(bytecodePath(file), script.createCachedData());
}

describe('a module with its bytecode', () => {
  it('is what it is without', async () => {
    expect(existsSync(bytecodePath(file))).toBe(false);
    const without = runCachedModule(file) as Exports;
    record();
    expect(compileModule(file).cachedDataRejected).toBe(false);
    for (const { twice, self, beside, module } of [without, runCachedModule(file) as Exports]) {
      expect([twice(21), self, beside()]).toEqual([42, file, 'beside']);
      expect(await module()).toMatchObject({ sep });
    }
  });

  it('is compiled anew when the bytecode is of another text or broken', () => {
    record();
    writeFileSync(file, `${MODULE}exports.twice = () => 'changed';`);
    expect(compileModule(file).cachedDataRejected).toBe(true);
    expect((runCachedModule(file) as Exports).twice(21)).toBe('changed');
    writeFileSync(bytecodePath(file), 'no bytecode');
    expect((runCachedModule(file) as Exports).twice(21)).toBe('changed');
  });

  it('is run by Node where stack traces are to name the sources', () => {
    record();
    const { sourceMapsEnabled } = process;
    process.setSourceMapsEnabled(true);
    try {
      // Node's own modules are run once.
      expect(runCachedModule(file)).toBe(runCachedModule(file));
    } finally {
      process.setSourceMapsEnabled(sourceMapsEnabled);
    }
    expect(runCachedModule(file)).not.toBe(runCachedModule(file));
  });
});
