import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, picture } from '#test/browser';
import { addressOf, type DashboardWorld, hasAddress, openDashboards, panelOf, settled } from '#test/dashboard-world';
import { eventually } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const BEGIN = 1_700_000_000_000;
const END = BEGIN + 3_600_000;
const constant = (name: string, value: number) => `label_replace(vector(${value}), "s", "${name}", "", "")`;

/** A chart of two series, one of another whose tooltip is off, states and a heatmap, all of the same hour. */
function board(uid: string, graphTooltip: number): object {
  const place = (id: number) => ({ id, gridPos: { x: ((id - 1) % 2) * 12, y: id > 2 ? 8 : 0, w: 12, h: 8 } });
  const expr = [constant('a', 3), constant('b', 10)].join(' or ');
  const targets = [{ refId: 'A', legendFormat: '{{s}}', expr }];
  const buckets = [constant('1', 4), constant('5', 9)].join(' or ').replaceAll('"s"', '"le"');
  return {
    ...{ uid, title: uid, schemaVersion: 39, graphTooltip, timezone: 'utc' },
    time: { from: new Date(BEGIN).toISOString(), to: new Date(END).toISOString() },
    panels: [
      { ...place(1), type: 'timeseries', title: 'Pointed at', targets, options: { tooltip: { mode: 'multi' } } },
      {
        ...place(2),
        type: 'timeseries',
        title: 'Beside it',
        targets,
        options: { tooltip: { mode: 'single', sort: 'desc' } },
      },
      { ...place(3), type: 'state-timeline', title: 'States', targets },
      {
        ...{ ...place(4), type: 'heatmap', title: 'Heat', options: { calculate: false } },
        targets: [{ refId: 'A', format: 'heatmap', legendFormat: '{{le}}', expr: buckets }],
      },
      { ...place(5), type: 'timeseries', title: 'Silent', targets, options: { tooltip: { mode: 'none' } } },
    ],
  };
}

