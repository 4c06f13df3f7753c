import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { freePort, type Server, scratch, startServer } from '#test/process';
import { type PrometheusProcess, prometheusPrograms, remoteWrite, startPrometheus } from '#test/prometheus-process';
import { sample, series } from '#test/write-message';

const program = prometheusPrograms()[0];
if (!chromiumPath) console.log('skipped: the data sources need Chromium (Debian: apt-get install chromium)');
if (program === undefined) console.log('skipped: mixed data sources need a prometheus in PATH');

const STEP = 15_000;
const PHONE = { width: 380, height: 700 };
const target = (refId: string, uid: string) => {
  return { refId, expr: 'sum by (zone) (load)', legendFormat: `${refId} {{zone}}`, datasource: { uid } };
};
const BOARD = {
  ...{ title: 'Mixed', uid: 'mixed', time: { from: 'now-10m', to: 'now' } },
  panels: [
    {
      ...{ id: 1, type: 'timeseries', title: 'Both', gridPos: { x: 0, y: 0, w: 24, h: 10 } },
      ...{ datasource: { type: 'datasource', uid: '-- Mixed --' }, interval: '15s' },
      targets: [target('A', 'barograph'), target('B', 'peer')],
    },
    {
      ...{ id: 2, type: 'alertlist', title: 'Elsewhere', gridPos: { x: 0, y: 10, w: 24, h: 6 } },
      options: { datasource: 'Alerts elsewhere' },
    },
  ],
};

