import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { find } from './process.ts';

/** Debian's name and those of others. Null: the tests that need a browser skip, and say so. */
export const chromiumPath: string | null =
  ['chromium', 'chromium-browser', 'google-chrome'].map(find).find((path) => path !== null) ?? null;

/** A browser that talks to nobody but the pages under test. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath!,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

/** A page whose errors are collected: what the console calls an error, what nobody caught, what was not found. */
export async function openPage(
  browser: Browser,
  viewport = { width: 1400, height: 900 },
  context: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport, ...context });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.status()} ${response.url()}`);
  });
  return { page, errors };
}

/** A picture for people, where BAROGRAPH_PICTURES names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env['BAROGRAPH_PICTURES'];
  if (dir !== undefined) writeFileSync(join(dir, `${name}.png`), await page.screenshot());
}
