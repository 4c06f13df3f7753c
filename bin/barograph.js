#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const program = new URL('../dist/barograph.js', import.meta.url);
if (!existsSync(fileURLToPath(program))) {
  console.error('Barograph is not built yet: run `npm run build` (or `npm start`, which builds by itself).');
  process.exit(1);
}
// A query that is asked twenty times is not worth optimizing; V8 without Maglev does so at a third of this, and took more
// CPU for compiling light queries than for answering them (docs/performance.md).
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=400000');
// Threads collect garbage by themselves at times (lib/heap). V8 takes bytecode of no other flags than its own: they are set
// before anything is loaded, and stay.
setFlagsFromString('--expose-gc');
await import(program.href);
