// How little one bad query disturbs the rest. Starts the built server with targets of its own; for a while it asks a light
// query every 100 ms, first alone, then while queries beyond every limit run without pause. Prints scrapes and latencies.
//
//   node test/bench/query-isolation.mjs [seconds per phase = 60] [port = 9520]
//
// 17 targets at 1 s are 1,020 scrapes a minute. Each bad query ends by another limit: memory, samples, heap, deadline
// without listening. What is wanted: no scrape missed, 99 of 100 light queries below 50 ms.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SECONDS = Number(process.argv[2] ?? 60);
const PORT = Number(process.argv[3] ?? 9520);
const TARGETS = 17;
const SERIES = 200;
const api = `http://127.0.0.1:${PORT}/api/v1`;
const repository = resolve(import.meta.dirname, '../..');

const longLabel = Array.from({ length: 26 }).reduce(
  (inner) => `label_join(${inner}, "x", "", "x", "x")`,
  'label_replace(vector(1), "x", "12345678", "", "")',
);
const BAD = {
  memory: { query: 'count_over_time(vector(1)[300d:1s])' },
  samples: { query: 'max_over_time(vector(1)[60d:1s])' },
  labels: { query: `count(${longLabel})` },
  deadline: { query: 'double_exponential_smoothing(vector(1)[20d:1s], 0.5, 0.5)', start: 0, end: 10_000, step: 1 },
};

const dir = mkdtempSync(join(tmpdir(), 'barograph-'));
const page = (n) =>
  Array.from({ length: SERIES }, (_, i) => `load{target="${n}",series="${i}"} ${Math.random()}`).join('\n') + '\n';
let scrapes = 0;
const targets = createServer((request, response) => {
  scrapes++;
  response.end(page(request.url.slice(1)));
});
await new Promise((done) => targets.listen(0, '127.0.0.1', done));
const { port } = targets.address();
const jobs = Array.from({ length: TARGETS }, (_, n) => ({
  ...{ job_name: `t${n}`, metrics_path: `/${n}`, scrape_interval: '1s', scrape_timeout: '1s' },
  static_configs: [{ targets: [`127.0.0.1:${port}`] }],
}));
// JSON is YAML.
writeFileSync(join(dir, 'prometheus.yml'), JSON.stringify({ scrape_configs: jobs }));
const server = spawn(
  process.execPath,
  [
    join(repository, 'bin/barograph.js'),
    ...[`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`],
    ...[`--web.listen-address=127.0.0.1:${PORT}`, '--query.timeout=5s', '--query.max-memory=256MB'],
    '--query.max-samples=4000000',
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
try {
  await ready();
  await sleep(5000);
  report('alone', await phase(false));
  report('beside bad queries', await phase(true));
} finally {
  server.kill('SIGKILL');
  targets.close();
  targets.closeAllConnections();
  rmSync(dir, { recursive: true, force: true });
}

async function ready() {
  for (let i = 0; i < 300; i++) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/-/ready`).catch(() => null);
    if (answer?.status === 200) return;
    await sleep(100);
  }
  throw new Error('the server did not get ready');
}

async function ask({ query, ...range }, agent) {
  const body = new URLSearchParams({ query, ...range });
  const path = 'step' in range ? 'query_range' : 'query';
  const response = await fetch(`${api}/${path}`, { method: 'POST', body, headers: { 'User-Agent': agent } });
  const answer = await response.json();
  return answer.error ?? 'success';
}

async function phase(isBad) {
  const end = Date.now() + SECONDS * 1000;
  const before = scrapes;
  const outcomes = {};
  const bad = isBad ? badQueries(end, outcomes) : Promise.resolve();
  const times = [];
  const pending = [];
  for (let due = Date.now(); due < end; due += 100) {
    await sleep(Math.max(0, due - Date.now()));
    // From when it was due: a late client would hide what it waits for.
    pending.push(ask({ query: 'sum(load)' }, 'light').then(() => times.push(Date.now() - due)));
  }
  await Promise.all(pending);
  const seen = scrapes - before;
  await bad;
  const gaps = await missed();
  return { times: times.sort((a, b) => a - b), scrapes: seen, missed: gaps, outcomes };
}

async function badQueries(end, outcomes) {
  for (let i = 0; Date.now() < end; i++) {
    const kind = Object.keys(BAD)[i % 4];
    const outcome = `${kind}: ${await ask(BAD[kind], 'bad').catch((error) => String(error))}`;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
}

/** Of the scrapes in the phase, by the samples that are stored. */
async function missed() {
  const response = await fetch(`${api}/query?query=${encodeURIComponent(`sum(count_over_time(up[${SECONDS}s]))`)}`);
  const { data } = await response.json();
  return Math.max(0, TARGETS * SECONDS - Number(data.result[0]?.value[1] ?? 0));
}

function report(name, { times, scrapes: seen, missed: gaps, outcomes }) {
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  console.log(`${name}: ${seen} scrapes, ${gaps} of ${TARGETS * SECONDS} missed in storage`);
  console.log(`  light queries: ${times.length}, ms: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, max ${at(1)}`);
  for (const [outcome, count] of Object.entries(outcomes)) console.log(`  ${count} × ${outcome}`);
}
