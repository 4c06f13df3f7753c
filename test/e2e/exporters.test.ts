import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventually,
  find,
  freePort,
  query,
  type RunningProcess,
  type Server,
  scratch,
  start,
  startServer,
} from '#test/process';

/** Debian's exporters; the tests of one that is not there are skipped. */
const PROGRAMS = {
  node: find('prometheus-node-exporter'),
  blackbox: find('prometheus-blackbox-exporter'),
  pushgateway: find('prometheus-pushgateway'),
  redis: find('redis-server'),
  redisExporter: find('prometheus-redis-exporter'),
} as const;
for (const [name, path] of Object.entries(PROGRAMS)) {
  if (path === null) console.log(`skipped: there is no ${name} (apt-get install it, as .ci/run does)`);
}
/** Those that the dashboard needs and that are off by default. */
const NODE_COLLECTORS = ['--collector.processes', '--collector.tcpstat', '--collector.interrupts'];
const hasRedis = PROGRAMS.redis !== null && PROGRAMS.redisExporter !== null;

interface Ports {
  readonly own: number;
  readonly node: number;
  readonly blackbox: number;
  readonly pushgateway: number;
  readonly redis: number;
  readonly redisExporter: number;
  /** Nothing listens there. */
  readonly nobody: number;
}

const probeJob = (module: string, targets: readonly string[], { blackbox }: Ports) => `
  - job_name: probe_${module}
    metrics_path: /probe
    params: {module: [${module}]}
    static_configs: [{targets: ${JSON.stringify(targets)}}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: '127.0.0.1:${blackbox}'}`;

const plainJob = (name: string, port: number, more = '') => `
  - job_name: ${name}${more}
    static_configs: [{targets: ['127.0.0.1:${port}']}]`;

function configOf(ports: Ports): string {
  const own = `http://127.0.0.1:${ports.own}/-/healthy`;
  return [
    'global: {scrape_interval: 2s, scrape_timeout: 2s}\nscrape_configs:',
    PROGRAMS.node === null ? '' : plainJob('node', ports.node),
    PROGRAMS.pushgateway === null ? '' : plainJob('pushgateway', ports.pushgateway, '\n    honor_labels: true'),
    hasRedis ? plainJob('redis', ports.redisExporter) : '',
    PROGRAMS.blackbox === null
      ? ''
      : probeJob('http_2xx', [own, `http://127.0.0.1:${ports.nobody}/`], ports) +
        probeJob('tcp_connect', [`127.0.0.1:${ports.own}`], ports),
  ].join('');
}

function exporters(ports: Ports, dir: string): RunningProcess[] {
  const modules = join(dir, 'blackbox.yml');
  writeFileSync(modules, 'modules:\n  http_2xx: {prober: http}\n  tcp_connect: {prober: tcp}\n');
  const listen = (port: number) => `--web.listen-address=127.0.0.1:${port}`;
  const run = (program: string | null, ...args: readonly string[]) =>
    program === null ? [] : [start(program, args, dir)];
  return [
    ...run(PROGRAMS.node, listen(ports.node), ...NODE_COLLECTORS),
    ...run(PROGRAMS.blackbox, `--config.file=${modules}`, listen(ports.blackbox)),
    ...run(PROGRAMS.pushgateway, listen(ports.pushgateway)),
    ...run(hasRedis ? PROGRAMS.redis : null, '--port', String(ports.redis), '--bind', '127.0.0.1', '--save', ''),
    ...run(
      hasRedis ? PROGRAMS.redisExporter : null,
      `-redis.addr=redis://127.0.0.1:${ports.redis}`,
      `-web.listen-address=127.0.0.1:${ports.redisExporter}`,
    ),
  ];
}

let ports: Ports;
let running: RunningProcess[] = [];
let server: Server;
const folder = scratch();

interface Element {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function instant(expr: string): Promise<readonly Element[]> {
  return (await query<{ result: readonly Element[] }>(server, `query?query=${encodeURIComponent(expr)}`)).result;
}

/** Values by one label. */
async function valuesBy(label: string, expr: string): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await instant(expr)).map(({ metric, value }) => [metric[label], value[1]]));
}

beforeAll(async () => {
  const names = ['own', 'node', 'blackbox', 'pushgateway', 'redis', 'redisExporter', 'nobody'];
  const free = await Promise.all(names.map(freePort));
  ports = Object.fromEntries(names.map((name, i) => [name, free[i]!])) as unknown as Ports;
  running = exporters(ports, folder.dir);
  if (PROGRAMS.pushgateway !== null) await push(ports.pushgateway);
  server = await startServer({ dir: folder.dir, config: configOf(ports), port: ports.own });
});

afterAll(async () => {
  await server?.stop();
  await Promise.all(running.map((program) => program.stop('SIGKILL')));
  folder.remove();
});

function push(port: number): Promise<void> {
  return eventually(async () => {
    const url = `http://127.0.0.1:${port}/metrics/job/backup/instance/db1`;
    const response = await fetch(url, { method: 'PUT', body: '# TYPE backup_rows gauge\nbackup_rows 42\n' });
    expect(response.status).toBe(200);
  });
}

