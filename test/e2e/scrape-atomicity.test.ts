import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

const SERIES = 300;
const KILLS = 4;

/** Every page has all series, all with the number of the page as their value. */
describe('a scrape', () => {
  const folder = scratch();
  let target: HttpServer;
  let server: Server | null = null;
  let pages = 0;

  beforeAll(async () => {
    target = createServer((_, response) => {
      pages++;
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' });
      response.end(Array.from({ length: SERIES }, (_one, i) => `whole{i="${i}"} ${pages}\n`).join(''));
    });
    await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
  });

  afterAll(async () => {
    await server?.stop('SIGKILL');
    target.close();
    folder.remove();
  });

  it('is stored as a whole or not at all, however often the server is killed', async () => {
    const { port } = target.address() as AddressInfo;
    const job = `{job_name: whole, scrape_interval: 100ms, scrape_timeout: 100ms, static_configs: [{targets: ['127.0.0.1:${port}']}]}`;
    const config = `scrape_configs: [${job}]\n`;
    for (let kill = 0; kill < KILLS; kill++) {
      server = await startServer({ dir: folder.dir, config });
      const before = pages;
      await eventually(() => {
        if (pages < before + 10) throw new Error('not scraped yet');
      });
      // A different moment of the interval each time.
      const moment = performance.now() + 23 * kill;
      while (performance.now() < moment) await new Promise((done) => setImmediate(done));
      await server.stop('SIGKILL');
    }
    server = await startServer({ dir: folder.dir, config });
    const { result } = await query<{ result: { values: [number, string][] }[] }>(server, 'query?query=whole[10m]');
    expect(result.length).toBe(SERIES);
    const stored = new Map<number, string[]>();
    for (const [t, v] of result.flatMap(({ values }) => values)) stored.set(t, [...(stored.get(t) ?? []), v]);
    expect(stored.size).toBeGreaterThan(10 * (KILLS - 1));
    for (const values of stored.values()) {
      expect(values.length).toBe(SERIES);
      expect(new Set(values).size).toBe(1);
    }
  });
});
