import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { type FaultySource, HOSTILE_NAMES, startFaultySource } from '#test/faulty-source';
import { eventually, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const SOURCE = { type: 'prometheus', uid: 'faulty' };
const target = (expr: string, more: object = {}) => ({
  refId: 'A',
  expr,
  datasource: SOURCE,
  legendFormat: '{{name}}',
  ...more,
});
const place = (x: number, y: number, w = 8, h = 7) => ({ x, y, w, h });

describe.skipIf(!chromiumPath)('a dashboard with bad input or faults never leaves the page blank', () => {
  const folder = scratch();
  let server: Server;
  let source: FaultySource;
  let browser: Browser;

  beforeAll(async () => {
    source = await startFaultySource();
    server = await startServer({ dir: folder.dir, config: 'scrape_configs: []\n' });
    await post('/datasources', { name: 'Faulty', ...SOURCE, url: source.url, access: 'proxy' });
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    await source?.stop();
    folder.remove();
  });

  async function post(path: string, body: object): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${server.url}/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect([path, answer.status]).toEqual([path, 200]);
  }

  /** Saves a dashboard and opens it. What a data source answered with is no error of the page. */
  async function open(dashboard: { readonly uid: string } & Record<string, unknown>, query = '') {
    await post('/dashboards/db', {
      dashboard: { title: dashboard.uid, time: { from: 'now-1h', to: 'now' }, ...dashboard },
    });
    const { page, errors } = await openPage(browser, { width: 1400, height: 900 });
    await page.goto(`${server.url}/d/${dashboard.uid}${query}`);
    await page.waitForSelector('[data-testid=dashboard]');
    return { page, errors: () => errors.filter((error) => !/\/proxy\/|status of (422|504)/.test(error)) };
  }

  it('wrong types in any field: what can be shown is, and the fields are named', async () => {
    const { page, errors } = await open({
      ...{ uid: 'wrong', tags: 'one', time: 5, refresh: {}, annotations: 7, links: 'x', templating: { list: 'none' } },
      panels: [
        { id: 1, type: 'timeseries', title: 'Left', gridPos: 'left', targets: {}, options: 7, fieldConfig: [] },
        {
          id: 2,
          type: 'stat',
          title: ['x'],
          gridPos: { y: 1e300, h: 1e300 },
          datasource: 4,
          targets: [target('up'), 'x'],
        },
        'x',
      ],
    });
    await drawn(panel(page, 2));
    expect(await page.getByTestId('panel').count()).toBe(2);
    await page.getByTestId('wrong-fields').locator('summary').click();
    const named = await page.getByTestId('wrong-fields').locator('li').allTextContents();
    expect(named).toContain('panels[0].gridPos: an object was expected, not "left"');
    expect(named).toContain('panels[1].title: a text was expected, not a list');
    expect(named).toContain('templating.list: a list was expected, not "none"');
    await page.getByTestId('edit-button').click();
    expect(await page.getByTestId('edit-tags').inputValue()).toBe('');
    expect(errors()).toEqual([]);
    await page.close();
  });

  it('300 panels and 5 MB: those in sight ask, the last one is drawn when it is seen, and its JSON can be edited', async () => {
    const types = ['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'barchart', 'piechart', 'state-timeline'];
    const panels = Array.from({ length: 300 }, (_, i) => ({
      ...{ id: i + 1, type: types[i % types.length], title: `Panel ${i + 1}`, description: 'long '.repeat(3400) },
      ...{ gridPos: place((i % 3) * 8, Math.floor(i / 3) * 7), targets: [target(`metric_${i}`)] },
    }));
    expect(JSON.stringify(panels).length).toBeGreaterThan(5_000_000);
    const { page, errors } = await open({ uid: 'large', panels });
    await drawn(panel(page, 1));
    expect(await page.getByTestId('panel').count()).toBe(300);
    expect(await page.locator('[data-panel-ready]').count()).toBeLessThan(60);
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    await drawn(panel(page, 300));
    await page.getByTestId('edit-button').click();
    await page.getByTestId('edit-title').fill('Larger');
    await page.getByTestId('segment-json').click();
    await page.getByTestId('json-input').getByText('Larger').waitFor();
    await page.getByTestId('segment-changes').click();
    await page.locator('.diff-line.added', { hasText: 'Larger' }).waitFor();
    await page.getByTestId('save').click();
    await page.getByRole('heading', { name: 'Larger' }).waitFor();
    expect(errors()).toEqual([]);
    await page.close();
  });

  it('a variable of 50,000 values is searched, chosen from, and repeated over as far as anybody can look', async () => {
    const { page, errors } = await open({
      uid: 'values',
      templating: {
        list: [
          {
            ...{ name: 'pod', type: 'query', query: 'label_values(m, pod)', datasource: SOURCE, refresh: 1 },
            ...{ multi: true, includeAll: true, current: { text: 'value-00007', value: ['value-00007'] } },
          },
        ],
      },
      panels: [
        {
          id: 1,
          type: 'stat',
          title: '$pod',
          gridPos: place(0, 0, 4, 3),
          repeat: 'pod',
          targets: [target('m{pod=~"$pod"}')],
        },
      ],
    });
    await page.getByRole('heading', { name: 'value-00007' }).waitFor();
    await page.getByTestId('variable-pod').getByRole('button').click();
    await page.getByLabel('Find pod').fill('49999');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'value-49999' }).waitFor();
    expect(new URL(page.url()).search).toBe('?var-pod=value-49999');
    await page.getByTestId('variable-pod').getByRole('button').click();
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByText('49800 more values of pod are not shown: choose fewer of them above').waitFor();
    await drawn(page.getByTestId('panel').first());
    expect(await page.getByTestId('panel').count()).toBe(200);
    expect(errors()).toEqual([]);
    await page.close();
  });

  it('a series of 100,000 points is drawn', async () => {
    const { page, errors } = await open({
      uid: 'points',
      panels: ['timeseries', 'stat', 'table', 'histogram', 'state-timeline', 'heatmap'].map((type, i) => ({
        ...{
          id: i + 1,
          type,
          title: type,
          gridPos: place((i % 3) * 8, Math.floor(i / 3) * 7),
          targets: [target('points')],
        },
      })),
    });
    for (const id of [1, 2, 3, 4, 5, 6]) await drawn(panel(page, id));
    expect(await panel(page, 1).getAttribute('data-panel-ready')).toBe('');
    expect(await panel(page, 2).locator('.panel-number').first().textContent()).toBe('99');
    expect(errors()).toEqual([]);
    await page.close();
  });

  it('names with HTML, right-to-left text and emoji are words, wherever they stand', async () => {
    const [html, rtl, emoji] = HOSTILE_NAMES as [string, string, string];
    const kinds = ['timeseries', 'stat', 'table', 'bargauge', 'piechart', 'state-timeline', 'logs', 'text'];
    const { page, errors } = await open({
      ...{ uid: 'names', title: `${html} ${rtl} ${emoji}`, description: html, tags: [html] },
      templating: {
        list: [{ name: 'choice', label: html, type: 'custom', query: `${html.replaceAll(',', '')},${emoji},${rtl}` }],
      },
      links: [{ type: 'link', title: html, url: 'javascript:window.hacked=1' }],
      panels: [
        ...kinds.map((type, i) => ({
          ...{
            id: i + 1,
            type,
            title: `${html} $choice`,
            description: html,
            gridPos: place((i % 3) * 8, Math.floor(i / 3) * 7),
          },
          options: type === 'text' ? { mode: 'html', content: `${html}<b>${emoji}</b>$choice` } : {},
          links: [{ title: rtl, url: 'javascript:window.hacked=1' }],
          targets: [target('names', type === 'table' ? { format: 'table', instant: true } : {})],
        })),
        { id: 20, type: 'row', title: html, gridPos: place(0, 30, 24, 1), panels: [] },
      ],
    });
    await page.setViewportSize({ width: 1400, height: 2000 });
    for (const [i] of kinds.entries()) await drawn(panel(page, i + 1));
    expect(await page.locator('.dashboard-bar h1').textContent()).toBe(`${html} ${rtl} ${emoji}`);
    expect(await panel(page, 1).locator('h2').textContent()).toBe(`${html} ${html}`);
    const legend = await panel(page, 1).locator('.panel-legend-entry').allTextContents();
    expect(legend.map((text) => text.trim())).toEqual(HOSTILE_NAMES);
    expect(await panel(page, 8).locator('.panel-view b').textContent()).toBe(emoji);
    expect(await page.locator('main img[onerror], main a[href^="javascript:"]').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    await page.goto(`${server.url}/dashboards`);
    await page.getByText(emoji).first().waitFor();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    // The sanitizer's parser says that it would not run the handlers that it takes out.
    expect(errors().filter((error) => !error.includes('Executing inline event handler violates'))).toEqual([]);
    await page.close();
  });

  it('errors and partial results of some panels stay theirs, and a source that hangs holds up nobody', async () => {
    const { page, errors } = await open({
      uid: 'some',
      panels: [
        ...['good', 'fails', 'partial', 'hangs'].map((expr, i) => ({
          ...{
            id: i + 1,
            type: 'timeseries',
            title: expr,
            gridPos: place((i % 3) * 8, Math.floor(i / 3) * 7),
            targets: [target(expr)],
          },
        })),
        {
          id: 5,
          type: 'timeseries',
          title: 'half',
          gridPos: place(8, 7),
          targets: [target('good'), target('fails', { refId: 'B' })],
        },
        { id: 6, type: 'stat', title: 'own', gridPos: place(16, 7), targets: [{ refId: 'A', expr: 'vector(42)' }] },
      ],
    });
    for (const id of [1, 2, 3, 5, 6]) await drawn(panel(page, id));
    const states = await Promise.all([1, 2, 3, 5, 6].map((id) => panel(page, id).getAttribute('data-panel-ready')));
    expect(states).toEqual(['', 'error', '', '', '']);
    expect(await panel(page, 2).locator('.panel-cover').textContent()).toBe(
      'the shard <b>3</b> & its replica are down',
    );
    expect(await noteOf(panel(page, 3))).toBe('shard 3 did not answer: the result is partial');
    expect(await noteOf(panel(page, 5))).toBe('B: the shard <b>3</b> & its replica are down');
    expect(await panel(page, 6).locator('.panel-number').textContent()).toBe('42');
    expect(await panel(page, 4).getAttribute('data-loading')).toBe('');
    // Meanwhile all else works.
    await page.getByTestId('refresh-now').click();
    await eventually(async () => expect(await page.locator('[data-panel][data-loading]').count()).toBe(1));
    source.release();
    await drawn(panel(page, 4));
    expect(await panel(page, 4).getAttribute('data-panel-ready')).toBe('');
    expect(errors()).toEqual([]);
    await page.close();
  });
});

function panel(page: Page, id: number): Locator {
  return page.locator(`[data-panel="${id}"]`);
}

async function drawn(one: Locator): Promise<void> {
  await one.and(one.page().locator('[data-panel-ready]')).waitFor();
}

async function noteOf(one: Locator): Promise<string | null> {
  return one.locator('.panel-note').getAttribute('aria-label');
}
