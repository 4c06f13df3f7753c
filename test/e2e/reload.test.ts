import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

let folder: ReturnType<typeof scratch>;
let server: Server;

const CONFIG =
  'global:\n  scrape_interval: 1s\nscrape_configs:\n  - job_name: first\n    static_configs:\n      - targets: ["127.0.0.1:1"]\n';

beforeEach(async () => {
  folder = scratch();
  server = await startServer({ dir: folder.dir, config: CONFIG, flags: ['--web.enable-lifecycle'] });
});

afterEach(async () => {
  await server.stop('SIGKILL');
  folder.remove();
});

interface Targets {
  readonly activeTargets: readonly { readonly labels: Record<string, string> }[];
}

function write(config: string): Promise<Response> {
  writeFileSync(join(folder.dir, 'prometheus.yml'), config);
  return fetch(`${server.url}/-/reload`, { method: 'POST' });
}

describe('a reload', () => {
  it('takes the new configuration', async () => {
    expect((await write(CONFIG.replace('first', 'second'))).status).toBe(200);
    await eventually(async () => {
      const { activeTargets } = await query<Targets>(server, 'targets');
      expect(activeTargets.map(({ labels }) => labels['job'])).toEqual(['second']);
    });
  });

  it('keeps the old configuration when the new one is bad, and tells everybody', async () => {
    const response = await write(CONFIG.replace('scrape_interval', 'scrape_intervall'));
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('prometheus.yml:2:3');
    const { activeTargets } = await query<Targets>(server, 'targets');
    expect(activeTargets.map(({ labels }) => labels['job'])).toEqual(['first']);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('\nprometheus_config_last_reload_successful 0\n');
    expect(server.output()).toContain('scrape_intervall');
    const runtime = await query<{ reloadConfigSuccess: boolean; reloadConfigError: string }>(
      server,
      'status/runtimeinfo',
    );
    expect(runtime.reloadConfigSuccess).toBe(false);
    expect(runtime.reloadConfigError).toContain('prometheus.yml:2:3');
  });

  it('answers with the retention and the settings of the new file', async () => {
    await write(`${CONFIG}storage:\n  tsdb:\n    retention:\n      size: 1GB\n`);
    const { storageRetention } = await query<{ storageRetention: string }>(server, 'status/runtimeinfo');
    expect(storageRetention).toBe('1GiB');
  });

  it('happens on SIGHUP too', async () => {
    writeFileSync(join(folder.dir, 'prometheus.yml'), CONFIG.replace('first', 'third'));
    server.child.kill('SIGHUP');
    await eventually(async () => {
      const { activeTargets } = await query<Targets>(server, 'targets');
      expect(activeTargets.map(({ labels }) => labels['job'])).toEqual(['third']);
    });
  });
});

describe('quitting over HTTP', () => {
  it('ends the server as a signal does: without an error', async () => {
    const ended = new Promise<number | null>((done) => server.child.on('close', done));
    expect((await fetch(`${server.url}/-/quit`, { method: 'POST' })).status).toBe(200);
    expect(await ended).toBe(0);
    expect(server.output()).toContain('Stopped');
  });
});
