import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, freePort, repository, run, scratch, start } from '#test/process';

/** Says of each script that is run with bytecode whether V8 refused it. */
const WITNESS = `
const vm = require('node:vm');
const { syncBuiltinESMExports } = require('node:module');
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    if (options.cachedData) process._rawDebug('refused', this.cachedDataRejected, options.filename);
  }
};
syncBuiltinESMExports();
`;

let folder: ReturnType<typeof scratch>;

beforeEach(() => {
  folder = scratch();
  writeFileSync(join(folder.dir, 'witness.cjs'), WITNESS);
});

afterEach(() => folder.remove());

/** The command line of the program with the witness in each of its threads. */
function witnessed(...args: readonly string[]): string[] {
  return ['--require', join(folder.dir, 'witness.cjs'), join(repository, 'bin', 'barograph.js'), ...args];
}

/** Modules that were run with bytecode, and whether V8 refused it. */
function told(output: string): Record<string, string> {
  return Object.fromEntries(
    [...output.matchAll(/^refused (\w+) (.*)$/gm)].map(([, refused, file]) => [basename(file!), refused!]),
  );
}

describe('the bytecode of the program', () => {
  it('is taken by this Node', async () => {
    const { output } = await run(process.execPath, witnessed('--version'));
    expect(told(output)).toEqual({ 'barograph.cjs': 'false' });
  });

  it('is taken by every thread of a server', async () => {
    const port = await freePort();
    const data = `--storage.tsdb.path=${join(folder.dir, 'data')}`;
    const server = start(process.execPath, witnessed(data, `--web.listen-address=127.0.0.1:${port}`), folder.dir);
    try {
      await eventually(() =>
        expect(told(server.output())).toEqual({
          'barograph.cjs': 'false',
          'ingest-worker.cjs': 'false',
          'query-worker.cjs': 'false',
          'background-worker.cjs': 'false',
        }),
      );
    } finally {
      await server.stop('SIGKILL');
    }
  });
});
