import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openPage, picture } from '#test/browser';
import {
  addressOf,
  type DashboardWorld,
  hasAddress,
  hasLegend,
  openDashboards,
  panelOf,
  settled,
} from '#test/dashboard-world';
import { readPng } from '#test/png';
import { eventually } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const SHOP_BOARD = {
  ...{ uid: 'shop', title: 'The shop', schemaVersion: 39, time: { from: 'now-5m', to: 'now' } },
  templating: {
    list: [
      { name: 'region', type: 'query', query: 'label_values(shop_requests, region)' },
      {
        ...{ name: 'zone', type: 'query', query: 'label_values(shop_requests{region="$region"}, zone)' },
        ...{ multi: true, includeAll: true, current: { text: 'All', value: '$__all' } },
      },
    ],
  },
  panels: [
    {
      ...{ id: 1, type: 'timeseries', title: 'Requests by zone', gridPos: { x: 0, y: 0, w: 12, h: 8 } },
      targets: [{ refId: 'A', expr: 'shop_requests{region="$region",zone=~"$zone"}', legendFormat: '{{zone}}' }],
    },
    {
      ...{ id: 2, type: 'stat', title: 'Zones of $region', gridPos: { x: 12, y: 0, w: 12, h: 8 } },
      targets: [{ refId: 'A', expr: 'count(shop_requests{region="$region"})' }],
    },
  ],
};

const RULES = `
groups:
  - name: shop
    rules: [{ alert: ShopIsBusy, expr: 'sum(shop_requests) > 50' }]
`;

