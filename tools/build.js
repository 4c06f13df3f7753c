// Builds dist/: the program as one bundle with an entry per thread, and the web UI.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { build as buildUi } from 'vite';
import { buildPicture } from './build-picture.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    barograph: 'src/cli/main.ts',
    'ingest-worker': 'src/server/threads/ingest-worker.ts',
    'query-worker': 'src/server/threads/query-worker.ts',
    'background-worker': 'src/server/threads/background-worker.ts',
    'picture-worker': 'src/server/threads/picture-worker.ts',
  },
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  // Loads its .wasm from its own folder.
  external: ['node-sqlite3-wasm'],
  define: { __BAROGRAPH_VERSION__: JSON.stringify(version) },
  // CommonJS packages inside an ES module bundle still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
await buildPicture(join(dist, 'picture'));
await buildUi({ configFile: join(root, 'ui', 'vite.config.ts'), logLevel: 'warn' });
compress(join(dist, 'ui'));

// The server sends these as they are: compressing at request time would cost the first visitor.
function compress(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) compress(path);
    else if (/\.(js|css|svg|json|map|wasm)$/.test(name))
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
}
