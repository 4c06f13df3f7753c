import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureRequest } from '#dashboards/picture';
import { chromiumPath, launch } from '#test/browser';
import { GALLERY, galleryDashboard } from '#test/picture-panels';
import { type GalleryThread, startGalleryThread } from '#test/picture-thread';
import { difference, readPng, type Tolerance } from '#test/png';
import { freePort, type Server, scratch, startServer } from '#test/process';
import { RECORDED_AT, recordedAnswer } from '#test/recorded-answers';

if (!chromiumPath) console.log('skipped: pictures are compared with Chromium (Debian: apt-get install chromium)');

/** Edges are smoothed differently, by at most a pixel; a fifth of a channel is what an eye overlooks on one. */
const TOLERANCE: Tolerance = { channel: 48, reach: 1 };
/** Shares of pixels that may differ, words included: plots are the same code, words and tables are laid out again. */
const MOST_OF_PLOTS = 0.005;
const MOST_OF_WORDS = 0.02;
/** The gaps between the cells of these are as narrow as the tolerance is wide. */
const MOST_OF_CELLS = 0.05;

const PLOTS =
  /^(lines|bars|points|stacked|negative|log-axis|band|thresholds|gradient|unit|two-axes|axis|legend|many|gaps|all|narrow|pie$|state-timeline|bar-chart)/;

function mostOf(name: string): number {
  return name === 'bar-gauge-lcd' ? MOST_OF_CELLS : PLOTS.test(name) ? MOST_OF_PLOTS : MOST_OF_WORDS;
}

describe.skipIf(!chromiumPath)('a picture from the server beside the page in a browser', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;
  let page: Page;
  let thread: GalleryThread;

  beforeAll(async () => {
    const boards = join(folder.dir, 'boards');
    mkdirSync(boards);
    writeFileSync(join(boards, 'gallery.json'), JSON.stringify(galleryDashboard()));
    const port = await freePort();
    server = await startServer({ dir: folder.dir, config: '', port, flags: [`--dashboards.path=${boards}`] });
    thread = await startGalleryThread(RECORDED_AT);
    browser = await launch();
    page = await recordedPage(browser);
    await page.goto(`${server.url}/d/gallery?kiosk=1`);
    const drawn = page.locator('[data-panel-ready]:not([data-loading]):is([data-testid=panel])');
    await drawn.nth(GALLERY.length - 1).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    thread?.stop();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  it.each(GALLERY.map(({ name }, i) => ({ name, id: i + 1 })))('is the same panel: $name', async ({ name, id }) => {
    const shown = readPng(await page.locator(`[data-panel="${id}"]`).screenshot());
    const { width, height } = shown;
    const drawn = readPng(await thread.draw({ panel: String(id), width, height }));
    const { pixels } = difference(drawn, shown, TOLERANCE);
    expect(pixels / (width * height)).toBeLessThanOrEqual(mostOf(name));
  });

  it.each([
    ['lines', 'only', 'node-2'],
    ['histogram', 'hide', 'node-1'],
    ['pie', 'hide', 'GET'],
  ])('that is saved of %s has the series that are shown', async (name, kind, series) => {
    const id = GALLERY.findIndex((panel) => panel.name === name) + 1;
    const part = await recordedPage(browser);
    await part.goto(`${server.url}/d/gallery?kiosk=1&${kind}-${id}=${series}`);
    const panel = part.locator(`[data-panel="${id}"][data-panel-ready]:not([data-loading])`);
    await panel.getByTestId('panel-menu').click();
    const link = new URL((await part.getByTestId('panel-picture').getAttribute('href'))!, server.url);
    await part.keyboard.press('Escape');
    await part.mouse.move(0, 0);
    await part.evaluate('document.activeElement.blur()');
    const shown = readPng(await panel.screenshot());
    const { width, height } = shown;
    const asked = pictureRequest('gallery', 'panel', link.searchParams);
    const saved = readPng(await thread.draw({ ...asked, width, height, scale: 1, timeZone: 'utc' }));
    const most = mostOf(name) * width * height;
    expect(difference(saved, shown, TOLERANCE).pixels).toBeLessThanOrEqual(most);
    // With all series it would be another picture.
    const all = readPng(await thread.draw({ ...asked, width, height, scale: 1, timeZone: 'utc', series: {} }));
    expect(difference(all, shown, TOLERANCE).pixels).toBeGreaterThan(most);
    await part.close();
  });

  it('comes from the server itself, at the paths of Grafana', async () => {
    const panel = await fetch(`${server.url}/render/d-solo/gallery/any-slug?panelId=44&width=300&height=150&scale=2`);
    expect([panel.status, panel.headers.get('Content-Type')]).toEqual([200, 'image/png']);
    expect(sizeOf(await panel.arrayBuffer())).toEqual([600, 300]);
    const whole = await fetch(`${server.url}/render/d/gallery?width=1200&theme=light&tz=Asia%2FKolkata`);
    expect(sizeOf(await whole.arrayBuffer())).toEqual([1200, Math.ceil(GALLERY.length / 3) * 228 - 8 + 34 + 8]);
    const none = await fetch(`${server.url}/render/d/no-such`);
    expect([none.status, await none.json()]).toEqual([404, { message: 'Dashboard not found', status: 'not-found' }]);
  });
});

function sizeOf(bytes: ArrayBuffer): [width: number, height: number] {
  const { width, height } = readPng(new Uint8Array(bytes));
  return [width, height];
}

/** A page at the moment of the recording, whose questions are answered from it. */
async function recordedPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 5600 } });
  await page.addInitScript(`localStorage.setItem('barograph.time-zone', 'utc')`);
  await page.clock.setFixedTime(RECORDED_AT);
  await page.route('**/api/**', async (route) => {
    const request = route.request();
    if (request.url().includes('/api/dashboards/')) return route.continue();
    const { body, ...rest } = recordedAnswer(request.url(), request.postData());
    return route.fulfill({ ...rest, body: Buffer.from(body) });
  });
  return page;
}
