import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, picture } from '#test/browser';
import { type DashboardWorld, hasAddress, openDashboards, panelOf, settled } from '#test/dashboard-world';
import { eventually } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const ZONE = { title: 'Zone ${__field.labels.zone}', url: '/d/zone?var-zone=${__field.labels.zone}&v=${__value.raw}' };
const RUNBOOK = { title: 'Runbook', url: 'https://runbooks.test/shop', targetBlank: true };

function panel(id: number, type: string, links: readonly object[], options: object = {}): object {
  return {
    ...{ id, type, title: type, gridPos: { x: ((id - 1) % 2) * 12, y: id > 2 ? 8 : 0, w: 12, h: 8 }, options },
    targets: [{ refId: 'A', expr: 'shop_requests{region="eu"}', legendFormat: '{{zone}}' }],
    fieldConfig: { defaults: { links }, overrides: [] },
  };
}

const BOARD = {
  ...{ uid: 'linked', title: 'Linked', schemaVersion: 39, time: { from: 'now-1m', to: 'now' } },
  panels: [
    panel(1, 'stat', [ZONE]),
    panel(2, 'gauge', [ZONE, RUNBOOK]),
    panel(3, 'bargauge', [ZONE]),
    panel(4, 'timeseries', [ZONE, { title: 'At this time', url: '/d/zone?from=${__value.time}' }]),
  ],
};

describe.skipIf(!chromiumPath)('a person follows the links of a value', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await openDashboards({
      'linked.json': BOARD,
      'zone.json': { uid: 'zone', title: 'Zone', schemaVersion: 39, panels: [] },
    });
  });
  afterAll(() => world?.close());

  async function open() {
    const opened = await world.open('/d/linked');
    for (const id of [1, 2, 3, 4]) await settled(panelOf(opened.page, id));
    return opened;
  }

  it.each([
    ['a stat', 1],
    ['a bar', 3],
  ])('of %s, which leads on as a whole', async (_, id) => {
    const { page, errors } = await open();
    const links = panelOf(page, id).locator('a.panel-link-over');
    await eventually(async () => expect(await links.allTextContents()).toEqual(['Zone eu-1', 'Zone eu-2']));
    // Whoever came to it by keys is still there when new values come.
    await links.nth(1).focus();
    await page.keyboard.press('r');
    await settled(panelOf(page, id));
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Zone eu-2');
    await page.keyboard.press('Enter');
    await hasAddress(page, '/d/zone?var-zone=eu-2&v=12');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('of a gauge with several, which it lists', async () => {
    const { page } = await open();
    const list = panelOf(page, 2).locator('details.panel-links').first();
    expect(await list.locator('a').first().isVisible()).toBe(false);
    await list.locator('summary').click();
    expect(await list.locator('a').allTextContents()).toEqual(['Zone eu-1', 'Runbook']);
    expect(await list.locator('a').last().getAttribute('target')).toBe('_blank');
    await picture(page, 'gauge-links');
    await page.keyboard.press('r');
    await settled(panelOf(page, 2));
    expect(await list.locator('a').first().isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await list.locator('a').first().isVisible()).toBe(false);
    await page.close();
  });

  it('of a line, in the tooltip that is pinned on it', async () => {
    const { page, errors } = await open();
    const { x, y, width, height } = (await panelOf(page, 4).locator('.u-over').boundingBox())!;
    // The newest values are at the right, the larger ones above.
    const [left, top] = [x + width - 3, y + 12];
    await page.mouse.move(left - 2, top);
    await page.mouse.move(left, top);
    const near = page.locator('.chart-tooltip-row.near .chart-tooltip-name');
    for (let down = 0; (await near.count()) === 0 && down < height; down += 12) await page.mouse.move(left, top + down);
    const zone = await near.textContent();
    await page.mouse.down();
    await page.mouse.up();
    const links = page.locator('.chart-tooltip a');
    await eventually(async () => expect(await links.allTextContents()).toEqual([`Zone ${zone}`, 'At this time']));
    await picture(page, 'line-links');
    const from = Number(new URL((await links.last().getAttribute('href'))!, page.url()).searchParams.get('from'));
    expect(Math.abs(Date.now() - from)).toBeLessThan(90_000);
    await links.first().click();
    await hasAddress(page, `/d/zone?var-zone=${zone}&v=${zone === 'eu-1' ? 11 : 12}`);
    expect(errors).toEqual([]);
    await page.close();
  });
});
