import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the pages need Chromium (Debian: apt-get install chromium)');

describe.skipIf(!chromiumPath)('in a real browser', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer({ dir: folder.dir });
    browser = await launch();
    // Two scrapes: rates have something to draw.
    await eventually(async () => {
      const { result } = await query<{ result: unknown[] }>(server, 'query?query=rate(node_cpu_seconds_total[1m])');
      if (result.length === 0) throw new Error('not enough samples yet');
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  it('the home page draws this machine', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/`);
    await page.waitForSelector('[data-panel-ready]');
    // One after the other.
    await page.locator('[data-testid=machine] canvas').nth(3).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a query shows a table and a graph, and its URL brings it back', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/query`);
    await page.locator('.cm-content').fill('node_load1');
    await page.getByTestId('query-run').click();
    await page.waitForSelector('[data-testid=query-row]');
    expect(await page.getByTestId('query-row').first().textContent()).toContain('node_load1');
    await page.goto(`${server.url}/graph?g0.expr=node_load1&g0.tab=0`);
    await page.waitForSelector('[data-testid=query-graph] canvas');
    expect(page.url()).toContain('/query');
    expect(errors).toEqual([]);
    await page.close();
  });

  it.each([
    ['/flags?filter=log', '/status?tab=flags&filter=log'],
    ['/config', '/status?tab=config'],
    ['/tsdb-status', '/status?tab=tsdb'],
    ['/alertmanager-discovery', '/status'],
    ['/service-discovery?search=node', '/targets?search=node'],
  ])('%s of Prometheus leads to %s', async (path, here) => {
    const { page } = await openPage(browser);
    await page.goto(server.url + path);
    await page.waitForURL((url) => url.pathname + url.search === here);
    await page.close();
  });

  it('a wrong query points at its mistake', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/query?g0.expr=sum(up`);
    expect(await page.getByTestId('error').first().textContent()).toContain('unclosed left parenthesis');
    await page.close();
  });

  it.each([
    ['/alerts', 'alerts'],
    ['/silences', 'silences'],
    ['/rules', 'rules'],
    ['/targets', 'targets'],
    ['/status', 'status'],
  ])('%s opens without errors, on a phone too', async (path, testId) => {
    for (const viewport of [
      { width: 1400, height: 900 },
      { width: 380, height: 700 },
    ]) {
      const { page, errors } = await openPage(browser, viewport);
      await page.goto(server.url + path);
      await page.waitForSelector(`[data-testid=${testId}]`);
      await page.waitForLoadState('networkidle');
      expect(errors).toEqual([]);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      await page.close();
    }
  });

  it('the targets page shows both targets up', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/targets`);
    await page.waitForSelector('[data-testid=target]');
    const text = await page.getByTestId('targets').textContent();
    expect(text).toContain('/metrics/host');
    expect(await page.getByTestId('target').count()).toBe(2);
    await page.close();
  });
});
