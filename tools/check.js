// `npm run check`: everything that can be judged without running the program. All checks run, then the failures are shown.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);

const checks = [
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['types of the UI', 'tsc', ['-p', 'ui/tsconfig.json']],
  ['format and lint', 'biome', ['ci', '--colors=off', '.']],
  ['promises and switches', 'oxlint', ['--type-aware', '--deny-warnings', 'src', 'ui', 'test']],
  ['dead code', 'knip', ['--no-progress']],
  ['layers and docs', 'vitest', ['run', 'test/architecture']],
];

const started = Date.now();
const queue = [...checks];
const failures = [];
await Promise.all([worker(), worker()]);
console.log(`${checks.length - failures.length} of ${checks.length} checks passed in ${seconds(started)}`);
process.exit(failures.length === 0 ? 0 : 1);

async function worker() {
  for (let next = queue.shift(); next; next = queue.shift()) await run(...next);
}

function run(name, command, args) {
  const began = Date.now();
  return new Promise((resolve) => {
    const child = spawn(bin(command), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds(began)})`);
      if (code !== 0) {
        failures.push(name);
        console.log(output);
      }
      resolve();
    });
  });
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
