import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, query, run, type Server, scratch, startServer } from '#test/process';

const program = resolve(import.meta.dirname, '../../bin/barograph.js');

let folder: ReturnType<typeof scratch>;
let server: Server | null = null;

beforeEach(() => {
  folder = scratch();
});

afterEach(async () => {
  await server?.stop('SIGKILL');
  server = null;
  folder.remove();
});

interface Vector {
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: [number, string] }[];
}

describe('the server without a configuration', () => {
  it('watches itself and this machine at once', async () => {
    server = await startServer({ dir: folder.dir });
    const up = await eventually(async () => {
      const { result } = await query<Vector>(server!, 'query?query=up');
      if (result.length < 2) throw new Error('not scraped yet');
      return result;
    });
    expect(up.map(({ metric, value }) => [metric['job'], value[1]]).sort()).toEqual([
      ['barograph', '1'],
      ['node', '1'],
    ]);
    const memory = await query<Vector>(server, 'query?query=node_memory_MemTotal_bytes');
    expect(Number(memory.result[0]!.value[1])).toBeGreaterThan(0);
  });

  it('says where it is and answers a browser with the home page', async () => {
    server = await startServer({ dir: folder.dir });
    expect(server.output()).toContain(server.url);
    const page = await fetch(`${server.url}/`, { headers: { Accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).toContain('<div id="root">');
  });

  it('has default rules that hold', async () => {
    server = await startServer({ dir: folder.dir });
    const { groups } = await query<{ groups: { rules: { name: string; health: string; lastError?: string }[] }[] }>(
      server,
      'rules',
    );
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.map(({ name }) => name)).toContain('TargetDown');
    expect(rules.filter(({ health }) => health === 'err')).toEqual([]);
  });

  it('ends cleanly on SIGTERM', async () => {
    server = await startServer({ dir: folder.dir });
    expect(await server.stop('SIGTERM')).toBe(0);
  });
});

describe('a start that cannot succeed', () => {
  it('names the flag to change when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => other.once('listening', done));
    const { port } = other.address() as { port: number };
    const { code, output } = await run(
      process.execPath,
      [program, `--web.listen-address=127.0.0.1:${port}`],
      folder.dir,
    );
    other.close();
    expect(code).toBe(1);
    expect(output).toContain(`cannot listen on 127.0.0.1:${port}`);
    expect(output).toContain('--web.listen-address');
  });

  it('is refused while another process has the data folder', async () => {
    server = await startServer({ dir: folder.dir });
    const args = [program, `--storage.tsdb.path=${join(folder.dir, 'data')}`, '--web.listen-address=127.0.0.1:0'];
    const { code, output } = await run(process.execPath, args, folder.dir);
    expect(code).toBe(1);
    expect(output).toContain(String(server.child.pid));
    expect((await query<Vector>(server, 'query?query=1')).result).toBeDefined();
  });

  it('lists every problem of a configuration with file, line and column', async () => {
    const file = join(folder.dir, 'prometheus.yml');
    writeFileSync(
      file,
      'global:\n  scrape_intervall: 5s\nscrape_configs:\n  - job_name: a\n    scrape_timeout: soon\n',
    );
    const args = [program, `--config.file=${file}`, '--web.listen-address=127.0.0.1:0'];
    const { code, output } = await run(process.execPath, args, folder.dir);
    expect(code).toBe(1);
    expect(output).toContain(`${file}:2:3`);
    expect(output).toContain('scrape_interval');
    expect(output).toContain(`${file}:5:`);
    expect(output).toContain('not a valid duration string: "soon"');
  });

  it('says so when the configuration file is not there', async () => {
    const args = [program, '--config.file=missing.yml', '--web.listen-address=127.0.0.1:0'];
    const { code, output } = await run(process.execPath, args, folder.dir);
    expect(code).toBe(1);
    expect(output).toContain('missing.yml');
  });

  it('says so when the data folder cannot be made', async () => {
    mkdirSync(join(folder.dir, 'x'));
    writeFileSync(join(folder.dir, 'x', 'file'), '');
    const args = [
      program,
      `--storage.tsdb.path=${join(folder.dir, 'x', 'file', 'data')}`,
      '--web.listen-address=127.0.0.1:0',
    ];
    const { code, output } = await run(process.execPath, args, folder.dir);
    expect(code).toBe(1);
    expect(output).toContain('--storage.tsdb.path');
  });

  it('names an unknown flag and the one that was meant', async () => {
    const { code, output } = await run(process.execPath, [program, '--storage.tsdb.retention.tim=15d'], folder.dir);
    expect(code).toBe(1);
    expect(output).toContain('unknown flag --storage.tsdb.retention.tim, did you mean --storage.tsdb.retention.time?');
  });
});