describe.skipIf(!chromiumPath)('a person points at an instant', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await openDashboards({ 'apart.json': board('apart', 0), 'together.json': board('together', 2) });
  });
  afterAll(() => world?.close());

  async function open(uid: string) {
    const opened = await world.open(`/d/${uid}`);
    for (const id of [1, 2, 3, 4, 5]) await settled(panelOf(opened.page, id));
    return opened;
  }

  it('of a chart, which all panels over time show at its place', async () => {
    const { page, errors } = await open('apart');
    const at = await pointAt(page, panelOf(page, 1).locator('.u-over'), 0.25);
    await eventually(async () => {
      // The panel beside it is as wide, the one below begins where this one does.
      expect(Math.abs((await lineOf(panelOf(page, 5))) - at)).toBeLessThanOrEqual(1.5);
      for (const id of [2, 3, 4]) expect(await lineOf(panelOf(page, id))).toBeGreaterThan(0);
    });
    expect(await panelOf(page, 1).locator('.chart-crosshair').isVisible()).toBe(false);
    expect(await page.locator('.chart-tooltip.shared:visible').count()).toBe(0);
    await page.mouse.move(700, 10);
    await eventually(async () => expect(await page.locator('.chart-crosshair:visible').count()).toBe(0));
    expect(errors).toEqual([]);
    await page.close();
  });

  it('of states and of a heatmap, which charts show, too', async () => {
    const { page } = await open('apart');
    for (const id of [3, 4]) {
      await pointAt(page, panelOf(page, id).locator('canvas'), 0.5);
      await eventually(async () => {
        for (const other of [1, 2, 5, 7 - id]) expect(await lineOf(panelOf(page, other))).toBeGreaterThan(0);
      });
      expect(await panelOf(page, id).locator('.chart-crosshair').isVisible()).toBe(false);
    }
    await page.close();
  });

  it('where tooltips are shared: each chart shows its values, unless it shows none at all', async () => {
    const { page, errors } = await open('together');
    await pointAt(page, panelOf(page, 1).locator('.u-over'), 0.75);
    const values = (id: number) =>
      panelOf(page, id).locator('.chart-tooltip.shared:visible .chart-tooltip-row').allTextContents();
    // The largest first, as that panel has it; both, although its own tooltip names the nearest alone.
    await eventually(async () => expect(await values(2)).toEqual(['b10', 'a3']));
    expect([await values(1), await values(5)]).toEqual([[], []]);
    await picture(page, 'shared-tooltip');
    const box = (await panelOf(page, 2).locator('.chart-tooltip.shared').boundingBox())!;
    expect(box.x + box.width).toBeLessThan(await lineOf(panelOf(page, 2)));
    await page.mouse.move(700, 10);
    await eventually(async () => expect(await page.locator('.chart-tooltip:visible').count()).toBe(0));
    expect(errors).toEqual([]);
    await page.close();
  });

  it('by keys alone, is read the values there, pins them and zooms', async () => {
    const { page, errors } = await open('apart');
    const chart = panelOf(page, 1);
    const handle = chart.locator('.chart-keys');
    // Its code comes behind the first panels, and it shows with the first key.
    await page.waitForLoadState('networkidle');
    expect(await handle.count()).toBe(0);
    await chart.getByTestId('panel-menu').focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('chart-keys');
    const tooltip = page.locator('.chart-tooltip:not(.shared):visible');
    await page.keyboard.press('ArrowLeft');
    expect(await handle.getAttribute('aria-valuetext')).toMatch(/23:13:20.*: a 3, b 10$/);
    expect(await tooltip.locator('.chart-tooltip-name').allTextContents()).toEqual(['a', 'b']);
    await page.keyboard.press('Control+ArrowLeft');
    await eventually(async () => expect(await lineOf(panelOf(page, 3))).toBeGreaterThan(0));
    expect(await handle.getAttribute('aria-valuetext')).not.toMatch(/23:13:20/);
    // The range of the dashboard stays where it was.
    expect(addressOf(page)).toBe('/d/apart');
    await page.keyboard.press('Enter');
    expect(await tooltip.textContent()).toContain('pinned');
    await page.keyboard.press('Escape');
    expect(await tooltip.count()).toBe(0);

    await page.keyboard.press('End');
    for (let i = 0; i < 5; i++) await page.keyboard.press('Control+Shift+ArrowLeft');
    await picture(page, 'selected-by-keys');
    await page.keyboard.press('Enter');
    await eventually(() => expect(addressOf(page)).toMatch(/from=\d+&to=\d+$/));
    const { searchParams } = new URL(page.url());
    const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
    // Half of the hour, up to the pixel.
    expect(Math.abs(to - END)).toBeLessThan(20_000);
    expect(Math.abs(from - (BEGIN + END) / 2)).toBeLessThan(40_000);
    expect(errors).toEqual([]);
    await page.close();
  });

  it.each([
    ['states', 3],
    ['a heatmap', 4],
  ])('and drags over %s, which zooms; Escape gives it up, and a double click zooms out', async (_, id) => {
    const { page } = await open('apart');
    const canvas = panelOf(page, id).locator('canvas');
    const { x, y, width } = (await canvas.boundingBox())!;
    const drag = async (from: number, to: number) => {
      await page.mouse.move(x + width * from, y + 40);
      await page.mouse.down();
      await page.mouse.move(x + width * to, y + 45, { steps: 3 });
    };
    await drag(0.5, 0.7);
    const selection = panelOf(page, id).locator('.panel-time-selection');
    expect(await selection.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await selection.isVisible()).toBe(false);
    await page.mouse.up();
    expect(addressOf(page)).toBe('/d/apart');

    await drag(0.5, 0.7);
    await page.mouse.up();
    await eventually(() => expect(addressOf(page)).toMatch(/from=\d+&to=\d+$/));
    const zoomed = new URL(page.url()).searchParams;
    const [from, to] = [Number(zoomed.get('from')), Number(zoomed.get('to'))];
    expect(BEGIN < from && from < to && to < END).toBe(true);
    await page.keyboard.press('Control+z');
    await hasAddress(page, '/d/apart');
    await canvas.dblclick({ position: { x: width / 2, y: 40 } });
    await hasAddress(page, `/d/apart?from=${BEGIN - 1_800_000}&to=${END + 1_800_000}`);
    await page.close();
  });
});

/** Moves the pointer to a share of the width of what is drawn. Gives where that is on the page. */
async function pointAt(page: Page, drawn: Locator, share: number): Promise<number> {
  const { x, y, width, height } = (await drawn.boundingBox())!;
  const at = x + width * share;
  await page.mouse.move(at - 5, y + height / 2);
  await page.mouse.move(at, y + height / 2);
  return at;
}

/** Where the line of an instant is on the page; -1 where there is none. */
async function lineOf(panel: Locator): Promise<number> {
  const line = panel.locator('.chart-crosshair:visible');
  if ((await line.count()) === 0) return -1;
  return (await line.boundingBox())?.x ?? -1;
}