describe.skipIf(!chromiumPath)('data sources in a real browser', () => {
  const folder = scratch();
  let peer: PrometheusProcess | null = null;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    if (program !== undefined) peer = await startPrometheus(program, join(folder.dir, 'peer'));
    mkdirSync(join(folder.dir, 'boards'));
    writeFileSync(join(folder.dir, 'boards', 'mixed.json'), JSON.stringify(BOARD));
    mkdirSync(join(folder.dir, 'provisioning', 'datasources'), { recursive: true });
    writeFileSync(
      join(folder.dir, 'provisioning', 'datasources', 'file.yaml'),
      'datasources:\n  - {name: Of a file, uid: file, type: prometheus, url: "http://127.0.0.1:1"}\n',
    );
    server = await started();
    browser = await launch();
  });

  const started = async () =>
    startServer({
      ...{ dir: folder.dir, config: 'scrape_configs: []\n', port: await freePort() },
      flags: [
        ...['--web.enable-remote-write-receiver', '--query.lookback-delta=14s'],
        ...[
          `--dashboards.path=${join(folder.dir, 'boards')}`,
          `--provisioning.path=${join(folder.dir, 'provisioning')}`,
        ],
      ],
    });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    await peer?.stop('SIGKILL');
    folder.remove();
  });

  async function open(path: string, viewport = { width: 1400, height: 900 }) {
    const opened = await openPage(browser, viewport);
    await opened.page.goto(server.url + path);
    return opened;
  }

  const sourceOf = async (uid: string) =>
    (await (await fetch(`${server.url}/api/datasources/uid/${uid}`)).json()) as Record<string, unknown>;

  it('one is added, and the test says what is wrong with it', async () => {
    const { page } = await open('/dashboards');
    await page.getByTestId('sources-link').click();
    await page.getByTestId('new-source').click();
    await page.getByTestId('source-name').fill('Peer');
    expect(await page.getByTestId('source-save').isDisabled()).toBe(true);
    await page.getByTestId('source-url').fill('http://127.0.0.1:1');
    await page.getByTestId('source-basic').check();
    await page.getByTestId('source-user').fill('me');
    await page.getByTestId('source-password').fill('hunter2');
    await page.getByTestId('source-add-header').click();
    await page.getByTestId('source-header-name').fill('X-Scope');
    await page.getByTestId('source-header-value').fill('team-a');
    await page.getByTestId('source-save').click();
    await page.getByTestId('source-verdict').getByText('did not answer').waitFor();
    await page.waitForURL(/\/datasources\/edit\//);
    const uid = page.url().split('/').at(-1)!;
    expect(await sourceOf(uid)).toMatchObject({
      ...{ name: 'Peer', basicAuth: true, basicAuthUser: 'me', jsonData: { httpHeaderName1: 'X-Scope' } },
      secureJsonFields: { basicAuthPassword: true, httpHeaderValue1: true },
    });
    // Neither the page nor what it was sent has the secrets.
    await page.getByTestId('source-password-reset').waitFor();
    expect(await page.content()).not.toMatch(/hunter2|team-a/);
    await page.close();
  });

  it('it is changed with its secrets kept, and deleted after a question', async () => {
    const { page } = await open('/datasources');
    await page.getByTestId('source-line').filter({ hasText: 'Peer' }).click();
    await page.getByTestId('source-name').fill('Renamed');
    await page.getByTestId('source-default').check();
    await page.getByTestId('source-save').click();
    await page.getByTestId('source-verdict').waitFor();
    const uid = page.url().split('/').at(-1)!;
    expect(await sourceOf(uid)).toMatchObject({
      ...{ name: 'Renamed', isDefault: true, version: 2 },
      secureJsonFields: { basicAuthPassword: true, httpHeaderValue1: true },
    });
    page.on('dialog', (dialog) => void dialog.accept());
    await page.getByTestId('source-delete').click();
    await page.waitForURL(/\/datasources$/);
    expect((await fetch(`${server.url}/api/datasources/uid/${uid}`)).status).toBe(404);
    await page.close();
  });

  it.each([
    ['file', 'This data source comes from a provisioning file and is changed there.'],
    ['barograph', 'This is the server itself: there is nothing to set.'],
  ])('%s is only shown and tested', async (uid, words) => {
    const { page, errors } = await open(`/datasources/edit/${uid}`);
    await page.getByTestId('source-fixed').getByText(words).waitFor();
    expect(await page.getByTestId('source-name').isDisabled()).toBe(true);
    expect(await page.getByTestId('source-delete').count()).toBe(0);
    await page.getByTestId('source-save').click();
    const verdict = uid === 'file' ? 'did not answer' : 'Successfully queried the Prometheus API.';
    await page.getByTestId('source-verdict').getByText(verdict).waitFor();
    expect(errors.filter((error) => !error.includes('400'))).toEqual([]);
    await page.close();
  });

  it.skipIf(program === undefined)(
    'a panel of this server and a real Prometheus has equal values of both',
    async () => {
      const end = Math.floor(Date.now() / STEP) * STEP;
      const written = ['a', 'b'].map((zone, k) => {
        const samples = Array.from({ length: 40 }, (_, i) =>
          sample(end - (39 - i) * STEP, Math.sin(i) * (k + 1) + 1 / 3),
        );
        return series({ __name__: 'load', zone }, ...samples);
      });
      for (const { url } of [peer!, server]) await remoteWrite(url, ...written);
      await addSource({ name: 'Real', uid: 'peer', type: 'prometheus', url: peer!.url, access: 'proxy' });
      const { page, errors } = await open(`/d/mixed?from=${end - 300_000}&to=${end}&inspect=1`);
      await page.getByTestId('inspect').waitFor();
      await page.locator('[data-panel="1"][data-panel-ready=""]').waitFor();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Download CSV').click()]);
      const blocks = readFileSync(await download.path(), 'utf8')
        .trim()
        .split('\r\n\r\n');
      const columns = blocks.map((block) => block.split('\r\n').map((row) => row.split(',')));
      expect(columns.map(([head]) => head)).toEqual(['A a', 'A b', 'B a', 'B b'].map((name) => ['Time', name]));
      const [ownA, ownB, peerA, peerB] = columns.map(([, ...rows]) => rows);
      expect([ownA, ownB]).toEqual([peerA, peerB]);
      expect(new Set(ownA!.map(([, value]) => value)).size).toBe(21);
      expect(errors).toEqual([]);
      await page.close();
    },
  );

  it('a list of alerts shows those of another Alertmanager', async () => {
    const alert = { labels: { alertname: 'DiskFull', severity: 'page' }, annotations: { summary: 'no room' } };
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${server.url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify([alert]) });
    await addSource({ name: 'Alerts elsewhere', uid: 'am', type: 'alertmanager', url: server.url, access: 'proxy' });
    const { page } = await open('/d/mixed');
    await page.locator('[data-panel="2"]').getByText('DiskFull').waitFor();
    expect(await page.locator('[data-panel="2"] .panel-list-line').allTextContents()).toEqual([
      expect.stringMatching(/^firingDiskFullpageno roomfor /),
    ]);
    await page.close();
  });

  it('whose key is lost says what to replace, and is well when that is done', async () => {
    const source = { name: 'Lost', uid: 'lost', type: 'prometheus', access: 'proxy', url: 'http://127.0.0.1:1' };
    await addSource({
      ...source,
      basicAuth: true,
      basicAuthUser: 'me',
      secureJsonData: { basicAuthPassword: 'hunter2' },
    });
    await server.stop('SIGTERM');
    rmSync(join(folder.dir, 'data', 'datasources.key'));
    server = await started();
    const { page, errors } = await open('/datasources/edit/lost');
    expect(await page.getByTestId('source-lost').textContent()).toContain('basicAuthPassword was kept: replace it');
    await page.getByTestId('source-password-reset').click();
    await page.getByTestId('source-password').fill('hunter3');
    await page.getByTestId('source-save').click();
    await page.getByTestId('source-verdict').getByText('did not answer').waitFor();
    await page.getByTestId('source-lost').waitFor({ state: 'detached' });
    expect(await sourceOf('lost')).not.toHaveProperty('lostSecrets');
    expect(errors.filter((error) => !error.includes('400'))).toEqual([]);
    await page.close();
  });

  it.each(['/datasources', '/datasources/new', '/datasources/edit/file'])('%s fits on a phone', async (path) => {
    const { page } = await open(path, PHONE);
    await page.locator('[data-testid=source-line], [data-testid=source-form]').first().waitFor();
    if (path.endsWith('new')) await page.getByTestId('source-add-trace').click();
    expect(await overflow(page)).toBe(0);
    await page.close();
  });

  async function addSource(source: object): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${server.url}/api/datasources`, {
      method: 'POST',
      headers,
      body: JSON.stringify(source),
    });
    expect(answer.status).toBe(200);
  }
});

function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
