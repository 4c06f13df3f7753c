import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, freePort, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const repository = resolve(import.meta.dirname, '../..');
const WIDE = { width: 1400, height: 900 };
const PHONE = { width: 380, height: 700 };

describe.skipIf(!chromiumPath)('dashboards in a real browser', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const boards = fillFolder(join(folder.dir, 'boards'));
    const port = await freePort();
    const flags = [`--dashboards.path=${boards}`];
    server = await startServer({ dir: folder.dir, config: configOf(port), port, flags });
    browser = await launch();
    // Rates over four scrapes have something to draw.
    await eventually(async () => {
      const { result } = await query<{ result: unknown[] }>(server, 'query?query=rate(node_cpu_seconds_total[4s])');
      if (result.length === 0) throw new Error('not enough samples yet');
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  async function open(path: string, viewport = WIDE): Promise<{ page: Page; errors: string[] }> {
    const opened = await openPage(browser, viewport);
    await opened.page.goto(server.url + path);
    await opened.page.waitForSelector('[data-testid=dashboard] [data-testid=panel]');
    return opened;
  }

  describe.each([
    ['host', 27],
    ['barograph', 26],
    ['rYdddlPWk', 125],
    ['k8s_views_global', 26],
    ['system-overview', 14],
    ['service', 12],
    ['alerts-overview', 10],
    ['kubernetes-cluster', 12],
    ['kubernetes-namespace', 12],
    ['kubernetes-pod', 10],
    ['more-panels', 14],
  ])('the dashboard %s', (uid, panels) => {
    it.each([WIDE, PHONE])('draws every panel or says why not, at $width px', async (viewport) => {
      const { page, errors } = await open(`/d/${uid}`, viewport);
      await page.keyboard.press('d');
      await page.keyboard.press('o');
      await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(panels));
      expect(await panelFaults(page)).toEqual([]);
      expect(errors).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      await page.close();
    });
  });

  it('the list finds dashboards by their words and names the files that are none', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/dashboards`);
    await page.waitForSelector('[data-testid=dashboard-line]');
    const titles = [
      ...['Alerts', 'Barograph', 'Host', 'Hostile', 'Kubernetes / Views / Global', 'Kubernetes: cluster'],
      ...['Kubernetes: namespace', 'Kubernetes: pod', 'More panels', 'Node Exporter Full', 'Panel kinds', 'Service'],
      'System overview',
    ];
    expect(await lineTitles(page)).toEqual(titles);
    await page.getByTestId('filter').fill('node exporter full');
    await eventually(async () => expect(await lineTitles(page)).toEqual(['Node Exporter Full']));
    await page.waitForSelector('[data-testid=dashboard-faults]');
    const faults = await page.getByTestId('dashboard-faults').locator('p').allTextContents();
    expect(faults).toEqual([
      expect.stringMatching(/^broken\.json Unexpected token/),
      'other.json this is not a Grafana dashboard: it has neither "panels" nor "rows"',
    ]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a choice of a variable goes to the URL and changes panels, and Back undoes it', async () => {
    const { page, errors } = await open('/d/panel-kinds');
    await panel(page, 1).locator('.panel-legend-entry', { hasText: 'idle' }).waitFor();
    await page.getByTestId('variable-mode').getByRole('button').click();
    await page.getByRole('button', { name: 'user', exact: true }).click();
    await panel(page, 1).locator('.panel-legend-entry', { hasText: 'user' }).waitFor();
    expect(new URL(page.url()).search).toBe('?var-mode=user');
    expect(await panel(page, 1).locator('h2').textContent()).toBe('CPU user');
    expect(await panel(page, 3).locator('h1').textContent()).toBe('Mode user');
    await page.goBack();
    await panel(page, 1).locator('.panel-legend-entry', { hasText: 'idle' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a zoom goes to the URL, which brings the same view back', async () => {
    const { page } = await open('/d/panel-kinds');
    await drawn(panel(page, 1));
    await drag(page, panel(page, 1).locator('.u-over'));
    await page.waitForURL(/from=\d+&to=\d+/);
    const { searchParams } = new URL(page.url());
    const length = Number(searchParams.get('to')) - Number(searchParams.get('from'));
    // The middle half of five minutes, within a pixel or two.
    expect(Math.abs(length - 150_000)).toBeLessThan(3000);
    const label = await page.getByTestId('time-picker-button').textContent();
    const again = await open(`/d/panel-kinds?${searchParams.toString()}`);
    expect(await again.page.getByTestId('time-picker-button').textContent()).toBe(label);
    await page.goBack();
    await page.getByTestId('time-picker-button').getByText('Last 5 minutes').waitFor();
    await page.close();
    await again.page.close();
  });

  it('a refresh keeps the last picture until the next one is there, and when it fails', async () => {
    const { page } = await open('/d/panel-kinds');
    const chart = panel(page, 1);
    await drawn(chart);
    const picture = await inkOf(chart);
    expect(picture).toBeGreaterThan(0);
    const held: (() => Promise<void>)[] = [];
    await page.route('**/api/v1/query_stream', (route) => void held.push(() => route.abort()));
    await page.getByTestId('refresh-now').click();
    await page.waitForSelector('[data-panel="1"][data-loading]');
    expect(await chart.getAttribute('data-panel-ready')).toBe('');
    expect(await inkOf(chart)).toBeGreaterThan(0);
    for (const abort of held) await abort();
    await chart.locator('.panel-note[data-state=bad]').waitFor();
    expect(await chart.getAttribute('data-panel-ready')).toBe('');
    expect(await inkOf(chart)).toBeGreaterThan(0);
    await page.close();
  });

  it('a table sorts by its columns', async () => {
    const { page } = await open('/d/panel-kinds');
    const table = panel(page, 2);
    await drawn(table);
    const values = () => table.locator('.panel-table-body .panel-table-cell.right').allTextContents();
    const before = await values();
    expect([...before].sort()).toEqual(['1', '10', '2']);
    const heading = table.locator('.panel-table-sort', { hasText: 'Value' });
    await heading.click();
    expect(await values()).toEqual(['1', '2', '10']);
    await heading.click();
    expect(await values()).toEqual(['10', '2', '1']);
    await heading.click();
    expect(await values()).toEqual(before);
    await page.close();
  });

  it('a text panel shows HTML without what could act', async () => {
    const { page } = await open('/d/hostile');
    const words = panel(page, 1);
    await words.locator('b').waitFor();
    expect(await words.locator('.panel-view').innerHTML()).toBe('<b>Words</b><a>here</a>');
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await page.close();
  });

  it('each kind of panel shows its number, and an unknown kind its name and data', async () => {
    const { page } = await open('/d/panel-kinds');
    for (const id of [4, 5, 6, 7, 8]) await drawn(panel(page, id));
    const textOf = (id: number, part: string) => panel(page, id).locator(part).first().textContent();
    expect(await textOf(4, '.panel-number')).toBe('2 KiB');
    expect(await textOf(5, '.panel-number')).toBe('42%');
    expect(await textOf(6, '.panel-bar-value')).toBe('75%');
    expect(await textOf(7, '.panel-other-note')).toContain('“nodeGraph” are not drawn here');
    expect(await panel(page, 7).locator('.panel-table-body').textContent()).toContain('slice');
    const why = 'No data: there is no no_such_metric in this time range.';
    await panel(page, 8).getByText(why).waitFor();
    await page.close();
  });

  it('a query that is wrong says so in its panel', async () => {
    const { page } = await open('/d/hostile');
    await drawn(panel(page, 2));
    expect(await panel(page, 2).locator('.panel-cover').textContent()).toContain('unclosed left parenthesis');
    expect(await panel(page, 2).getAttribute('data-panel-ready')).toBe('error');
    await page.getByTestId('annotation-Broken').locator('[data-state=bad]').waitFor();
    await page.close();
  });

  it('keys show the panel with the focus alone, and what it asked and got', async () => {
    const { page, errors } = await open('/d/panel-kinds');
    await panel(page, 2).getByTestId('panel-menu').focus();
    await page.keyboard.press('v');
    await page.waitForURL('**/d/panel-kinds?viewPanel=2');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBe(1));
    await page.keyboard.press('Escape');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBeGreaterThan(1));
    await panel(page, 2).getByTestId('panel-menu').focus();
    await page.keyboard.press('i');
    await page.waitForURL('**/d/panel-kinds?inspect=2');
    await page.getByTestId('inspect').getByText('second', { exact: true }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Download CSV').click()]);
    const csv = readFileSync(await download.path(), 'utf8');
    expect(csv.split('\r\n').slice(0, 1)).toEqual(['name,Value']);
    expect(download.suggestedFilename()).toBe('Numbers.csv');
    await page.getByTestId('segment-queries').click();
    await page.waitForURL('**/d/panel-kinds?inspect=2&inspectTab=queries');
    expect(await page.getByTestId('inspect').locator('pre').textContent()).toContain('label_replace(vector(2)');
    await page.reload();
    await page.getByTestId('inspect').locator('pre', { hasText: 'label_replace(vector(2)' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('inspect').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('events of queries are drawn, listed and switched off', async () => {
    const { page } = await open('/d/more-panels?from=now-10m&to=now');
    await panel(page, 13).scrollIntoViewIfNeeded();
    await panel(page, 13).getByText('the switch').first().waitFor();
    const chart = panel(page, 12);
    await drawn(chart);
    const withEvents = await inkOf(chart);
    await page.getByTestId('annotation-Flips').locator('input').uncheck();
    await panel(page, 13).getByText('Nothing happened in this time range.').waitFor();
    await eventually(async () => expect(await inkOf(chart)).toBeLessThan(withEvents));
    await page.close();
  });

  it('a filter counts for every query, and goes into the URL', async () => {
    const { page } = await open('/d/more-panels?from=now-5m&to=now');
    const legend = () => panel(page, 12).locator('.panel-legend-entry').allTextContents();
    await eventually(async () => expect([...(await legend())].sort()).toEqual(['barograph', 'node']));
    await page.getByLabel('Add a filter').click();
    await page.getByLabel('Label', { exact: true }).fill('job');
    await page.getByLabel('Value', { exact: true }).fill('node');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.waitForURL('**var-Filters=job%7C%3D%7Cnode');
    await eventually(async () => expect(await legend()).toEqual(['node']));
    await page.getByTitle('Remove this filter').click();
    await eventually(async () => expect([...(await legend())].sort()).toEqual(['barograph', 'node']));
    await page.close();
  });

  it('a table is filtered by what is typed for a column', async () => {
    const { page } = await open('/d/more-panels');
    const table = panel(page, 14);
    await table.scrollIntoViewIfNeeded();
    await drawn(table);
    const lines = () => table.locator('.panel-table-body .panel-table-line').count();
    expect(await lines()).toBe(2);
    await table.getByLabel('Filter job').fill('nod');
    await eventually(async () => expect(await lines()).toBe(1));
    expect(await table.locator('.panel-table-pager').textContent()).toContain('1–1 of 1');
    expect(await table.locator('.panel-table-trend').count()).toBe(1);
    await page.close();
  });

  it('a job has a dashboard of its metrics, from its targets', async () => {
    const { page, errors } = await openPage(browser, WIDE);
    await page.goto(`${server.url}/targets`);
    await page.getByTestId('job-dashboard').first().click();
    await page.waitForURL('**/job/barograph');
    await page.getByTestId('panel').first().waitFor();
    expect(await page.locator('h1').textContent()).toBe('Job barograph');
    // A mean of nothing is NaN: this server has no rules here.
    expect((await panelFaults(page)).filter((fault) => !fault.includes('gaps or NaN'))).toEqual([]);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByText('Download its JSON').click()]);
    expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toMatchObject({ uid: 'job-barograph' });
    expect(errors).toEqual([]);
    await page.close();
  });

  it('kiosk leaves the dashboard alone', async () => {
    const { page } = await open('/d/more-panels?kiosk=1');
    await eventually(async () => expect(await page.locator('.top-bar').isVisible()).toBe(false));
    await page.keyboard.press('d');
    await page.keyboard.press('k');
    await page.locator('.top-bar').waitFor();
    await page.close();
  });

  it('a closed row opens, and its panels repeat over the values of a variable', async () => {
    const { page } = await open('/d/panel-kinds');
    expect(await page.getByTestId('row').textContent()).toBe('Repeated1 panel');
    await page.getByTestId('row').click();
    await page.getByText('Size small').waitFor();
    const titles = await page.locator('[data-testid=panel] h2').allTextContents();
    expect(titles.filter((title) => title.startsWith('Size'))).toEqual(['Size small', 'Size large']);
    // Who gets the address sees the row open, too.
    expect(new URL(page.url()).searchParams.getAll('row')).toHaveLength(1);
    await page.reload();
    await page.getByText('Size small').waitFor();
    await page.getByTestId('row').click();
    await page.getByText('Size small').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
    await page.close();
  });
});

/** The shipped dashboards, two that everybody has, one with every kind of panel, and two files that are none. */
function fillFolder(boards: string): string {
  mkdirSync(boards);
  for (const from of ['dashboards', 'test/conformance/kit/real', 'test/fixtures/dashboards']) {
    for (const name of readdirSync(join(repository, from))) {
      if (name.endsWith('.json')) copyFileSync(join(repository, from, name), join(boards, name));
    }
  }
  writeFileSync(join(boards, 'broken.json'), '{\n  "title": oops\n}\n');
  writeFileSync(join(boards, 'other.json'), '{ "hello": 1 }\n');
  return boards;
}

/** A scrape per second, so that rates are there soon. */
function configOf(port: number): string {
  return `
global: { scrape_interval: 1s, evaluation_interval: 1s }
scrape_configs:
  - job_name: barograph
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
  - job_name: node
    metrics_path: /metrics/host
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`;
}

function panel(page: Page, id: number): Locator {
  return page.locator(`[data-panel="${id}"]`);
}

async function drawn(one: Locator): Promise<void> {
  await one.and(one.page().locator('[data-panel-ready]')).waitFor();
}

/** What is wrong with the panels: those that are neither drawn nor say why there is nothing. */
async function panelFaults(page: Page): Promise<string[]> {
  const { width } = page.viewportSize()!;
  // All are in sight at once, so that all ask and draw.
  await page.setViewportSize({ width, height: await page.evaluate<number>('document.documentElement.scrollHeight') });
  const panels = page.getByTestId('panel');
  const ready = page.locator('[data-testid=panel][data-panel-ready]:not([data-loading])');
  await eventually(async () => expect(await ready.count()).toBe(await panels.count()), 90_000);
  const states = await panels.evaluateAll((sections) =>
    sections.map((section) => ({
      title: section.querySelector('h2')?.textContent ?? '',
      state: section.getAttribute('data-panel-ready'),
      words: section.querySelector('.panel-cover-words')?.getAttribute('title') ?? '',
    })),
  );
  return states
    .filter(({ state, words }) => state !== '' && !(state === 'empty' && words.includes('No data: ')))
    .map(({ title, state, words }) => `${title}: ${state} ${words}`);
}

async function lineTitles(page: Page): Promise<string[]> {
  return page.locator('[data-testid=dashboard-line] a').allTextContents();
}

function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** Drags over the middle half. */
async function drag(page: Page, over: Locator): Promise<void> {
  const { x, y, width, height } = (await over.boundingBox())!;
  await page.mouse.move(x + width / 4, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.move(x + (3 * width) / 4, y + height / 2);
  await page.mouse.up();
}

/** The part of a canvas that the tests read; they have no types of the browser. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** How many pixels of a chart's canvas are not empty. */
function inkOf(chart: Locator): Promise<number> {
  const canvas = chart.locator('canvas').first();
  return canvas.evaluate((element) => {
    const drawing = element as unknown as Canvas;
    const { data } = drawing.getContext('2d').getImageData(0, 0, drawing.width, drawing.height);
    return data.filter((value, i) => i % 4 === 3 && value > 0).length;
  });
}
