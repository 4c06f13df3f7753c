import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scratch, start } from '#test/process';

const KIT = 'test/conformance/kit';
/** The command line of docs/conformance.md; the runners fill in what is in braces. */
const SERVER = [
  `'${process.execPath}' bin/barograph.js --config.file={config} --storage.tsdb.path={dir}/data`,
  '--web.listen-address=127.0.0.1:{port} --web.enable-remote-write-receiver',
  '--storage.tsdb.min-block-duration=24h --storage.tsdb.max-block-duration=24h',
].join(' ');
/** The PromQL cases need 204 servers, each with nothing in it: they start in two thirds of the time without threads. */
const PROMQL = { server: `${SERVER} --threads=0`, timeout: 1_200_000 };

interface Verdict {
  /** What the runner counted. */
  readonly line: string;
  /** The cases that failed, by name. */
  readonly failed: readonly unknown[];
}

interface Case {
  readonly id?: string;
  readonly ok: boolean;
}

/** Runs one runner of the kit against the built program. A case without a name is given whole. */
function judged(runner: string, args: readonly string[] = [], server = SERVER): Promise<Verdict> {
  return verdict(runner, ['--server', server, ...args]);
}

async function verdict(runner: string, args: readonly string[]): Promise<Verdict> {
  const { dir, remove } = scratch();
  const results = join(dir, 'results.json');
  const running = start(process.execPath, [join(KIT, runner), '--json', results, ...args]);
  onTestFinished(async () => {
    // A test that took too long must not leave the runner and its servers behind.
    await running.stop();
    remove();
  });
  const code = await running.ended;
  if (!existsSync(results)) throw new Error(`${runner} judged nothing, exit code ${code}:\n${running.output()}`);
  const line = running.output().trimEnd().split('\n').at(-1)!;
  console.log(`${runner}: ${line}`);
  const cases = JSON.parse(readFileSync(results, 'utf8')) as readonly Case[];
  return { line, failed: cases.filter(({ ok }) => !ok).map((one) => one.id ?? one) };
}

describe('the built program, judged over HTTP by the cases of others', () => {
  it('answers every query of the PromQL suite', { timeout: PROMQL.timeout }, async () => {
    expect(await judged('promql-runner.mjs', ['--jobs', '2'], PROMQL.server)).toEqual({
      failed: [],
      line: '1631 passed, 0 failed, 0 skipped',
    });
  });

  it('accepts, refuses and formats every expression of the parser suite', async () => {
    expect(await judged('promql-parser-runner.mjs')).toEqual({ failed: [], line: '369 passed, 0 failed, 0 skipped' });
  });

  it('scrapes every target of the exposition suite, but for a case that docs/conformance.md explains', async () => {
    expect(await judged('exposition-runner.mjs')).toEqual({
      failed: ['beh-http-headers'],
      line: '338 passed, 1 failed, 0 skipped',
    });
  });

  // A program of its own for each of the 256 files: half a minute, and many on a machine with other work.
  it('accepts and refuses every file of the configuration suite', { timeout: 600_000 }, async () => {
    const tool = `'${process.execPath}' '${resolve('bin/barograph.js')}'`;
    const kinds = {
      prometheus: 'promtool check config --syntax-only {args} {file}',
      prometheus_full: 'promtool check config {args} {file}',
      rules: 'promtool check rules {args} {file}',
      alertmanager: 'amtool check-config {file}',
    };
    const args = Object.entries(kinds).flatMap(([kind, command]) => [`--${kind}`, `${tool} ${command}`]);
    // The 19 that are skipped are of kinds that this program has no command for.
    expect(await verdict('config-runner.mjs', args)).toEqual({ failed: [], line: '256 passed, 0 failed, 19 skipped' });
  });

  it('relabels every target of the relabelling suite', async () => {
    expect(await judged('exposition-runner.mjs', [join(KIT, 'config', 'relabel-cases.json')])).toEqual({
      failed: [],
      line: '25 passed, 0 failed, 0 skipped',
    });
  });
});
