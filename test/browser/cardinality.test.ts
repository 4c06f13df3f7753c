import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the pages need Chromium (Debian: apt-get install chromium)');

describe.skipIf(!chromiumPath)('the cardinality of the storage', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer({ dir: folder.dir });
    browser = await launch();
    await eventually(async () => {
      const { metrics } = await query<{ metrics: { name: string; usedBy: string[] }[] }>(server, 'status/cardinality');
      const processors = metrics.find(({ name }) => name === 'node_cpu_seconds_total');
      if (!processors?.usedBy.includes('rules')) throw new Error('this machine was not scraped yet');
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    folder.remove();
  });

  it('shows metrics with who uses them, and the rule that drops the others', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/status?tab=tsdb`);
    await page.getByTestId('metric-row').first().waitFor();
    await page.getByTestId('filter').fill('node_cpu_seconds');
    await page.getByText('dashboards, rules', { exact: false }).first().waitFor();
    expect(await page.getByTestId('metric-row').count()).toBe(1);
    await page.getByTestId('filter').fill('');
    await page.getByTestId('segment-unused').click();
    const rule = await page.getByTestId('unused-rule').textContent();
    expect(rule).toMatch(/^- source_labels: \[__name__\]\n {2}regex: '[a-zA-Z0-9_:|]+'\n {2}action: drop\n$/);
    expect(rule).not.toContain('node_cpu_seconds_total');
    if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'], fullPage: true });
    expect(errors).toEqual([]);
    await page.close();
  });
});
