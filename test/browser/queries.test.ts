import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the pages need Chromium (Debian: apt-get install chromium)');

/** Keeps a thread busy until it is ended, and does not look up from its work. */
const ENDLESS = 'double_exponential_smoothing(vector(1)[20d:1s], 0.5, 0.5)';

describe.skipIf(!chromiumPath)('queries in a real browser', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer({ dir: folder.dir });
    browser = await launch();
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

  /** A picture for people, where BAROGRAPH_PICTURES names a folder. */
  async function picture(page: { screenshot(): Promise<Buffer> }, name: string): Promise<void> {
    const dir = process.env['BAROGRAPH_PICTURES'];
    if (dir !== undefined) writeFileSync(join(dir, `${name}.png`), await page.screenshot());
  }

  it('an explained query shows its parts with their series, by keys too', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/query`);
    await page.locator('.cm-content').fill('sum by (mode) (rate(node_cpu_seconds_total[5m])) * 100');
    await page.getByTestId('query-explain').click();
    const rows = page.getByTestId('explain-row');
    await rows.first().waitFor();
    expect(await rows.locator('.explain-part').allTextContents()).toEqual([
      'sum by (mode) (rate(node_cpu_seconds_total[5m])) * 100',
      'sum by (mode) (rate(node_cpu_seconds_total[5m]))',
      'rate(node_cpu_seconds_total[5m])',
      'node_cpu_seconds_total[5m]',
    ]);
    await picture(page, 'explain');
    expect(page.url()).toContain('g0.show_tree=1');
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    expect(await rows.count()).toBe(2);
    expect(await rows.nth(1).getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    expect(await rows.count()).toBe(4);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a costly part becomes a recording rule', async () => {
    const { page, errors } = await openPage(browser);
    const expr = encodeURIComponent('sum by (mode) (rate(node_cpu_seconds_total[5m])) > 2');
    await page.goto(`${server.url}/query?g0.expr=${expr}&g0.tab=table&g0.show_tree=1`);
    await page.getByTestId('make-rule').click();
    expect(await page.getByTestId('rule-yaml').textContent()).toContain('- record: "mode:node_cpu_seconds:rate5m"');
    expect(await page.getByTestId('rule-saving').textContent()).toMatch(/samples now and would read/);
    expect(await page.getByTestId('rule-dialog').textContent()).toContain('mode:node_cpu_seconds:rate5m > 2');
    await picture(page, 'recording-rule');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('sides that do not match say why, on a phone too', async () => {
    for (const viewport of [
      { width: 1400, height: 900 },
      { width: 380, height: 700 },
    ]) {
      const { page, errors } = await openPage(browser, viewport);
      const expr = encodeURIComponent('node_load1 / node_filesystem_size_bytes');
      await page.goto(`${server.url}/query?g0.expr=${expr}&g0.tab=table&g0.show_tree=1`);
      expect(await page.getByTestId('no-match').textContent()).toMatch(
        /No series match: .*mountpoint is on the right side only/,
      );
      await picture(page, `no-match-${viewport.width}`);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(errors).toEqual([]);
      await page.close();
    }
  });

  it('a wrong query shows the place and what may help', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/query?g0.expr=${encodeURIComponent('sum(node_load1) +\n  rate(up)')}`);
    const caret = page.getByTestId('error-caret');
    await caret.waitFor();
    expect(await caret.textContent()).toBe('  rate(up)\n       ^');
    const error = await page.getByTestId('error').first().textContent();
    expect(error).toContain(
      '2:8 parse error: expected type range vector in call to function "rate", got instant vector',
    );
    expect(error).toContain('A function on ranges needs one.');
    await picture(page, 'error');
    await page.close();
  });

  it('a running query is seen, ended, and remembered as slow', async () => {
    const body = new URLSearchParams({ query: ENDLESS, start: '0', end: '10000', step: '1' });
    const answer = fetch(`${server.url}/api/v1/query_range`, { method: 'POST', body });
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/status`);
    await page.getByText('Running and slow queries').click();
    const running = page.getByTestId('running-query').filter({ hasText: ENDLESS });
    await running.waitFor();
    await picture(page, 'running');
    await running.getByTestId('end-query').click();
    const ended = await answer;
    expect(await ended.json()).toMatchObject({
      ...{ status: 'error', errorType: 'canceled', error: 'the query was ended by an operator of this server' },
    });
    await running.waitFor({ state: 'detached' });
    await page.getByTestId('slow-query').filter({ hasText: ENDLESS }).waitFor();
    await picture(page, 'slow');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('the queries fit on a phone', async () => {
    const { page, errors } = await openPage(browser, { width: 380, height: 700 });
    await page.goto(`${server.url}/queries`);
    await page.getByTestId('slow-query').first().waitFor();
    await picture(page, 'queries-380');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});
