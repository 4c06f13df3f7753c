import { writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventually,
  find,
  freePort,
  query,
  type RunningProcess,
  run,
  type Server,
  scratch,
  start,
  startServer,
} from '#test/process';

const exporter = find('prometheus-node-exporter');
const promtool = find('promtool');
const missing = [...(exporter ? [] : ['prometheus-node-exporter']), ...(promtool ? [] : ['promtool'])];
if (missing.length > 0) console.log(`skipped: the walk from exporter to webhook needs ${missing.join(' and ')}`);

interface Webhook {
  readonly status: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  }[];
}

describe.skipIf(missing.length > 0)('from a real exporter to a webhook', () => {
  let folder: ReturnType<typeof scratch>;
  let server: Server;
  let node: RunningProcess;
  let nodePort: number;
  let hook: HttpServer;
  let received: Webhook[];

  beforeEach(async () => {
    folder = scratch();
    received = [];
    nodePort = await freePort();
    node = startExporter();
    hook = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => {
        received.push(JSON.parse(body));
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await new Promise((done) => hook.once('listening', done));
    writeFileSync(join(folder.dir, 'rules.yml'), RULES);
    server = await startServer({ dir: folder.dir, config: config(), alertmanager: alertmanager() });
  });

  afterEach(async () => {
    await server.stop('SIGKILL');
    await node.stop('SIGKILL');
    hook.close();
    folder.remove();
  });

  const startExporter = () => start(exporter!, [`--web.listen-address=127.0.0.1:${nodePort}`]);
  const config = () => `global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: [rules.yml]
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["127.0.0.1:${nodePort}"]
`;
  const alertmanager = () => `route:
  receiver: hook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
receivers:
  - name: hook
    webhook_configs:
      - url: http://127.0.0.1:${(hook.address() as AddressInfo).port}/
`;
  const RULES = `groups:
  - name: node
    rules:
      - alert: ExporterDown
        expr: up{job="node"} == 0
        for: 2s
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.job }} is down"}
      - record: job:up:sum
        expr: sum by (job) (up)
`;

  it('raises, restarts without repeating itself, and resolves; promtool reads along; nothing is lost', async () => {
    await eventually(async () => {
      const { result } = await query<{ result: unknown[] }>(server, 'query?query=job:up:sum');
      expect(result).toHaveLength(1);
    });
    const instant = await run(promtool!, ['query', 'instant', server.url, 'up{job="node"}']);
    expect(instant.output).toMatch(/up\{instance="127\.0\.0\.1:\d+", job="node"\} => 1 @/);
    const range = await run(promtool!, ['query', 'range', '--step=1s', server.url, 'node_load1']);
    expect(range).toMatchObject({ code: 0 });
    expect(range.output).toContain('node_load1');

    await node.stop('SIGKILL');
    await eventually(() => expect(received).toHaveLength(1));
    expect(received[0]).toMatchObject({
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'ExporterDown', severity: 'critical' },
          annotations: { summary: 'node is down' },
        },
      ],
    });

    const before = await samples();
    await server.stop('SIGKILL');
    server = await startServer({ dir: folder.dir, port: server.port, config: config(), alertmanager: alertmanager() });
    const after = await samples();
    expect(after.slice(0, before.length)).toEqual(before);

    // The rule waits for its two seconds again after the restart; nobody is told a second time.
    await eventually(async () => {
      const { alerts } = await query<{ alerts: { state: string }[] }>(server, 'alerts');
      expect(alerts.map(({ state }) => state)).toEqual(['firing']);
    });
    node = startExporter();
    await eventually(() => expect(received.map(({ status }) => status)).toEqual(['firing', 'resolved']));
  });

  /** All samples of one series as the API gives them. */
  async function samples(): Promise<readonly [number, string][]> {
    const { result } = await query<{ result: { values: [number, string][] }[] }>(
      server,
      'query?query=node_boot_time_seconds[1h]',
    );
    return result[0]!.values;
  }
});
