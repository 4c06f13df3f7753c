import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage, picture } from '#test/browser';
import { type Server, scratch, startAlertmanager } from '#test/process';

if (!chromiumPath) console.log('skipped: the pages need Chromium (Debian: apt-get install chromium)');

const CONFIG = 'route: {receiver: nobody}\nreceivers: [{name: nobody}]';

describe.skipIf(!chromiumPath)('the pages of an Alertmanager alone', () => {
  let folder: ReturnType<typeof scratch>;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    folder = scratch();
    const flags = ['--cluster.listen-address=', '--web.route-prefix=/am'];
    [server, browser] = await Promise.all([
      startAlertmanager({ dir: folder.dir, alertmanager: CONFIG, flags, prefix: '/am' }),
      launch(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  it('begin with alerts, and offer no page that would have nothing to say', async () => {
    await fetch(`${server.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify([{ labels: { alertname: 'DiskFull' } }]),
    });
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/`);
    await page.getByText('DiskFull').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/am/alerts');
    const bar = page.getByRole('navigation', { name: 'Pages' });
    expect(await bar.locator('.navigation-links a').allTextContents()).toEqual(['Alerts', 'Silences', 'Status']);
    await picture(page, 'alertmanager-alone');
    await bar.getByRole('link', { name: 'Silences' }).click();
    await page.waitForURL('**/am/silences');
    await bar.getByRole('link', { name: 'Barograph, home' }).click();
    await page.waitForURL('**/am/alerts');
    await page.goto(`${server.url}/query`);
    await page.getByText('There is no such page').waitFor();
    expect(errors).toEqual([]);
  });
});
