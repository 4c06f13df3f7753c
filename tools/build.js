// Builds dist/: the program as one bundle with an entry per thread, and the web UI.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build as buildUi } from 'vite';
import { buildPicture } from './build-picture.js';
import { buildProgram } from './program.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
// While the rehearsal waits for its server.
await Promise.all([buildProgram(dist), buildPicture(join(dist, 'picture'))]);
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
