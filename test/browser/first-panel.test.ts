import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, freePort, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the first panel needs Chromium (Debian: apt-get install chromium)');

/** Encoded bytes of JavaScript that a new visitor waits for, gzipped. */
const MOST_BYTES = 150_000;

const ONE_PANEL = {
  ...{ uid: 'one-panel', title: 'One panel', schemaVersion: 39, time: { from: 'now-5m', to: 'now' } },
  panels: [
    {
      ...{ id: 1, type: 'timeseries', title: 'Up', gridPos: { x: 0, y: 0, w: 24, h: 9 } },
      targets: [{ refId: 'A', expr: 'up' }],
      fieldConfig: {
        defaults: { unit: 'short' },
        overrides: [{ matcher: { id: 'byRegexp', options: '/^up.*/' }, properties: [] }],
      },
    },
  ],
};

/** Runs in the page. */
const TELL_WHEN_DRAWN = `(function look() {
  if (document.querySelector('[data-panel-ready=""]') === null) requestAnimationFrame(look);
  else drawn();
})()`;

describe.skipIf(!chromiumPath)('the first panel of a dashboard', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    const config = [
      'global: { scrape_interval: 1s }',
      'scrape_configs:',
      `  - { job_name: barograph, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }`,
    ].join('\n');
    const boards = join(folder.dir, 'boards');
    mkdirSync(boards);
    writeFileSync(join(boards, 'one.json'), JSON.stringify(ONE_PANEL));
    server = await startServer({ dir: folder.dir, config, port, flags: [`--dashboards.path=${boards}`] });
    browser = await launch();
    await eventually(async () => {
      const { result } = await query<{ result: unknown[] }>(server, 'query?query=count_over_time(up[10s])>3');
      if (result.length === 0) throw new Error('not enough samples yet');
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  it('is drawn with 150 kB of JavaScript at most', async () => {
    const { page, errors } = await openPage(browser);
    const scripts: Promise<readonly [name: string, bytes: number]>[] = [];
    const done = new Promise<void>((resolve) => {
      void page.exposeFunction('drawn', resolve);
    });
    page.on('requestfinished', (request) => {
      if (/\.js$/.test(new URL(request.url()).pathname))
        scripts.push(request.sizes().then((sizes) => [request.url().replace(/.*\//, ''), sizes.responseBodySize]));
    });
    await page.addInitScript(TELL_WHEN_DRAWN);
    await page.goto(`${server.url}/d/one-panel`);
    await done;
    // What comes later is not waited for.
    page.removeAllListeners('requestfinished');
    const loaded = await Promise.all(scripts);
    const listed = [...loaded].sort(([, a], [, b]) => b - a).map(([name, bytes]) => `${bytes} ${name}`);
    expect(errors).toEqual([]);
    // The base, a page, its charts and what joins them.
    expect(loaded.length).toBeGreaterThanOrEqual(4);
    expect(
      loaded.reduce((sum, [, bytes]) => sum + bytes, 0),
      listed.join('\n'),
    ).toBeLessThanOrEqual(MOST_BYTES);
    // What is loaded behind the first panel is not asked for its size when the page is gone.
    page.removeAllListeners('requestfinished');
    await Promise.all(scripts);
    await page.close();
  });
});
