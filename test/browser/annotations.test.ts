import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, freePort, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: annotating needs Chromium (Debian: apt-get install chromium)');

const START = Date.UTC(2026, 0, 1);
const PANEL = { type: 'timeseries', targets: [{ refId: 'A', expr: 'vector(time() % 600)' }] };
const BOARD = {
  ...{ title: 'Noted', uid: 'noted', timezone: 'utc', time: { from: String(START), to: String(START + 600_000) } },
  panels: [
    { ...PANEL, id: 1, title: 'One', gridPos: { x: 0, y: 0, w: 12, h: 10 } },
    { ...PANEL, id: 2, title: 'Two', gridPos: { x: 12, y: 0, w: 12, h: 10 } },
    { id: 3, type: 'annolist', title: 'List', gridPos: { x: 0, y: 10, w: 24, h: 6 } },
  ],
};
const SPAN = `from=${START}&to=${START + 600_000}`;

interface Stored {
  readonly id: number;
  readonly panelId: number;
  readonly time: number;
  readonly timeEnd: number;
  readonly text: string;
  readonly tags: readonly string[];
}

describe.skipIf(!chromiumPath)('annotations in a real browser', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer({ dir: folder.dir, config: 'scrape_configs: []\n', port: await freePort() });
    browser = await launch();
    await send('POST', '/dashboards/db', { dashboard: BOARD });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  beforeEach(async () => {
    for (const { id } of await stored()) await send('DELETE', `/annotations/${id}`);
  });

  async function send(method: string, path: string, body?: object): Promise<Response> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(`${server.url}/api${path}`, { method, headers: { 'Content-Type': 'application/json' }, ...json });
  }

  const stored = async () => (await (await send('GET', '/annotations')).json()) as readonly Stored[];

  async function open(path = `/d/noted?${SPAN}`, viewport = { width: 1400, height: 900 }) {
    const opened = await openPage(browser, viewport);
    await opened.page.goto(server.url + path);
    await opened.page.locator('[data-panel="1"][data-panel-ready=""]').waitFor();
    return opened;
  }

  it('a Ctrl-drag stores a while with its words and tags, which the page shows again', async () => {
    const { page, errors } = await open();
    const { x, y, width, height } = await boxOf(page, 1);
    await page.keyboard.down('Control');
    await page.mouse.move(x + width / 4, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 3, y + height / 2);
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.up();
    await page.keyboard.up('Control');
    await page.getByTestId('annotation-text').fill('Deploy of web\nby hand');
    await page.getByTestId('annotation-tags').fill('deploy, web');
    await page.getByTestId('annotation-save').click();
    await page.locator('[data-panel="3"]').getByText('Deploy of web').waitFor();
    const [event] = await stored();
    expect(event).toMatchObject({ panelId: 1, text: 'Deploy of web\nby hand', tags: ['deploy', 'web'] });
    expect(Math.abs(event!.time - START - 150_000)).toBeLessThan(5000);
    expect(Math.abs(event!.timeEnd - START - 300_000)).toBeLessThan(5000);
    // It neither zoomed nor belongs to the other panel.
    expect(page.url()).toContain(SPAN);
    const again = await open();
    await again.page.locator('[data-panel="3"]').getByText('Deploy of web').waitFor();
    await pointAtMark(again.page, 1, event!);
    await again.page.locator('.chart-tooltip').getByText('Deploy of web: by hand · deploy · web').waitFor();
    await pointAtMark(again.page, 2, event!);
    await again.page
      .locator('.chart-tooltip:not([hidden])', { hasText: 'Deploy of web' })
      .waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await page.close();
    await again.page.close();
  });

  it('a Ctrl-click stores an instant; a click on its mark changes it', async () => {
    const { page } = await open();
    const { x, y, width, height } = await boxOf(page, 2);
    await page.keyboard.down('Control');
    await page.mouse.click(x + width / 2, y + height / 2);
    await page.keyboard.up('Control');
    await page.getByTestId('annotation-text').fill('Incident');
    await page.getByTestId('annotation-save').click();
    await page.locator('[data-panel="3"]').getByText('Incident').waitFor();
    const [event] = await stored();
    expect(event).toMatchObject({ panelId: 2, text: 'Incident', timeEnd: event!.time });
    await pointAtMark(page, 2, event!);
    await page.mouse.down();
    await page.mouse.up();
    await page.getByTestId('annotation-text').fill('Incident 7');
    await page.getByTestId('annotation-save').click();
    await page.locator('[data-panel="3"]').getByText('Incident 7').waitFor();
    expect(await stored()).toEqual([expect.objectContaining({ id: event!.id, text: 'Incident 7', time: event!.time })]);
    await page.close();
  });

  it('keys alone make one, find it again and delete it', async () => {
    const { page } = await open();
    const menu = async () => {
      await page.locator('[data-panel="1"]').getByTestId('panel-menu').focus();
      await page.keyboard.press('Enter');
      await page.getByTestId('panel-annotate').focus();
      await page.keyboard.press('Enter');
      await page.getByTestId('annotation-dialog').waitFor();
    };
    await menu();
    await page.keyboard.type('Typed');
    await page.getByTestId('annotation-from').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2026-01-01 00:05:00');
    await page.keyboard.press('Enter');
    await page.getByTestId('annotation-dialog').waitFor({ state: 'detached' });
    await eventually(async () => expect(await stored()).toMatchObject([{ text: 'Typed' }]));
    await page.locator('[data-panel="3"]').getByText('Typed').waitFor();
    await menu();
    await page.getByTestId('annotation-choice').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('annotation-delete').focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-panel="3"]').getByText('Nothing happened').waitFor();
    expect(await stored()).toEqual([]);
    await page.close();
  });

  it('one that a tool stores for the whole dashboard is on all panels, and one without words is not taken', async () => {
    await send('POST', '/annotations', { dashboardUID: 'noted', text: 'From a script', time: START + 300_000 });
    const { page } = await open();
    for (const id of [1, 2]) {
      await pointAtMark(page, id, { time: START + 300_000, timeEnd: START + 300_000 });
      await page.locator('.chart-tooltip').getByText('From a script').waitFor();
    }
    await page.locator('[data-panel="1"]').getByTestId('panel-menu').click();
    await page.getByTestId('panel-annotate').click();
    await page.getByText('Say what happened.').waitFor();
    expect(await page.getByTestId('annotation-save').isDisabled()).toBe(true);
    await page.close();
  });

  it('the dialog fits on a phone', async () => {
    const { page } = await open(`/d/noted?${SPAN}`, { width: 380, height: 700 });
    await page.locator('[data-panel="1"]').getByTestId('panel-menu').click();
    await page.getByTestId('panel-annotate').click();
    const { x, width } = (await page.getByTestId('annotation-dialog').boundingBox())!;
    expect([x >= 0, x + width <= 380]).toEqual([true, true]);
    await page.close();
  });
});

async function boxOf(page: Page, id: number) {
  return (await page.locator(`[data-panel="${id}"] .u-over`).boundingBox())!;
}

/** Moves the pointer to the mark of an event at the bottom of a chart, and away from it before. */
async function pointAtMark(page: Page, id: number, { time, timeEnd }: Pick<Stored, 'time' | 'timeEnd'>): Promise<void> {
  const { x, y, width, height } = await boxOf(page, id);
  await page.mouse.move(x + 20, y + 20);
  await page.mouse.move(x + (((time + timeEnd) / 2 - START) / 600_000) * width, y + height - 4);
}
