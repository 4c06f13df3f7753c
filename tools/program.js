// Builds the program: a CommonJS module per thread, the bytecode of each after a rehearsal, and an entry that runs it.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { rehearse } from './rehearse.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The module of each thread. */
const modules = {
  barograph: 'src/cli/main.ts',
  'ingest-worker': 'src/server/threads/ingest-worker.ts',
  'query-worker': 'src/server/threads/query-worker.ts',
  'background-worker': 'src/server/threads/background-worker.ts',
  'picture-worker': 'src/server/threads/picture-worker.ts',
  'password-worker': 'src/server/threads/password-worker.ts',
};

/** Fills a folder with the program. */
export async function buildProgram(folder) {
  const common = {
    absWorkingDir: root,
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    logLevel: 'warning',
  };
  await build({
    ...common,
    entryPoints: modules,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    // Loads its .wasm from its own folder.
    external: ['node-sqlite3-wasm'],
    define: { __BAROGRAPH_VERSION__: JSON.stringify(version), 'import.meta.url': '__moduleUrl' },
    banner: { js: '"use strict"; const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
  await build({ ...common, entryPoints: { 'cached-module': 'src/lib/cached-module.ts' }, format: 'esm' });
  const names = Object.keys(modules);
  for (const name of names) toAscii(join(folder, `${name}.cjs`));
  await rehearse(folder, names);
  for (const name of names) {
    const entry = `import { fileURLToPath } from 'node:url';
import { runCachedModule } from './cached-module.js';

runCachedModule(fileURLToPath(new URL('./${name}.cjs', import.meta.url)));
`;
    writeFileSync(join(folder, `${name}.js`), entry);
  }
}

/**
 * V8 keeps text of ASCII alone in half the memory and reads it in half the time. What esbuild leaves as it is stands in
 * comments and regular expressions, where an escape means the same.
 */
function toAscii(path) {
  const text = readFileSync(path, 'utf8');
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(path, text.replace(/[^\0-\x7f]/g, escaped), 'latin1');
}
