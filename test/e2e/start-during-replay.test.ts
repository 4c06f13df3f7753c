import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, find, freePort, query, type Server, scratch, start, startServer } from '#test/process';

const mkfifo = find('mkfifo');
if (mkfifo === null) console.log('skipped: there is no mkfifo');

let folder: ReturnType<typeof scratch>;
let scrapes: number;
let close: () => void;
let config: string;
beforeEach(async () => {
  folder = scratch();
  scrapes = 0;
  // `up_to_now` is how often it was scraped: a gap would show.
  const target = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`up_to_now ${++scrapes}\nold_value 1\n`);
  });
  await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
  close = () => target.close();
  config = `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
  - job_name: counter
    static_configs: [{ targets: ["127.0.0.1:${(target.address() as AddressInfo).port}"] }]
`;
  writeFileSync(
    join(folder.dir, 'rules.yml'),
    'groups: [{ name: g, rules: [{ alert: Gone, expr: "absent(last_over_time(old_value[1h]))" }, { record: evaluated, expr: "vector(1)" }] }]\n',
  );
});
afterEach(() => {
  close();
  folder.remove();
});

interface Answer {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
  readonly warnings?: readonly string[];
}

async function ask({ url }: { readonly url: string }, path: string): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const samplesOf = ({ data: { result } }: Answer) =>
  result.flatMap(({ values }) => values.map(([, value]) => Number(value)));

/** Starts the built program, and does not wait until it is ready. */
async function startSlowly(): Promise<Omit<Server, 'port'>> {
  const port = await freePort();
  const running = start(
    process.execPath,
    [
      join(import.meta.dirname, '../../bin/barograph.js'),
      `--config.file=${join(folder.dir, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder.dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    folder.dir,
  );
  return { ...running, url: `http://127.0.0.1:${port}` };
}

describe.skipIf(mkfifo === null)('a server that reads its write-ahead log', () => {
  it('answers with a warning, scrapes on without a gap, and has its rules wait', async () => {
    const first = await startServer({ dir: folder.dir, config });
    await eventually(async () => {
      const { result } = await query<{ result: unknown[] }>(first, 'query?query=count_over_time(old_value[1m])>3');
      expect(result).toHaveLength(1);
    });
    await first.stop('SIGKILL');
    // The segment comes when this test lets it come: whoever opens a pipe waits for its other end.
    const segment = join(folder.dir, 'data/wal/00000000.wal');
    renameSync(segment, `${segment}.whole`);
    execFileSync(mkfifo!, [segment]);
    const before = scrapes;

    const second = await startSlowly();
    try {
      await eventually(async () => expect((await fetch(`${second.url}/api/v1/status/walreplay`)).status).toBe(200));
      await eventually(() => expect(scrapes).toBeGreaterThan(before + 3));
      expect((await fetch(`${second.url}/-/ready`)).status).toBe(503);
      expect(await query(second, 'status/walreplay')).toMatchObject({ current: 0, max: 1, state: 'in progress' });
      const { warnings } = await ask(second, 'query?query=old_value');
      expect(warnings).toEqual([expect.stringContaining('the write-ahead log is still being read')]);
      const rules = await query<{ groups: { rules: { health: string }[] }[] }>(second, 'rules');
      expect(rules.groups[0]!.rules.map(({ health }) => health)).toEqual(['unknown', 'unknown']);

      writeFileSync(segment, readFileSync(`${segment}.whole`));
      await eventually(async () => expect((await fetch(`${second.url}/-/ready`)).status).toBe(200));
      const end = Date.now() / 1000;
      const all = await ask(second, `query_range?query=up_to_now&start=${end - 300}&end=${end}&step=1`);
      expect(all.warnings).toBeUndefined();
      const seen = await ask(second, 'query?query=up_to_now[10m]');
      const values = samplesOf(seen);
      expect(values.length).toBeGreaterThan(before);
      // The scrape under which the process was killed may be missing.
      const missing = Array.from({ length: values.at(-1)! }, (_, i) => i + 1).filter((i) => !values.includes(i));
      expect(missing.filter((i) => i !== before)).toEqual([]);
      await eventually(async () => {
        const { groups } = await query<typeof rules>(second, 'rules');
        expect(groups[0]!.rules.map(({ health }) => health)).toEqual(['ok', 'ok']);
      });
      expect(await query(second, 'alerts')).toEqual({ alerts: [] });
    } finally {
      await second.stop('SIGKILL');
    }
  });
});