it('every target is up', async () => {
  await eventually(async () => {
    const up = await instant('up');
    expect(up.length).toBeGreaterThan(0);
    expect(up.filter(({ value }) => value[1] !== '1').map(({ metric }) => metric)).toEqual([]);
    const probes = PROGRAMS.blackbox === null ? 0 : 3;
    const others = [PROGRAMS.node !== null, PROGRAMS.pushgateway !== null, hasRedis].filter(Boolean).length;
    expect(up).toHaveLength(probes + others);
  });
});

it.skipIf(PROGRAMS.blackbox === null)('probes go through the blackbox exporter to relabeled targets', async () => {
  await eventually(async () => {
    expect(await valuesBy('instance', 'probe_success')).toEqual({
      [`http://127.0.0.1:${ports.own}/-/healthy`]: '1',
      [`http://127.0.0.1:${ports.nobody}/`]: '0',
      [`127.0.0.1:${ports.own}`]: '1',
    });
  });
  expect(await valuesBy('job', 'probe_http_status_code > 0')).toEqual({ probe_http_2xx: '200' });
});

it.skipIf(PROGRAMS.pushgateway === null)('what was pushed keeps its job and instance, with honor_labels', async () => {
  await eventually(async () => {
    expect((await instant('backup_rows')).map(({ metric, value }) => ({ ...metric, value: value[1] }))).toEqual([
      { __name__: 'backup_rows', job: 'backup', instance: 'db1', value: '42' },
    ]);
  });
});

it.skipIf(!hasRedis)('the redis exporter tells of a real redis', async () => {
  await eventually(async () => {
    expect(await valuesBy('job', 'redis_up')).toEqual({ redis: '1' });
    expect(await valuesBy('job', 'rate(redis_commands_processed_total[30s]) > bool 0')).toEqual({ redis: '1' });
  });
});

interface Panel {
  readonly title?: string;
  readonly targets?: readonly { readonly expr?: string }[];
  readonly panels?: readonly Panel[];
}

function exprsOf(panels: readonly Panel[]): string[] {
  return panels.flatMap(({ targets = [], panels: inside = [] }) => [
    ...targets.flatMap(({ expr }) => expr ?? []),
    ...exprsOf(inside),
  ]);
}

/** Queries that rightly find nothing on a machine without what they look for, though it has the metric. */
const MAY_BE_EMPTY: readonly RegExp[] = [
  // Shows only machines that run virtual ones.
  /node_cpu_guest_seconds_total.*> 0$/,
  // A container's interfaces may say `unknown` instead of `up`.
  /node_network_up\{operstate="up"/,
  // Only states that something is in at the moment have a series.
  /node_(tcp_connection_states|processes_state)\{state="/,
];

/** The names of the metrics on a page. */
async function exposed(port: number): Promise<ReadonlySet<string>> {
  const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return new Set(page.split('\n').flatMap((line) => /^([a-zA-Z_:][\w:]*)/.exec(line)?.[1] ?? []));
}

/** Those that have no result. */
async function emptyOf(exprs: readonly string[]): Promise<readonly string[]> {
  const empty: string[] = [];
  for (const expr of exprs) if ((await instant(expr)).length === 0) empty.push(expr);
  return empty;
}

const namesIn = (expr: string) => [...expr.matchAll(/\b((?:node|process|go|promhttp)_\w+)/g)].map((match) => match[1]!);

describe.skipIf(PROGRAMS.node === null)('every query of the dashboard Node Exporter Full', () => {
  const { panels } = JSON.parse(readFileSync('test/conformance/kit/real/node-exporter-full.json', 'utf8')) as {
    panels: readonly Panel[];
  };
  const exprs = [...new Set(exprsOf(panels))];

  it('answers, but for those of metrics that the exporter does not have on this machine', async () => {
    const here = { node: `127.0.0.1:${ports.node}`, job: 'node', __rate_interval: '30s' };
    const filled = exprs.map((expr) => expr.replace(/\$(\w+)/g, (_, name) => here[name as keyof typeof here]));
    await eventually(async () => {
      const [scrapes] = await instant('count_over_time(up{job="node"}[1m])');
      expect(Number(scrapes!.value[1])).toBeGreaterThan(3);
    });
    const metrics = await exposed(ports.node);
    // A scrape that comes too late on a busy machine leaves a moment without samples.
    const missing = await eventually(async () => {
      const empty = await emptyOf(filled);
      const lacking = (expr: string) => namesIn(expr).filter((name) => !metrics.has(name));
      const unexplained = empty.filter((expr) => lacking(expr).length === 0);
      expect(unexplained.filter((expr) => !MAY_BE_EMPTY.some((pattern) => pattern.test(expr)))).toEqual([]);
      console.log(`${filled.length - empty.length} of ${filled.length} answer`);
      return [...new Set(empty.flatMap(lacking))].sort();
    });
    console.log(`not on this machine: ${missing.join(', ')}`);
    expect(exprs.length).toBeGreaterThan(250);
  });
});
