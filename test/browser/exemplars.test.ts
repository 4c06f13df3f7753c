import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { FakeTarget } from '#test/fake-target';
import { eventually, freePort, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the marks of exemplars need Chromium (Debian: apt-get install chromium)');

const P90 = 'histogram_quantile(0.9, sum by (le, path) (rate(latency_seconds_bucket[5s])))';
const BOARD = {
  ...{ title: 'Latency', uid: 'latency', time: { from: 'now-1m', to: 'now' } },
  panels: [
    {
      ...{ id: 1, type: 'timeseries', title: 'p90', gridPos: { x: 0, y: 0, w: 24, h: 10 } },
      fieldConfig: { defaults: { unit: 's' }, overrides: [] },
      targets: [{ refId: 'A', expr: P90, legendFormat: '{{path}}', exemplar: true }],
    },
    {
      ...{ id: 2, type: 'timeseries', title: 'Without', gridPos: { x: 0, y: 10, w: 24, h: 8 } },
      targets: [{ refId: 'A', expr: P90, exemplar: false }],
    },
    {
      ...{ id: 3, type: 'timeseries', title: 'Twins', gridPos: { x: 0, y: 18, w: 24, h: 8 } },
      fieldConfig: { defaults: { unit: 's', min: 0, max: 1 }, overrides: [] },
      targets: [{ refId: 'A', expr: 'rate(twins_total[5s])', exemplar: true }],
    },
  ],
};
const SOURCES = `
datasources:
  - name: This server
    uid: barograph
    type: prometheus
    isDefault: true
    jsonData:
      exemplarTraceIdDestinations:
        - { name: trace_id, url: 'http://traces.test/trace/$\${__value.raw}', urlDisplayLabel: Open the trace }
`;

describe.skipIf(!chromiumPath)('exemplars in a real browser', () => {
  const folder = scratch();
  let target: FakeTarget;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    target = await FakeTarget.start(latencies());
    const write = (dir: string, name: string, text: string) => {
      mkdirSync(join(folder.dir, dir), { recursive: true });
      writeFileSync(join(folder.dir, dir, name), text);
    };
    write('boards', 'latency.json', JSON.stringify(BOARD));
    write('provisioning/datasources', 'own.yaml', SOURCES);
    server = await startServer({
      ...{ dir: folder.dir, port: await freePort() },
      config: `
global: { scrape_interval: 1s }
scrape_configs: [{ job_name: shop, static_configs: [{ targets: ['${target.address}'] }] }]
`,
      flags: [
        ...['--enable-feature=exemplar-storage', `--dashboards.path=${join(folder.dir, 'boards')}`],
        `--provisioning.path=${join(folder.dir, 'provisioning')}`,
      ],
    });
    browser = await launch();
    await eventually(async () => {
      const { result } = await query<{ result: unknown[] }>(server, `query?query=${encodeURIComponent(P90)}`);
      if (result.length < 2) throw new Error('not enough samples yet');
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    await target?.stop();
    folder.remove();
  });

  async function open(path: string, viewport = { width: 1400, height: 900 }) {
    const opened = await openPage(browser, viewport);
    await opened.page.goto(server.url + path);
    return opened;
  }

  it('a scraped exemplar is marked on the panel that asks for it, and leads to its trace', async () => {
    const { page, errors } = await open('/d/latency');
    const marks = page.locator('[data-panel="1"]').getByTestId('exemplar');
    await marks.first().waitFor();
    expect(await page.locator('[data-panel="2"]').getByTestId('exemplar').count()).toBe(0);
    const shown = page.getByTestId('exemplar-card');
    await marks.last().hover();
    const id = /trace_id (\w+)/.exec((await marks.last().getAttribute('aria-label'))!)![1]!;
    expect(await factsOf(shown)).toMatchObject({ trace_id: id, job: 'shop', __name__: 'latency_seconds_bucket' });
    expect(await shown.locator('b').textContent()).toMatch(/^\d+ ms$/);
    const link = shown.getByRole('link', { name: 'Open the trace' });
    expect(await link.getAttribute('href')).toBe(`http://traces.test/trace/${id}`);
    // The pointer goes over to the card without losing it.
    await link.hover();
    expect(await shown.isVisible()).toBe(true);
    await page.mouse.move(5, 5);
    await shown.waitFor({ state: 'hidden' });
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a press keeps it open and neither zooms nor pins the chart', async () => {
    const { page } = await open('/d/latency');
    const mark = page.locator('[data-panel="1"]').getByTestId('exemplar').last();
    await mark.click();
    await page.mouse.move(5, 5);
    const shown = page.getByTestId('exemplar-card');
    expect(await shown.isVisible()).toBe(true);
    expect(new URL(page.url()).search).toBe('');
    expect(await page.locator('.chart-tooltip:not([hidden])').count()).toBe(0);
    await page.mouse.click(700, 5);
    await shown.waitFor({ state: 'hidden' });
    await page.close();
  });

  it('of marks that cover each other the pointer gets the nearest, and the card lists all', async () => {
    const { page } = await open('/d/latency?viewPanel=3');
    const marks = page.getByTestId('exemplar');
    await marks.nth(1).waitFor();
    const card = page.getByTestId('exemplar-card');
    const traces = () =>
      card
        .locator('dd')
        .filter({ hasText: /^(?:lower|upper)\d+$/ })
        .allTextContents();
    for (const mark of [marks.nth(-2), marks.nth(-1)]) {
      const { x, y, width, height } = (await mark.boundingBox())!;
      await page.mouse.move(x + width / 2, y + height / 2);
      const id = /trace_id (\w+)/.exec((await mark.getAttribute('aria-label'))!)![1]!;
      await eventually(async () => expect((await traces())[0]).toBe(id));
      expect((await traces()).map((trace) => trace.replace(/\d+/, '')).sort()).toEqual(['lower', 'upper']);
      expect(await card.locator('.exemplar-others').textContent()).toBe('1 more at this place');
      await page.mouse.down();
      await page.mouse.up();
      expect((await traces())[0]).toBe(id);
      expect(await card.getByRole('link', { name: 'Open the trace' }).count()).toBe(2);
      await page.keyboard.press('Escape');
    }
    await page.close();
  });

  it('keys reach every exemplar, its link, and the way back', async () => {
    const { page } = await open('/d/latency?viewPanel=1');
    const marks = page.getByTestId('exemplar');
    await marks.first().waitFor();
    const focused = () =>
      page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
    await page.getByTestId('panel-menu').focus();
    await page.keyboard.press('Tab');
    const last = await focused();
    expect(last).toMatch(/^Exemplar \d+ ms, /);
    await page.keyboard.press('ArrowLeft');
    const before = await focused();
    expect(before).toMatch(/^Exemplar \d+ ms, /);
    expect(before).not.toBe(last);
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Close');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Open the trace');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe(before);
    expect(await page.getByTestId('exemplar-card').isVisible()).toBe(false);
    expect(page.url()).toContain('viewPanel=1');
    await page.close();
  });

  it('a series that is hidden takes its exemplars with it', async () => {
    const { page } = await open('/d/latency?viewPanel=1');
    await page.getByTestId('exemplar').first().waitFor();
    await page.locator('.panel-legend-entry', { hasText: '/cart' }).click();
    await eventually(async () => expect(await pathsOf(page)).toEqual(['/cart']));
    await page.close();
  });

  it('the graph of a query has them at a press, and in its URL', async () => {
    const { page, errors } = await open(`/query?g0.expr=${encodeURIComponent(P90)}&g0.tab=graph&g0.range_input=1m`);
    await page.locator('[data-testid=query-graph] .chart[data-panel-ready]').waitFor();
    expect(await page.getByTestId('exemplar').count()).toBe(0);
    await page.getByTestId('graph-exemplars').click();
    await page.getByTestId('exemplar').first().waitFor();
    expect(new URL(page.url()).searchParams.get('g0.show_exemplars')).toBe('1');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a phone can tap them', async () => {
    const { page } = await open('/d/latency', { width: 380, height: 700 });
    const mark = page.locator('[data-panel="1"]').getByTestId('exemplar').last();
    await mark.waitFor();
    const { width, height } = (await mark.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(22);
    await mark.click();
    const { x, width: wide } = (await page.getByTestId('exemplar-card').boundingBox())!;
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + wide).toBeLessThanOrEqual(380);
    await page.close();
  });
});

