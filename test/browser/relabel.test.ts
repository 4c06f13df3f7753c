import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the pages need Chromium (Debian: apt-get install chromium)');

const CONFIG = `
scrape_configs:
  - job_name: shop
    scrape_interval: 5s
    static_configs:
      - targets: ['127.0.0.1:1', '127.0.0.2:1']
        labels: {__meta_app: shop, __meta_tier: web, env: prod}
    relabel_configs:
      - {source_labels: [__meta_app, __meta_tier], separator: '-', target_label: service}
      - {regex: '__meta_(.+)', action: labelmap}
      - {source_labels: [team], target_label: owner}
      - {source_labels: [__address__], regex: '127\\.0\\.0\\.2:.*', action: drop}
      - {regex: env, action: labeldrop}
`;

/** A picture for people, where BAROGRAPH_PICTURES names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env['BAROGRAPH_PICTURES'];
  if (dir !== undefined) writeFileSync(join(dir, `${name}.png`), await page.screenshot());
}

describe.skipIf(!chromiumPath)('relabelling step by step', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer({ dir: folder.dir, config: CONFIG });
    browser = await launch();
    await eventually(async () => {
      const { activeTargets } = await query<{ activeTargets: unknown[] }>(server, 'targets');
      if (activeTargets.length === 0) throw new Error('no targets yet');
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  const states = (page: Page) =>
    page.getByTestId('relabel-step').evaluateAll((steps) => steps.map((step) => step.getAttribute('data-state')));

  it('is a click away from each target and shows what each rule changes', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/targets`);
    await page.getByTestId('target').first().getByRole('button').click();
    await page.getByTestId('relabel-link').click();
    await page.getByTestId('relabel-step').first().waitFor();
    expect(await states(page)).toEqual(['changes', 'changes', 'nothing', 'nothing', 'changes']);
    const second = page.getByTestId('relabel-step').nth(1);
    expect(await second.getByTestId('label-added').allInnerTexts()).toEqual(['+\tapp\t\tshop', '+\ttier\t\tweb']);
    expect(await page.getByTestId('relabel-step').nth(4).getByTestId('label-removed').allInnerTexts()).toEqual([
      '−\tenv\tprod\t',
    ]);
    expect(await page.getByTestId('relabel-outcome').textContent()).toContain('instance=127.0.0.1:1');
    await picture(page, 'relabel');
    await page.keyboard.press('t');
    await picture(page, 'relabel-other-theme');
    await page.getByTestId('relabel-step').first().locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await page.getByTestId('relabel-step').first().getAttribute('open')).toBe(null);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('says of a dropped target which rule dropped it, and its URL brings it back', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/targets?health=dropped`);
    await page.getByTestId('dropped-target').getByRole('button').click();
    await page.getByTestId('relabel-link').click();
    await page.getByTestId('relabel-step').first().waitFor();
    const url = page.url();
    await page.goto('about:blank');
    await page.goto(url);
    await page.getByTestId('relabel-step').first().waitFor();
    expect(await states(page)).toEqual(['changes', 'changes', 'nothing', 'drops', 'unreached']);
    expect(await page.getByTestId('relabel-outcome').textContent()).toBe('Dropped by rule 4.');
    expect(await page.getByTestId('relabel-step').nth(3).textContent()).toContain(
      '__address__ is "127.0.0.2:1", which matches 127\\.0\\.0\\.2:.*: dropped',
    );
    await picture(page, 'relabel-dropped');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('tries pasted labels with rules that are edited, by keys', async () => {
    const { page } = await openPage(browser, { width: 380, height: 900 });
    await page.goto(`${server.url}/targets/relabel?pool=shop`);
    await page.getByTestId('relabel-labels').waitFor();
    await page.keyboard.press('l');
    await page.keyboard.insertText('{"__address__":"10.0.0.1:80","job":"x"}');
    await page.getByTestId('relabel-step').nth(4).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('relabel-labels').blur();
    await page.keyboard.press('e');
    const rules = page.getByTestId('relabel-rules');
    expect(await rules.inputValue()).toContain("- regex: '__meta_(.+)'\n  action: labelmap\n");
    await rules.fill('- {source_labels: [job], regex: x, action: drop}');
    await eventually(async () => expect(await states(page)).toEqual(['drops']));
    await rules.fill('- {source_labels: [job], regx: x}');
    await page.getByTestId('error').waitFor();
    expect(await page.getByTestId('error').textContent()).toContain('did you mean regex?');
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await page.close();
  });
});
