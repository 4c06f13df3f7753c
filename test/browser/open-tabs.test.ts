import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { type LoginProxy, type Refusal, startLoginProxy } from '#test/login-proxy';
import { eventually, freePort, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const BOARD = {
  ...{ uid: 'wall', title: 'Wall', schemaVersion: 39, time: { from: 'now-5m', to: 'now' }, refresh: '5s' },
  templating: { list: [{ name: 'job', type: 'query', query: 'label_values(up, job)', refresh: 2, includeAll: true }] },
  annotations: { list: [{ name: 'Ups', enable: true, expr: 'up == 0', datasource: null }] },
  panels: ['timeseries', 'stat', 'table', 'bargauge', 'heatmap', 'state-timeline'].map((type, i) => ({
    ...{ id: i + 1, type, title: type, gridPos: { x: (i % 3) * 8, y: Math.floor(i / 3) * 7, w: 8, h: 7 } },
    targets: [{ refId: 'A', expr: `up{job=~"$job"}` }],
  })),
};
const WEEK = 7 * 86_400_000;

describe.skipIf(!chromiumPath)('a tab that stays open', () => {
  const folder = scratch();
  let server: Server;
  let proxy: LoginProxy;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    const boards = join(folder.dir, 'boards');
    mkdirSync(boards);
    writeFileSync(join(boards, 'wall.json'), JSON.stringify(BOARD));
    const jobs = `scrape_configs: [{ job_name: barograph, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]`;
    const config = `global: { scrape_interval: 1s }\n${jobs}\n`;
    server = await startServer({ dir: folder.dir, config, port, flags: [`--dashboards.path=${boards}`] });
    proxy = await startLoginProxy(port);
    browser = await launch();
    await eventually(async () => {
      const { result } = await query<{ result: unknown[] }>(server, 'query?query=count_over_time(up[10s])>3');
      if (result.length === 0) throw new Error('not enough samples yet');
    });
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.stop();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  async function open(url: string, before: (page: Page) => Promise<void> = async () => {}) {
    const opened = await openPage(browser);
    await before(opened.page);
    await opened.page.goto(url);
    for (const { id } of BOARD.panels) await drawn(panel(opened.page, id));
    return opened;
  }

  describe('whose session expires', () => {
    it.each<Refusal>(['status 401', 'redirect to a page of its own', 'redirect to another site'])(
      'by a %s: says so, keeps the last picture, and goes on after a sign-in elsewhere',
      async (refusal) => {
        proxy.signIn();
        const { page } = await open(`${proxy.url}/d/wall`);
        await watched(page);
        proxy.expire(refusal);
        await page.getByTestId('refresh-now').click();
        await page.getByTestId('page-watch').getByText('Your session has ended').waitFor();
        await panel(page, 1).locator('.panel-note[data-state=bad]').waitFor();
        expect(await page.getByTestId('panel').count()).toBe(6);
        expect(await panel(page, 1).getAttribute('data-panel-ready')).toBe('');
        expect(await panel(page, 1).locator('.panel-legend-entry').count()).toBe(1);
        // What was not fetched before cannot be now; the page stands all the same.
        await page.keyboard.press('Control+k');
        expect(await page.getByTestId('panel').count()).toBe(6);
        proxy.signIn();
        await eventually(async () => {
          await page.getByTestId('refresh-now').click();
          expect(await page.getByText('Your session has ended').count()).toBe(0);
        });
        await eventually(async () => expect(await panel(page, 1).locator('.panel-note').isHidden()).toBe(true));
        await page.close();
      },
    );
  });

  describe('while the server is updated', () => {
    const gone = async (page: Page) =>
      page.route('**/assets/**', (route) => route.fulfill({ status: 404, body: '404 page not found\n' }));

    it('offers to load the page again when the server has another page', async () => {
      const { page } = await open(`${server.url}/d/wall`);
      await watched(page);
      await page.route(`${server.url}/`, async (route) => {
        const answer = await route.fetch();
        await route.fulfill({
          response: answer,
          body: (await answer.text()).replace(/base-[\w-]+\.js/, 'base-new.js'),
        });
      });
      await eventually(async () => {
        await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
        const words = await page.getByTestId('page-watch').allTextContents();
        expect(words.join()).toContain('of another version than the server');
      });
      await page.unroute(`${server.url}/`);
      await page.getByRole('button', { name: 'Load the page again' }).click();
      await drawn(panel(page, 1));
      await watched(page);
      expect(await page.getByTestId('page-watch').count()).toBe(0);
      await page.close();
    });

    it('keeps the page when the code of a part is gone, and says so', async () => {
      const { page, errors } = await open(`${server.url}/d/wall`);
      await watched(page);
      await gone(page);
      await page.keyboard.press('Control+k');
      await page.getByTestId('page-watch').getByText('A part of this page could not be loaded').waitFor();
      await panel(page, 1).getByTestId('panel-menu').click();
      await page.keyboard.press('?');
      await page.unroute('**/assets/**');
      // The page goes on: it asks, gets answers and shows them, now and later.
      for (let i = 0; i < 5; i++) {
        const answered = page.waitForResponse('**/query_stream');
        await page.getByTestId('refresh-now').click();
        await answered;
        await idle(page);
      }
      expect(await page.getByTestId('panel').count()).toBe(6);
      expect(errors.filter((error) => error.startsWith('uncaught'))).toEqual([]);
      await page.close();
    });

    it('offers to load the page again in place of a page whose code is gone', async () => {
      const { page } = await open(`${server.url}/d/wall`);
      await gone(page);
      await page.getByRole('link', { name: 'Targets' }).click();
      await page.getByTestId('page-error').getByRole('button', { name: 'Load the page again' }).waitFor();
      await page.getByRole('link', { name: 'Barograph, home' }).waitFor();
      await page.unroute('**/assets/**');
      await page.getByTestId('page-error').getByRole('button').click();
      await page.getByTestId('target').first().waitFor();
      await page.close();
    });
  });

  describe('for a week', () => {
    it('asks once after a machine slept for days', async () => {
      let asked = 0;
      const { page, errors } = await open(`${server.url}/d/wall?refresh=1m`, async (fresh) => {
        await fresh.clock.install();
        fresh.on('request', (request) => (asked += request.url().endsWith('/query_stream') ? 1 : 0));
      });
      // From here on no time passes but that which is told; answers come all the same.
      await page.clock.pauseAt(Date.now() + 1000);
      const settled = () =>
        eventually(async () => {
          await page.clock.runFor(50);
          expect(await page.locator('[data-panel][data-loading]').count()).toBe(0);
        });
      await settled();
      asked = 0;
      await page.clock.fastForward(WEEK);
      await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
      await settled();
      expect(asked).toBe(1);
      await page.clock.runFor(1000);
      await settled();
      expect(asked).toBe(1);
      expect(errors).toEqual([]);
      await page.close();
    });

    it('has as many timers and about as much memory as at the beginning', async () => {
      const { page, errors } = await open(`${server.url}/d/wall?refresh=`, async (fresh) => {
        await fresh.addInitScript(COUNT_TIMERS);
      });
      const client = await page.context().newCDPSession(page);
      const measure = async () => {
        await client.send('HeapProfiler.collectGarbage');
        const { usedSize } = await client.send('Runtime.getHeapUsage');
        return { heap: usedSize, timers: await page.evaluate<number>('liveTimers.size') };
      };
      const refresh = async (times: number) => {
        for (let i = 0; i < times; i++) {
          await page.getByTestId('refresh-now').click();
          await idle(page);
        }
      };
      await watched(page);
      await refresh(30);
      const before = await measure();
      await refresh(150);
      const after = await measure();
      expect(after.timers).toBeLessThanOrEqual(before.timers);
      expect(after.heap - before.heap).toBeLessThan(5 * 2 ** 20);
      expect(errors).toEqual([]);
      await page.close();
    });
  });
});

/** Runs in the page: the intervals that were begun and not ended. */
const COUNT_TIMERS = `(() => {
  globalThis.liveTimers = new Set();
  const { setInterval: begin, clearInterval: end } = globalThis;
  globalThis.setInterval = (...all) => { const timer = begin(...all); liveTimers.add(timer); return timer; };
  globalThis.clearInterval = (timer) => { liveTimers.delete(timer); end(timer); };
})()`;

function panel(page: Page, id: number): Locator {
  return page.locator(`[data-panel="${id}"]`);
}

async function drawn(one: Locator): Promise<void> {
  await one.and(one.page().locator('[data-panel-ready]')).waitFor();
}

async function idle(page: Page): Promise<void> {
  await eventually(async () => expect(await page.locator('[data-panel][data-loading]').count()).toBe(0));
}

/** The code that watches over the page comes a few seconds after it. */
async function watched(page: Page): Promise<void> {
  await eventually(async () => {
    const names = await page.evaluate<string[]>('performance.getEntriesByType("resource").map(({ name }) => name)');
    expect(names.some((name) => name.includes('page-watch'))).toBe(true);
  });
}
