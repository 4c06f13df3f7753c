// Runs before `npm start`, `npm test` and the like, on a machine that may have nothing but Node: installs the packages,
// compiles the kernels and builds the program when they are missing or older than the sources. Uses no package itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installStamp = join(root, 'node_modules', '.barograph-installed');
const buildStamp = join(root, 'dist', '.barograph-built');

const buildTools = ['build', 'build-picture', 'program', 'rehearse', 'record-bytecode'].map(
  (name) => `tools/${name}.js`,
);

requireNode();
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
step(installStamp, lock, 'Installing packages (only when package-lock.json changed) …', [
  npm(),
  'ci',
  '--ignore-scripts',
]);
await import('./kernels.js');
if (process.argv[2] === 'build') {
  step(buildStamp, sourceState(), 'Building Barograph (only when its sources changed) …', [
    npm(),
    'run',
    '--silent',
    'build',
  ]);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24 || (major === 22 && minor >= 13) || (major === 20 && minor >= 19)) return;
  console.error(
    `Barograph needs Node.js 20.19, 22.13, or 24 and newer; this is ${process.version}. See https://nodejs.org/.`,
  );
  process.exit(1);
}

function step(stamp, state, message, command) {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  console.error(message);
  const started = Date.now();
  const [script, ...args] = command;
  const run = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    process.stderr.write(run.stdout + run.stderr);
    console.error(`${command.slice(1).join(' ')} failed (exit code ${run.status ?? run.signal}); see above.`);
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
  console.error(`… done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function npm() {
  const fromRun = process.env.npm_execpath;
  if (fromRun?.endsWith('.js')) return fromRun;
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  if (existsSync(beside)) return beside;
  console.error('npm was not found beside node; run this through `npm start` or `npm test`.');
  process.exit(1);
}

// Names, sizes and modification times: reading every source at each start would cost more than it tells. The bytecode is
// of one V8 and its flags, which the command line sets.
function sourceState() {
  const hash = createHash('sha256').update(lock).update(process.versions.v8);
  for (const path of ['package.json', 'bin', 'src', 'ui', 'dashboards', 'kernels', ...buildTools])
    hashTree(join(root, path), hash);
  return hash.digest('hex');
}

function hashTree(path, hash) {
  if (!existsSync(path)) return;
  const stat = statSync(path);
  if (!stat.isDirectory()) return hash.update(`${path}:${stat.size}:${stat.mtimeMs};`);
  for (const name of readdirSync(path).sort()) hashTree(join(path, name), hash);
}
