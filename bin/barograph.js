#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/barograph.js', import.meta.url);
if (!existsSync(fileURLToPath(program))) {
  console.error('Barograph is not built yet: run `npm run build` (or `npm start`, which builds by itself).');
  process.exit(1);
}
await import(program.href);
