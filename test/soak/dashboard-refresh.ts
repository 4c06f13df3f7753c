// Refreshes a dashboard of 30 panels again and again in headless Chromium and tells how its heap grows.
//   npx tsx test/soak/dashboard-refresh.ts [refreshes = 2000]
// Fails when it has grown by more than 5 MB after all of them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { launch, openPage } from '#test/browser';
import { scratch, startServer } from '#test/process';

const REFRESHES = Number(process.argv[2] ?? 2000);
const PANELS = 30;
const MOST_GROWTH = 5;
/** Before it is measured for the first time: code is compiled and caches are filled by then. */
const WARM_UP = 20;
const READINGS = 10;

const DASHBOARD = {
  ...{ uid: 'soak', title: 'Soak', schemaVersion: 39, time: { from: 'now-1h', to: 'now' } },
  panels: Array.from({ length: PANELS }, (_, i) => ({
    ...{ id: i + 1, type: 'timeseries', title: `Panel ${i + 1}` },
    gridPos: { x: (i % 6) * 4, y: Math.floor(i / 6) * 6, w: 4, h: 6 },
    targets: [{ refId: 'A', expr: `vector(time()) * ${i + 1}` }],
  })),
};

/** Megabytes after a collection. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}

/** Runs in the page: clicks, and waits until every panel has its new answer. */
const REFRESH = `new Promise((resolve) => {
  document.querySelector('[data-testid="refresh-now"]').click();
  const look = () => {
    const all = document.querySelectorAll('.panel[data-panel-ready=""]').length === ${PANELS};
    if (all && document.querySelector('.panel[data-loading]') === null) setTimeout(resolve, 60);
    else setTimeout(look, 10);
  };
  setTimeout(look, 10);
})`;

async function soak(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  for (let i = 0; i < WARM_UP; i++) await page.evaluate(REFRESH);
  const first = await heapOf(session);
  console.log(`after ${WARM_UP} refreshes: ${first.toFixed(2)} MB`);
  let last = first;
  for (let i = 1; i <= REFRESHES; i++) {
    await page.evaluate(REFRESH);
    if (i % Math.ceil(REFRESHES / READINGS) !== 0 && i !== REFRESHES) continue;
    last = await heapOf(session);
    console.log(`after ${i} more: ${last.toFixed(2)} MB`);
  }
  return last - first;
}

const folder = scratch();
const boards = join(folder.dir, 'boards');
mkdirSync(boards);
writeFileSync(join(boards, 'soak.json'), JSON.stringify(DASHBOARD));
const server = await startServer({ dir: folder.dir, flags: [`--dashboards.path=${boards}`] });
const browser = await launch();
try {
  const { page, errors } = await openPage(browser, { width: 1920, height: 1300 });
  await page.goto(`${server.url}/d/soak`);
  await page
    .locator('.panel[data-panel-ready=""]')
    .nth(PANELS - 1)
    .waitFor();
  const growth = await soak(page);
  console.log(`grown by ${growth.toFixed(2)} MB; ${errors.length} errors${errors.length > 0 ? `: ${errors[0]}` : ''}`);
  process.exitCode = growth > MOST_GROWTH || errors.length > 0 ? 1 : 0;
} finally {
  await browser.close();
  await server.stop('SIGKILL');
  folder.remove();
}
