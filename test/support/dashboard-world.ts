import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launch, openPage } from './browser.ts';
import { FakeTarget } from './fake-target.ts';
import { eventually, query, type Server, scratch, startServer } from './process.ts';

/** A page under test with what went wrong on it so far. */
export interface OpenedPage {
  readonly page: Page;
  readonly errors: string[];
}

export interface OpenOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly context?: BrowserContextOptions;
}

/** A server that scrapes a shop every second and shows dashboards of a folder, and a browser. */
export interface DashboardWorld {
  readonly server: Server;
  readonly browser: Browser;
  /** The folder of the dashboards' files. */
  readonly boards: string;
  open(path: string, options?: OpenOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** Requests of a shop by region and zone: what dashboards of tests ask for. */
export const SHOP = {
  eu: { 'eu-1': 11, 'eu-2': 12 },
  us: { 'us-1': 21, 'us-2': 22, 'us-3': 23 },
} as const;

/** How many of each item it has: 40 items, no two alike. */
export const STOCK: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 40 }, (_, i) => [`item-${String(i + 1).padStart(2, '0')}`, ((i * 7) % 40) + 100]),
);

const SHOP_PAGE = Object.entries(SHOP)
  .flatMap(([region, zones]) => Object.entries(zones).map(([zone, value]) => ({ region, zone, value })))
  .map(({ region, zone, value }) => `shop_requests{region="${region}",zone="${zone}"} ${value}\n`)
  .concat([...STOCK].map(([item, value]) => `shop_stock{item="${item}"} ${value}\n`))
  .join('');

export interface DashboardWorldOptions {
  /** A file of rules. */
  readonly rules?: string;
  /** Scrape configurations besides that of the shop, a line each. */
  readonly jobs?: readonly string[];
}

/** Starts it with dashboards by their files' names. */
export async function openDashboards(
  boards: Readonly<Record<string, object>>,
  { rules = '', jobs = [] }: DashboardWorldOptions = {},
): Promise<DashboardWorld> {
  const folder = scratch();
  const dir = join(folder.dir, 'boards');
  mkdirSync(dir);
  for (const [name, board] of Object.entries(boards)) writeFileSync(join(dir, name), JSON.stringify(board, null, 2));
  writeFileSync(join(folder.dir, 'rules.yml'), rules);
  const shop = await FakeTarget.start(SHOP_PAGE);
  const config = [
    'global: { scrape_interval: 1s, evaluation_interval: 1s }',
    `rule_files: [${join(folder.dir, 'rules.yml')}]`,
    'scrape_configs:',
    ...[`{ job_name: shop, static_configs: [{ targets: ['${shop.address}'] }] }`, ...jobs].map((job) => `  - ${job}`),
  ].join('\n');
  const server = await startServer({ dir: folder.dir, config, flags: [`--dashboards.path=${dir}`] });
  const browser = await launch();
  await eventually(async () => {
    const { result } = await query<{ result: unknown[] }>(server, 'query?query=count_over_time(shop_requests[10s])>2');
    if (result.length === 0) throw new Error('not enough samples yet');
  });
  return {
    ...{ server, browser, boards: dir },
    open: async (path, { viewport, context } = {}) => {
      const opened = await openPage(browser, viewport, context);
      await opened.page.goto(server.url + path);
      return opened;
    },
    close: async () => {
      await browser.close();
      await server.stop('SIGKILL');
      await shop.stop();
      folder.remove();
    },
  };
}

/** The panel that its dashboard calls so. */
export function panelOf(page: Page, key: number | string): Locator {
  return page.locator(`[data-panel="${key}"]`);
}

/** Waits until a panel shows the answer to what was asked last. */
export async function settled(panel: Locator): Promise<void> {
  await panel.and(panel.page().locator('[data-panel-ready]:not([data-loading])')).waitFor();
}

/** Waits until the legend of a panel has exactly these series, in this order. */
export async function hasLegend(panel: Locator, names: readonly string[]): Promise<void> {
  await eventually(async () => expect(await legendOf(panel)).toEqual(names), 10_000);
}

/** The names in the legend of a panel, in their order. */
export function legendOf(panel: Locator): Promise<string[]> {
  return panel.locator('.panel-legend-entry').allTextContents();
}

/** Path and query string of the page. */
export function addressOf(page: Page): string {
  const { pathname, search } = new URL(page.url());
  return pathname + search;
}

/** Waits until the page has this path and query string. */
export async function hasAddress(page: Page, address: string): Promise<void> {
  await eventually(() => expect(addressOf(page)).toBe(address), 10_000);
}

/** How far the page is wider than its window, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}
