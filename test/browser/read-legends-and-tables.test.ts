import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, picture } from '#test/browser';
import {
  type DashboardWorld,
  hasAddress,
  hasLegend,
  legendOf,
  openDashboards,
  panelOf,
  STOCK,
  settled,
} from '#test/dashboard-world';
import { eventually } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const constant = (name: string, value: number) => `label_replace(vector(${value}), "s", "${name}", "", "")`;

const BOARD = {
  ...{ uid: 'read', title: 'Read', schemaVersion: 39, time: { from: 'now-5m', to: 'now' } },
  panels: [
    {
      ...{ id: 1, type: 'timeseries', title: 'Three', gridPos: { x: 0, y: 0, w: 12, h: 11 } },
      targets: [
        {
          ...{ refId: 'A', legendFormat: '{{s}}' },
          expr: [constant('a', 3), constant('b', 10), constant('c', 2)].join(' or '),
        },
      ],
      options: {
        legend: { displayMode: 'table', placement: 'bottom', calcs: ['max', 'lastNotNull'] },
        tooltip: { mode: 'multi' },
      },
    },
    {
      ...{ id: 2, type: 'table', title: 'Stock', gridPos: { x: 12, y: 0, w: 12, h: 11 } },
      targets: [{ refId: 'A', expr: 'shop_stock', instant: true, format: 'table' }],
      transformations: [
        {
          id: 'organize',
          options: { excludeByName: { Time: true, __name__: true, instance: true, job: true }, indexByName: {} },
        },
      ],
      options: { footer: { enablePagination: true } },
      fieldConfig: { defaults: { custom: { filterable: true } }, overrides: [] },
    },
  ],
};

describe.skipIf(!chromiumPath)('a person reads', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await openDashboards({ 'read.json': BOARD });
  });
  afterAll(() => world?.close());

  it('one series of many, by the legend', async () => {
    const { page, errors } = await world.open('/d/read');
    const chart = panelOf(page, 1);
    await hasLegend(chart, ['a', 'b', 'c']);
    await settled(chart);
    const entry = (name: string) => chart.locator('.panel-legend-entry', { hasText: name });
    const shows = async (names: readonly string[]) => {
      await eventually(async () => expect(await hovered(page, chart)).toEqual(names), 10_000);
      const off = (await legendOf(chart)).filter((name) => !names.includes(name));
      expect(await chart.locator('.panel-legend-entry.off').allTextContents()).toEqual(off);
    };
    await shows(['a', 'b', 'c']);
    await entry('b').click();
    await shows(['b']);
    await hasAddress(page, '/d/read?only-1=b');
    const other = await world.open('/d/read?only-1=b');
    await settled(panelOf(other.page, 1));
    expect(await panelOf(other.page, 1).locator('.panel-legend-entry.off').allTextContents()).toEqual(['a', 'c']);
    await other.page.close();
    await page.keyboard.press('r');
    await settled(chart);
    await shows(['b']);
    await picture(page, 'isolated');
    await entry('a').click({ modifiers: ['Control'] });
    await shows(['a', 'b']);
    await entry('b').click({ modifiers: ['Control'] });
    await shows(['a']);
    await entry('a').click();
    await shows(['a', 'b', 'c']);
    await hasAddress(page, '/d/read');
    await entry('c').focus();
    await page.keyboard.press('Enter');
    await shows(['c']);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('c');
    await page.keyboard.press('Enter');
    await shows(['a', 'b', 'c']);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('the largest first, by a column of the legend', async () => {
    const { page } = await world.open('/d/read');
    const chart = panelOf(page, 1);
    await hasLegend(chart, ['a', 'b', 'c']);
    const heading = (name: string) => chart.locator('.panel-legend-sort', { hasText: name });
    await heading('Max').click();
    await hasLegend(chart, ['b', 'a', 'c']);
    expect(await chart.locator('.panel-legend-table tbody tr').allTextContents()).toEqual(['b1010', 'a33', 'c22']);
    expect(await chart.locator('.panel-legend-sort').allTextContents()).toEqual(['Name', 'Max ▾', 'Last *']);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Max ▾');
    await page.keyboard.press('Enter');
    await hasLegend(chart, ['c', 'a', 'b']);
    await page.keyboard.press('r');
    await settled(chart);
    await hasLegend(chart, ['c', 'a', 'b']);
    await heading('Name').click();
    await hasLegend(chart, ['a', 'b', 'c']);
    await page.close();
  });

  it('a table page by page, by its largest and by what is looked for', async () => {
    const { page, errors } = await world.open('/d/read');
    const table = panelOf(page, 2);
    await settled(table);
    const lines = (column: number) =>
      table.locator(`.panel-table-body .panel-table-line .panel-table-cell:nth-child(${column})`).allTextContents();
    const counted = () => table.locator('.panel-table-pager span').textContent();
    const items = [...STOCK.keys()];
    const first = await lines(1);
    const size = first.length;
    expect([size > 5, size < 14]).toEqual([true, true]);
    expect(first).toEqual(items.slice(0, size));
    expect(await counted()).toBe(`1–${size} of 40`);
    const previous = table.getByLabel('Previous page');
    const next = table.getByLabel('Next page');
    expect(await previous.isDisabled()).toBe(true);
    await next.click();
    expect(await lines(1)).toEqual(items.slice(size, 2 * size));
    // The keys that turned a page turn the next.
    await page.keyboard.press('Enter');
    expect(await lines(1)).toEqual(items.slice(2 * size, 3 * size));
    while (!(await next.isDisabled())) await next.click();
    expect((await lines(1)).at(-1)).toBe('item-40');
    const end = await counted();
    expect(end).toMatch(/^\d+–40 of 40$/);
    // Beyond the last page is none, and who presses once more is still at the button.
    await page.keyboard.press('Enter');
    expect([await counted(), await page.evaluate('document.activeElement.textContent')]).toEqual([end, '›']);
    await picture(page, 'table');

    const value = table.locator('.panel-table-sort', { hasText: 'Value' });
    await value.click();
    expect(await counted()).toBe(`1–${size} of 40`);
    await page.keyboard.press('Enter');
    const largest = [...STOCK].sort(([, a], [, b]) => b - a).slice(0, size);
    expect([await lines(1), await lines(2)]).toEqual([
      largest.map(([item]) => item),
      largest.map(([, count]) => String(count)),
    ]);
    expect(await table.locator('.panel-table-sort').allTextContents()).toEqual(['item', 'Value ▾']);
    await table.getByLabel('Filter Value').fill('>= 138');
    await eventually(async () => expect(await lines(2)).toEqual(['139', '138']));
    expect(await counted()).toBe('1–2 of 2');
    expect(errors).toEqual([]);
    await page.close();
  });
});

/** The series that a chart draws: those that it names where the pointer is. */
async function hovered(page: Page, chart: Locator): Promise<string[]> {
  const { x, y, width, height } = (await chart.locator('.u-over').boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.move(x + width / 2 + 3, y + height / 2);
  const names = await page.locator('.chart-tooltip:not([hidden]) .chart-tooltip-name').allTextContents();
  await page.mouse.move(x + width / 2, y - 30);
  return names;
}