describe.skipIf(!chromiumPath)('a dashboard', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await openDashboards({ 'shop.json': SHOP_BOARD }, { rules: RULES });
  });
  afterAll(() => world?.close());

  /** Looks for something in the palette and goes to the first that is found, which has to be of this kind. */
  const goTo = async (page: Page, search: string, first: readonly [kind: string, title: string, detail?: string]) => {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').waitFor();
    await page.keyboard.type(search);
    const hit = page.locator('.palette-hit.selected');
    await eventually(async () => {
      const shown = await hit.locator('span').allTextContents();
      expect(shown.slice(0, first.length)).toEqual(first);
    });
    await picture(page, `palette-${first[0]}`);
    await page.keyboard.press('Enter');
    await page.getByTestId('palette').waitFor({ state: 'detached' });
  };

  it('is found by keys alone, as are its panels, metrics, alerts and commands', async () => {
    const { page, errors } = await world.open('/');
    await page.getByTestId('palette-button').waitFor();
    await goTo(page, 'the shop', ['dashboard', 'The shop']);
    await hasAddress(page, '/d/shop');
    await settled(panelOf(page, 1));

    await goTo(page, 'by zone', ['panel', 'Requests by zone', 'The shop']);
    await hasAddress(page, '/d/shop?viewPanel=1');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(1));

    await goTo(page, 'show all panels', ['command', 'Show all panels', 'Esc']);
    await hasAddress(page, '/d/shop');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(2));

    await goTo(page, 'choose the range', ['command', 'Choose the range', 'w']);
    await page.getByTestId('time-from').waitFor();
    await eventually(async () =>
      expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('time-from'),
    );
    await page.keyboard.press('Escape');
    await page.getByTestId('time-from').waitFor({ state: 'detached' });

    await goTo(page, 'shop_requests', ['metric', 'shop_requests']);
    await page.waitForSelector('[data-testid=query-graph] canvas');
    expect(new URL(page.url()).searchParams.get('g0.expr')).toBe('shop_requests');

    await goTo(page, 'shopisbusy', ['alert', 'ShopIsBusy']);
    await hasAddress(page, '/alerts?filter=alertname%3DShopIsBusy');
    await page.getByTestId('alerts').getByText('ShopIsBusy').first().waitFor();

    await goTo(page, 'light theme', ['command', 'Use the light theme']);
    await eventually(async () => expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light'));
    await goTo(page, 'zones shop', ['panel', 'Zones of $region', 'The shop']);
    await hasAddress(page, '/d/shop?viewPanel=2');
    await eventually(async () => {
      expect(await panelOf(page, 2).locator('.panel-number').textContent()).toBe('2');
    });
    expect(errors).toEqual([]);
    await page.close();
  });

  it('shows a panel in the whole window and goes back, with keys', async () => {
    const { page, errors } = await world.open('/d/shop?var-region=us');
    await settled(panelOf(page, 2));
    const tabTo = async (name: string) => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab');
        if ((await page.evaluate('document.activeElement.ariaLabel')) === name) return;
      }
      throw new Error(`nothing called ${name} is reached with Tab`);
    };
    await tabTo('Menu of Zones of us');
    await page.keyboard.press('v');
    await hasAddress(page, '/d/shop?var-region=us&viewPanel=2');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(1));
    await page.keyboard.press('d');
    await page.keyboard.press('k');
    await hasAddress(page, '/d/shop?var-region=us&viewPanel=2&kiosk=1');
    await eventually(async () => expect(await page.locator('.top-bar').isVisible()).toBe(false));
    const box = (await panelOf(page, 2).boundingBox())!;
    expect([box.width > 1360, box.height > 820, box.y + box.height <= 900]).toEqual([true, true, true]);
    await picture(page, 'kiosk-panel');
    await page.keyboard.press('Escape');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(2));
    await hasAddress(page, '/d/shop?var-region=us&kiosk=1');
    await page.keyboard.press('d');
    await page.keyboard.press('k');
    await page.locator('.top-bar').waitFor();
    await hasAddress(page, '/d/shop?var-region=us');
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Menu of Zones of us');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('is embedded panel by panel, with the variables and times of the address', async () => {
    const address = '/d-solo/shop/the-shop?panelId=1&var-region=us&var-zone=us-2&from=now-1h&to=now&theme=light';
    const { page, errors } = await world.open(address, { viewport: { width: 450, height: 250 } });
    await hasLegend(panelOf(page, 1), ['us-2']);
    expect(await page.getByTestId('panel').count()).toBe(1);
    expect(await page.locator('.top-bar').isVisible()).toBe(false);
    expect(await page.locator('.dashboard-bar').isVisible()).toBe(false);
    expect(await panelOf(page, 1).boundingBox()).toEqual({ x: 0, y: 0, width: 450, height: 250 });
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(250);
    const shown = new URL(page.url()).searchParams;
    expect([shown.get('from'), shown.get('to'), shown.get('var-zone')]).toEqual(['now-1h', 'now', 'us-2']);
    await picture(page, 'solo');
    await page.keyboard.press('Escape');
    await page.locator('.top-bar').waitFor();
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(2));
    expect(errors).toEqual([]);
    await page.close();
  });

  it('is shared as a link that shows a stranger the same panel, variables and times', async () => {
    const { page, errors } = await world.open('/d/shop?var-region=us');
    await hasLegend(panelOf(page, 1), ['us-1', 'us-2', 'us-3']);
    await page.getByTestId('variable-zone').getByRole('button').click();
    await page.locator('.variable-choices').getByRole('button', { name: 'us-3', exact: true }).dblclick();
    await hasLegend(panelOf(page, 1), ['us-3']);
    await panelOf(page, 1).getByTestId('panel-menu').focus();
    await page.keyboard.press('v');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(1));
    await settled(panelOf(page, 1));
    await page.keyboard.press('s');
    const link = await page.getByTestId('share-link').inputValue();
    await eventually(async () => expect(await page.evaluate('document.activeElement.textContent')).toBe('Copy'));
    await page.keyboard.press('Enter');
    await page.getByTestId('share').getByText('Copied').waitFor();
    await picture(page, 'share');
    const { searchParams, pathname } = new URL(link);
    const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
    expect([pathname, to - from, Math.abs(Date.now() - to) < 60_000]).toEqual(['/d/shop', 300_000, true]);
    expect(new URL(link).search).toBe(`?from=${from}&to=${to}&var-region=us&var-zone=us-3&viewPanel=1`);
    const html = await page.getByTestId('share-embed').inputValue();
    expect(html).toContain(
      `${world.server.url}/d-solo/shop?from=${from}&amp;to=${to}&amp;var-region=us&amp;var-zone=us-3&amp;panelId=1&amp;theme=dark"`,
    );
    await page.getByLabel('Keep the times').uncheck();
    expect(new URL(await page.getByTestId('share-link').inputValue()).search).toBe(
      '?from=now-5m&to=now&var-region=us&var-zone=us-3&viewPanel=1',
    );

    const stranger = await openPage(world.browser);
    await stranger.page.goto(link);
    await hasLegend(panelOf(stranger.page, 1), ['us-3']);
    expect(await stranger.page.getByTestId('panel').count()).toBe(1);
    await eventually(async () => {
      expect(await stranger.page.locator('.variable-button').allTextContents()).toEqual(['us', 'us-3']);
    });
    expect(addressOf(stranger.page)).toBe(link.slice(world.server.url.length));
    const range = await stranger.page.getByTestId('time-picker-button').textContent();
    expect(range).toBe(`${written(from)} to ${written(to)}`);
    expect([...errors, ...stranger.errors]).toEqual([]);
    await page.close();
    await stranger.page.close();
  });

  it('is saved as a picture, as are its panels, as large as they are shown', async () => {
    const { page, errors } = await world.open('/d/shop?var-region=us', { viewport: { width: 1000, height: 700 } });
    await settled(panelOf(page, 1));
    const box = (await panelOf(page, 1).boundingBox())!;
    await panelOf(page, 1).getByTestId('panel-menu').click();
    const panel = await saved(page, 'panel-picture');
    expect(panel.name).toBe('Requests by zone.png');
    // Twice the size, without the border of a pixel.
    expect(panel.size).toEqual([2 * (Math.round(box.width) - 2), 2 * (Math.round(box.height) - 2)]);
    await page.keyboard.press('Escape');
    await page.getByTestId('panel-picture').waitFor({ state: 'detached' });

    await page.getByTestId('share-button').click();
    const grid = (await page.locator('.dashboard-grid').boundingBox())!;
    const whole = await saved(page, 'share-picture');
    expect(whole.name).toBe('The shop.png');
    expect(whole.size).toEqual([Math.round(grid.width), Math.round(grid.height) + 42]);
    expect(errors).toEqual([]);
    await page.close();
  });
});

/** As the page writes a moment in the zone of this process, which is the browser's. */
function written(time: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = new Date(time);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** Clicks what saves a picture and reads the file that arrives. */
async function saved(page: Page, testId: string): Promise<{ name: string; size: [number, number] }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId(testId).click()]);
  const { width, height } = readPng(readFileSync(await file.path()));
  return { name: file.suggestedFilename(), size: [width, height] };
}
