import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { launch, openPage } from '#test/browser';
import { GALLERY, galleryDashboard } from '#test/picture-panels';
import { startGalleryThread } from '#test/picture-thread';
import { difference, readPng, writePng } from '#test/png';
import { freePort, scratch, startServer } from '#test/process';
import { RECORDED_AT, recordedAnswer } from '#test/recorded-answers';

it('compares', async () => {
  const folder = scratch();
  const boards = join(folder.dir, 'boards');
  mkdirSync(boards);
  writeFileSync(join(boards, 'g.json'), JSON.stringify(galleryDashboard()));
  const port = await freePort();
  const server = await startServer({
    dir: folder.dir,
    config: 'global: {}',
    port,
    flags: [`--dashboards.path=${boards}`],
  });
  const browser = await launch();
  const { page, errors } = await openPage(browser, { width: 1400, height: 4700 });
  await page.addInitScript(`localStorage.setItem('barograph.time-zone', 'utc')`);
  await page.clock.setFixedTime(RECORDED_AT);
  await page.route('**/api/**', async (route) => {
    const { url, body } = { url: route.request().url(), body: route.request().postData() };
    if (url.includes('/api/dashboards/')) return route.continue();
    const a = recordedAnswer(url, body);
    return route.fulfill({ status: a.status, contentType: a.contentType, body: a.body });
  });
  await page.goto(`${server.url}/d/gallery?kiosk=1&theme=dark`);
  await page.waitForSelector('[data-testid=panel]');
  await page.waitForTimeout(6000);
  mkdirSync('/tmp/png/cmp', { recursive: true });
  const t = await startGalleryThread(RECORDED_AT);
  for (const [i, { name }] of GALLERY.entries()) {
    const one = page.locator(`[data-panel="${i + 1}"]`);
    const box = (await one.boundingBox())!;
    const shot = readPng(await one.screenshot());
    const mine = readPng(
      await t.draw({ panel: String(i + 1), width: Math.round(box.width), height: Math.round(box.height) }),
    );
    if (shot.width !== mine.width || shot.height !== mine.height) {
      console.log(name, shot.width, mine.width, shot.height, mine.height);
      continue;
    }
    const d = difference(mine, shot, { channel: 48, reach: 1 });
    console.log('CMP', name, ((100 * d.pixels) / (mine.width * mine.height)).toFixed(2));
    const data = new Uint8Array(mine.data.length * 3);
    data.set(shot.data, 0);
    data.set(mine.data, mine.data.length);
    data.set(d.picture.data, 2 * mine.data.length);
    writeFileSync(`/tmp/png/cmp/${name}.png`, writePng({ width: mine.width, height: mine.height * 3, data }));
  }
  console.log(await page.evaluate(`JSON.stringify([...document.querySelectorAll('.panel-legend-table')].map(t => [...t.querySelectorAll('tr')].map(r => r.getBoundingClientRect().height)))`));
  console.log(errors.slice(0, 5));
  t.stop();
  await browser.close();
  await server.stop('SIGKILL');
  folder.remove();
}, 200000);