async function factsOf(card: Locator): Promise<Record<string, string>> {
  const names = await card.locator('dt').allTextContents();
  const values = await card.locator('dd').allTextContents();
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

/** The paths of the marked exemplars, by their traces. */
async function pathsOf(page: Page): Promise<string[]> {
  const labels = await page
    .getByTestId('exemplar')
    .evaluateAll((marks) => marks.map((mark) => mark.getAttribute('aria-label') ?? ''));
  return [...new Set(labels.map((label) => `/${/trace_id ([a-z]+)/.exec(label)?.[1]}`))].sort();
}

/** That many scrapes have the same exemplars, so that marks lie apart on a phone too. */
const SCRAPES_PER_EXEMPLAR = 5;

/**
 * A target whose histogram grows with every scrape, now and then with a new exemplar per path, far from the others; those
 * of its two counters come together and nearly have one value.
 */
function latencies(): (request: unknown, response: ServerResponse) => void {
  let scrapes = 0;
  let seconds = 0;
  return (_request, response) => {
    if (scrapes % SCRAPES_PER_EXEMPLAR === 0) seconds = Date.now() / 1000;
    const round = Math.floor(scrapes / SCRAPES_PER_EXEMPLAR);
    scrapes++;
    const lines = ['cart', 'pay'].flatMap((path, i) => {
      const bucket = (le: string, count: number, example: string) =>
        `latency_seconds_bucket{path="/${path}",le="${le}"} ${count}${example}`;
      const example = ` # {trace_id="${path}${round}"} ${0.2 + 0.2 * i} ${seconds.toFixed(3)}`;
      return [
        bucket('0.1', scrapes, ''),
        bucket('0.5', scrapes * 3, example),
        bucket('+Inf', scrapes * 3, ''),
        `latency_seconds_count{path="/${path}"} ${scrapes * 3}`,
        `latency_seconds_sum{path="/${path}"} ${scrapes}`,
      ];
    });
    const twins = ['lower', 'upper'].map((name, i) => {
      return `twins_total{name="${name}"} ${scrapes} # {trace_id="${name}${round}"} ${0.3 + 0.006 * i} ${seconds.toFixed(3)}`;
    });
    response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0; charset=utf-8');
    response.end(
      `# TYPE latency_seconds histogram\n${lines.join('\n')}\n# TYPE twins counter\n${twins.join('\n')}\n# EOF\n`,
    );
  };
}
