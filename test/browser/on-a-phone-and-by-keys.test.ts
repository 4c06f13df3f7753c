import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openPage, picture } from '#test/browser';
import { type DashboardWorld, hasAddress, hasLegend, openDashboards, overflow, panelOf } from '#test/dashboard-world';
import { eventually } from '#test/process';

if (!chromiumPath) console.log('skipped: the pages need Chromium (Debian: apt-get install chromium)');

const PHONE = { width: 380, height: 700 };

/** Every page that the menu or another page leads to, with what shows that it is there. */
const PAGES: readonly (readonly [path: string, ready: string])[] = [
  ['/', 'main canvas, main [data-testid]'],
  ['/query?g0.expr=shop_stock&g0.tab=1', '[data-testid=query-row]'],
  ['/query?g0.expr=shop_stock&g0.tab=0', '[data-testid=query-graph] canvas'],
  ['/dashboards', '[data-testid=dashboard-line]'],
  ['/dashboards/import', 'main textarea, main input'],
  ['/datasources', 'main a, main button'],
  ['/d/shop', '[data-testid=panel][data-panel-ready=""]'],
  ['/d/shop?viewPanel=1&inspect=1', '[data-testid=inspect] .panel-table-line'],
  ['/alerts', '[data-testid=alerts]'],
  ['/alerts/notifications', 'main [data-testid]'],
  ['/alerts/routing', 'main [data-testid]'],
  ['/alerts/receivers', 'main [data-testid]'],
  ['/alerts/preview', 'main [data-testid], main form'],
  ['/silences', '[data-testid=silences]'],
  ['/rules', '[data-testid=rules]'],
  ['/targets', '[data-testid=target]'],
  ['/targets/relabel', 'main textarea, main form'],
  ['/status', '[data-testid=status]'],
  ['/status?tab=tsdb', '[data-testid=status]'],
  ['/status?tab=config', '[data-testid=status]'],
  ['/status?tab=flags', '[data-testid=status]'],
  ['/queries', 'main [data-testid]'],
];

const BOARD = {
  ...{ uid: 'shop', title: 'The shop', schemaVersion: 39, time: { from: 'now-5m', to: 'now' } },
  templating: {
    list: [
      { name: 'region', type: 'query', query: 'label_values(shop_requests, region)' },
      { name: 'zone', type: 'query', query: 'label_values(shop_requests{region="$region"}, zone)', multi: true },
    ],
  },
  panels: [
    {
      ...{ id: 1, type: 'timeseries', title: 'Requests', gridPos: { x: 0, y: 0, w: 12, h: 8 } },
      targets: [{ refId: 'A', expr: 'shop_requests{region="$region",zone=~"$zone"}', legendFormat: '{{zone}}' }],
    },
    {
      ...{ id: 2, type: 'table', title: 'Stock', gridPos: { x: 12, y: 0, w: 12, h: 8 } },
      targets: [{ refId: 'A', expr: 'shop_stock', instant: true, format: 'table' }],
    },
  ],
};

describe.skipIf(!chromiumPath)('a person', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    const rules = 'groups: [{ name: shop, rules: [{ alert: ShopIsBusy, expr: "sum(shop_requests) > 50" }] }]';
    world = await openDashboards({ 'shop.json': BOARD }, { rules });
  });
  afterAll(() => world?.close());

  it('opens every page on a phone, and none goes beyond its sides', async () => {
    const { page, errors } = await openPage(world.browser, PHONE);
    const wide: string[] = [];
    for (const [path, ready] of PAGES) {
      await page.goto(world.server.url + path);
      await page.locator(ready).first().waitFor();
      if ((await overflow(page)) > 0) wide.push(path);
      wide.push(...(await page.evaluate<string[]>(OUT_OF_REACH)).map((what) => `${path}: ${what}`));
      await picture(page, `phone${path.replaceAll(/\W+/g, '-')}`);
    }
    expect(wide).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('uses a dashboard on a phone: menu, range, variables, a panel alone', async () => {
    const { page, errors } = await openPage(world.browser, PHONE);
    await page.goto(`${world.server.url}/`);
    await page.getByTestId('menu-button').click();
    await page.getByRole('link', { name: 'Dashboards', exact: true }).click();
    await page.getByRole('link', { name: 'The shop' }).click();
    await hasLegend(panelOf(page, 1), ['eu-1']);
    await page.getByTestId('variable-region').getByRole('button').click();
    await page.locator('.variable-choices').getByRole('button', { name: 'us', exact: true }).click();
    await hasLegend(panelOf(page, 1), ['us-1']);
    await page.getByTestId('time-picker-button').click();
    await page.getByRole('button', { name: 'Last 15 minutes' }).click();
    await hasAddress(page, '/d/shop?var-region=us&from=now-15m&to=now');
    await panelOf(page, 1).getByTestId('panel-menu').click();
    await picture(page, 'phone-menu');
    await page.getByTestId('panel-view').click();
    await hasAddress(page, '/d/shop?var-region=us&from=now-15m&to=now&viewPanel=1');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(1));
    await panelOf(page, 1).getByTestId('panel-menu').click();
    await page.getByTestId('panel-share').click();
    await page.getByTestId('share-link').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await picture(page, 'phone-share');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('comes from the home page to the numbers behind a panel, and takes them along, by keys alone', async () => {
    const { page, errors } = await world.open('/');
    await page.getByTestId('palette-button').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await hasAddress(page, '/dashboards');
    await page.getByTestId('dashboard-line').first().waitFor();
    await tabTo(page, 'The shop');
    await page.keyboard.press('Enter');
    await hasAddress(page, '/d/shop');
    await hasLegend(panelOf(page, 1), ['eu-1']);
    await tabTo(page, 'Menu of Stock');
    await page.keyboard.press('i');
    await hasAddress(page, '/d/shop?inspect=2');
    await page.getByTestId('inspect').getByText('item-01').waitFor();
    await picture(page, 'inspect');
    await tabTo(page, 'Download CSV');
    const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(file.suggestedFilename()).toBe('Stock.csv');
    const lines = readFileSync(await file.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect([lines.length, lines[0]]).toEqual([41, expect.stringMatching(/^Time,__name__,instance,item,job,Value/)]);
    expect(lines[1]).toMatch(/,shop_stock,[\d.:]+,item-01,shop,100$/);
    await page.keyboard.press('Escape');
    await hasAddress(page, '/d/shop');
    await eventually(async () => expect(await focused(page)).toBe('Menu of Stock'));
    expect(errors).toEqual([]);
    await page.close();
  });
});

/** Runs in the page: what can be pressed but lies beside the window, and is in nothing that scrolls. */
const OUT_OF_REACH = `[...document.querySelectorAll('button, a[href], input, select')].filter((one) => {
  const { left, right, width } = one.getBoundingClientRect();
  if (width === 0 || (left >= -1 && right <= innerWidth + 1)) return false;
  for (let box = one.parentElement; box !== null; box = box.parentElement)
    if (box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX)) return false;
  return true;
}).map((one) => (one.ariaLabel ?? one.textContent ?? one.tagName).slice(0, 60))`;

/** What the focused control is called. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()`);
}

/** Presses Tab until the focus is on what is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) return;
  }
  throw new Error(`nothing called ${name} is reached with Tab`);
}
