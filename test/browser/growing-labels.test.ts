import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAssets } from '#lib/assets';
import { ApiWorld } from '#test/api-world';
import { chromiumPath, launch, openPage, picture } from '#test/browser';
import { repository } from '#test/process';
import { ScrapeWorld } from '#test/scrape-world';

if (!chromiumPath) console.log('skipped: the pages need Chromium (Debian: apt-get install chromium)');

const ORIGIN = 'http://barograph.test';

describe.skipIf(!chromiumPath)('a target whose label gets ever new values', () => {
  const scraping = new ScrapeWorld();
  const api = new ApiWorld();
  let browser: Browser;

  beforeAll(async () => {
    scraping.scrape('relabel_configs: [{target_label: __scrape_interval__, replacement: 1m}]', 'a:1');
    await api.open(() => ({
      targets: {
        targets: () => Promise.resolve(scraping.manager.targets()),
        metadata: () => Promise.resolve(new Map()),
        targetMetadata: () => Promise.resolve([]),
        pools: () => ['test'],
        poolConfig: () => null,
        relabeling: () => null,
      },
      pages: { assets: loadAssets(join(repository, 'dist', 'ui')), prefix: '' },
    }));
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await api.dispose();
    await scraping.manager.stop();
  });

  /** Fifteen minutes, a scrape and a thousand new users in each. */
  async function grow(): Promise<void> {
    for (let minute = 0; minute < 15; minute++) {
      const users = Array.from({ length: 1 + 1000 * minute }, (_, i) => `hits_total{user_id="u${i}"} 1\n`);
      scraping.says.set('a:1', users.join(''));
      await scraping.pass(60);
    }
  }

  it('is warned of on the targets page within a quarter of an hour, with the rule that drops it', async () => {
    const { page, errors } = await openPage(browser);
    await answerFrom(page, api);
    await grow();
    await page.goto(`${ORIGIN}/targets`);
    await page.getByTestId('growing-labels').waitFor();
    expect(await page.getByTestId('growing-labels').textContent()).toContain('user_id gets ever new values (about');
    await page.getByTestId('growing-label').locator('summary').click();
    expect(await page.getByTestId('growing-label-rule').textContent()).toContain(
      "source_labels: [__name__, user_id]\n    regex: '(?:hits_total);.+'\n    action: drop",
    );
    await picture(page, 'growing-label');
    expect(errors).toEqual([]);
  });
});

/** The API in this process answers what the page asks: its clock is not that of the browser. */
async function answerFrom(page: Page, api: ApiWorld): Promise<void> {
  await page.route(`${ORIGIN}/**`, async (route) => {
    const asked = route.request();
    const { status, headers, body } = await responseTo(api, asked.url().slice(ORIGIN.length), asked.headers());
    await route.fulfill({ status, headers, body });
  });
}

async function responseTo(api: ApiWorld, path: string, headers: Record<string, string>) {
  const response = await api.request(path, { headers });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  };
}
