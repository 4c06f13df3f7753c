// `npm test`: everything a contributor must pass. Runs the stages one after the other (two cores are soon busy), adds up
// what they count and ends with `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const scratch = mkdtempSync(join(tmpdir(), 'barograph-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };

try {
  await check();
  await vitest('unit tests', ['run']);
  await vitest('tests of the whole program', ['run', '--config', 'vitest.e2e.config.ts']);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exit(totals.failed === 0 ? 0 : 1);

async function check() {
  const { code, output } = await run('check', process.execPath, [join(root, 'tools', 'check.js')]);
  if (code !== 0) console.log(output);
  const [, passed = 0, all = 1] = /(\d+) of (\d+) checks passed/.exec(output) ?? [];
  count({ passed: Number(passed), failed: Number(all) - Number(passed) });
}

async function vitest(name, args) {
  const report = join(scratch, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code, output } = await run(name, bin('vitest'), [...args, ...reporters]);
  if (code !== 0) console.log(output);
  if (!existsSync(report)) return count({ failed: 1 });
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that does not even load has no tests that could fail.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = numFailedTests + broken.length;
  count({ passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, skipped: numPendingTests });
  for (const line of output.match(/^.*skipped: .*$/gm) ?? []) console.log(line.trim());
}

function count({ passed = 0, failed = 0, skipped = 0 }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
}

function run(name, command, args) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
      resolve({ code, output });
    });
  });
}
