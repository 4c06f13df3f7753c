import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: accessibility needs Chromium (Debian: apt-get install chromium)');

/** Every page with what shows that it is there. */
const PAGES: readonly (readonly [path: string, ready: string])[] = [
  ['/', '[data-testid=machine] canvas'],
  ['/query?g0.expr=up&g0.tab=0', '[data-testid=query-graph] canvas'],
  ['/query?g0.expr=up&g0.tab=1', '[data-testid=query-row]'],
  ['/dashboards', 'main h1, main table, main a'],
  ['/dashboards/import', 'main textarea, main input'],
  ['/d/every-panel', '[data-testid=panel][data-panel-ready=""]'],
  ['/job/barograph', '[data-testid=panel][data-panel-ready=""]'],
  ['/alerts', '[data-testid=alerts]'],
  ['/alerts/notifications', 'main [data-testid]'],
  ['/alerts/routing', 'main [data-testid]'],
  ['/alerts/receivers', 'main [data-testid]'],
  ['/silences', '[data-testid=silences]'],
  ['/rules', '[data-testid=rules]'],
  ['/targets', '[data-testid=target]'],
  ['/targets/relabel', 'main textarea, main form'],
  ['/status', '[data-testid=status]'],
  ['/queries', 'main [data-testid]'],
  ['/nowhere', 'main'],
];

const panel = (id: number, type: string, rest: object = {}) => ({
  ...{ id, type, title: `Panel ${id}`, gridPos: { x: (id % 3) * 8, y: Math.floor(id / 3) * 8, w: 8, h: 8 } },
  targets: [{ refId: 'A', expr: 'up' }],
  ...rest,
});
const TYPES = ['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'piechart', 'state-timeline', 'barchart', 'heatmap'];
const DASHBOARD = {
  ...{ uid: 'every-panel', title: 'Every panel', schemaVersion: 39, time: { from: 'now-5m', to: 'now' } },
  templating: { list: [{ type: 'custom', name: 'v', label: 'Choice', query: 'a,b', multi: true }] },
  panels: [
    ...TYPES.map((type, i) => panel(i, type)),
    panel(TYPES.length, 'text', { options: { mode: 'markdown', content: '# A\n\n[b](https://c.test) d' } }),
  ],
};

/** Runs in the page: what breaks WCAG 2.2 AA or what axe calls good practice, as texts. */
const CHECK = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
    id + ': ' + html.slice(0, 160) + ' ' + failureSummary.replace(/\\s+/g, ' ').slice(0, 260))))`;

describe.skipIf(!chromiumPath)('with assistive technology', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const boards = join(folder.dir, 'boards');
    mkdirSync(boards);
    writeFileSync(join(boards, 'every.json'), JSON.stringify(DASHBOARD));
    server = await startServer({ dir: folder.dir, flags: [`--dashboards.path=${boards}`] });
    browser = await launch();
    await eventually(async () => {
      const { result } = await query<{ result: unknown[] }>(server, 'query?query=rate(node_cpu_seconds_total[1m])');
      if (result.length === 0) throw new Error('not enough samples yet');
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  it.each(PAGES)('%s can be used, dark and light', async (path, ready) => {
    for (const theme of ['dark', 'light']) {
      const { page } = await openPage(browser);
      await page.goto(`${server.url}${path}${path.includes('?') ? '&' : '?'}theme=${theme}`);
      await page.waitForSelector(ready);
      await page.evaluate(axe.source);
      expect(await page.evaluate<string[]>(CHECK), theme).toEqual([]);
      await page.close();
    }
  });
});
