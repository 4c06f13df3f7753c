// A rehearsal of the program that has just been built: a server on made-up data starts, scrapes, is asked what people and
// dashboards ask, and stops. The bytecode of all functions that ran lies beside each module then, so that no start and no
// first query waits for V8 to compile them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PATIENCE_MS = 60_000;
const ROUNDS = 3;

const INSTANT = [
  'up{job="barograph"}',
  'count by (__name__) ({job=~".+"})',
  'sum by (job) (rate(process_cpu_seconds_total[1m]))',
  'topk(3, sum by (instance, mode) (rate(node_cpu_seconds_total[1m])))',
  'absent(nothing)',
  'label_replace(sum by (instance) (up), "short", "$1", "instance", "(.*):.*")',
  'histogram_quantile(0.9, sum by (le) (rate(prometheus_http_request_duration_seconds_bucket[1m])))',
  'up == 1 and on (job) scrape_samples_scraped > 10',
];
const RANGE = [
  'sum by (job) (rate(process_cpu_seconds_total[1m]))',
  'histogram_quantile(0.9, sum by (le, handler) (rate(prometheus_http_request_duration_seconds_bucket[1m])))',
  'sum by (mode) (rate(node_cpu_seconds_total{mode=~"i.*"}[1m])) / on () group_left sum(rate(node_cpu_seconds_total[1m]))',
  'topk(5, sum by (mode) (rate(node_cpu_seconds_total[1m])))',
  'avg_over_time(node_memory_MemFree_bytes[1m])',
  'quantile_over_time(0.9, up[1m])',
  'max_over_time(sum(rate(node_cpu_seconds_total[1m]))[2m:10s])',
  'count(count by (job) (scrape_samples_scraped))',
  'node_memory_MemFree_bytes / node_memory_MemTotal_bytes * 100 > bool 5',
  'up',
];
const PATHS = [
  '/',
  '/metrics',
  '/api/v1/rules',
  '/api/v1/alerts',
  '/api/v1/targets',
  '/api/v1/status/config',
  '/api/v1/status/tsdb',
  '/api/v1/labels',
  '/api/v1/label/job/values',
  '/api/v1/series?match[]=up',
  '/api/v1/metadata',
  '/api/v2/alerts',
  '/api/v2/silences',
];

const RULES = `groups:
  - name: rehearsal
    rules:
      - { record: 'job:cpu:rate1m', expr: 'sum by (job) (rate(process_cpu_seconds_total[1m]))' }
      - { record: 'mode:cpu:rate1m', expr: 'sum by (mode) (rate(node_cpu_seconds_total[1m]))' }
      - { alert: Up, expr: 'up == 1', annotations: { summary: '{{ $labels.job }} is {{ $value }}' } }
`;

/** Writes the bytecode of these modules, as far as they ran. Failing is worth a line: without it V8 compiles as always. */
export async function rehearse(folder, names) {
  for (const name of names) writeFileSync(join(folder, `${name}.js`), recordingEntry(name));
  const data = mkdtempSync(join(tmpdir(), 'barograph-rehearsal-'));
  try {
    await perform(data);
    const left = ['barograph', 'ingest-worker', 'query-worker'].filter(
      (name) => !existsSync(join(folder, `${name}.cjs.bytecode`)),
    );
    if (left.length > 0) throw new Error(`no bytecode of ${left.join(', ')}`);
  } catch (error) {
    console.error(
      `The rehearsal failed, so that each start compiles anew: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

function recordingEntry(name) {
  const recorder = JSON.stringify(pathToFileURL(join(root, 'tools', 'record-bytecode.js')).href);
  return `import { recordBytecode } from ${recorder};\nawait recordBytecode(new URL('./${name}.cjs', import.meta.url));\n`;
}

async function perform(data) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = join(data, 'prometheus.yml');
  writeFileSync(file, configuration(port));
  writeFileSync(join(data, 'rules.yml'), RULES);
  const flags = [`--config.file=${file}`, `--storage.tsdb.path=${data}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const server = spawn(process.execPath, [join(root, 'bin', 'barograph.js'), ...flags, '--web.enable-lifecycle'], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  server.stderr.on('data', (piece) => {
    log += piece;
  });
  const ended = once(server, 'exit');
  const patience = setTimeout(() => server.kill('SIGKILL'), PATIENCE_MS);
  try {
    await Promise.race([
      play(url, server),
      ended.then(([code]) => Promise.reject(new Error(`the server ended (${code}): ${log.slice(-2000)}`))),
    ]);
  } finally {
    clearTimeout(patience);
    server.kill('SIGTERM');
    await ended;
  }
}

function configuration(port) {
  const job = (name, path) => `  - job_name: ${name}
    metrics_path: ${path}
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`;
  return `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
scrape_configs:
${job('barograph', '/metrics')}${job('node', '/metrics/host')}`;
}

/** Asks everything several times, and then for the bytecode. */
async function play(url, server) {
  await until(async () => (await fetch(`${url}/-/ready`)).ok);
  await until(async () => (await ask(url, 'query', { query: 'count(up == 1)' })).includes('"2"'));
  for (let round = 0; round < ROUNDS; round++) {
    const end = Date.now() / 1000;
    for (const query of INSTANT) await ask(url, 'query', { query });
    for (const query of RANGE) await ask(url, 'query_range', { query, start: end - 240, end, step: 1 + round });
    for (const path of PATHS) await (await fetch(url + path)).arrayBuffer();
  }
  server.send('record');
  const [answer] = await once(server, 'message');
  if (answer !== 'recorded') throw new Error(String(answer));
}

async function ask(url, endpoint, parameters) {
  const reply = await fetch(`${url}/api/v1/${endpoint}?${new URLSearchParams(parameters)}`);
  return reply.text();
}

/** Waits for the condition, which may also fail until it holds. */
async function until(condition) {
  while (!(await condition().catch(() => false))) await delay(100);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
