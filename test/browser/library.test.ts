import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { eventually, freePort, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const PANEL = { id: 1, type: 'timeseries', title: 'Load', gridPos: { x: 0, y: 0, w: 12, h: 8 } };
const PHONE = { width: 380, height: 700 };
const MINE = {
  ...{ title: 'Mine', uid: 'mine', tags: ['own'], gain: 1.5 },
  panels: [{ ...PANEL, targets: [{ refId: 'A', expr: 'node_load1' }] }],
};

describe.skipIf(!chromiumPath)('the library of dashboards in a real browser', () => {
  const folder = scratch();
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    const boards = join(folder.dir, 'boards');
    mkdirSync(boards, { recursive: true });
    writeFileSync(join(boards, 'file.json'), JSON.stringify({ ...MINE, title: 'From a file', uid: 'file' }));
    server = await startServer({
      ...{ dir: folder.dir, config: 'scrape_configs: []\n', port: await freePort() },
      flags: [`--dashboards.path=${boards}`, `--provisioning.path=${join(folder.dir, 'none')}`],
    });
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    folder.remove();
  });

  async function open(
    path: string,
    viewport = { width: 1400, height: 900 },
  ): Promise<{ page: Page; errors: string[] }> {
    const opened = await openPage(browser, viewport);
    await opened.page.goto(server.url + path);
    return opened;
  }

  async function post(path: string, body: object): Promise<void> {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${server.url}/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
  }

  const saved = async (uid: string) =>
    (await (await fetch(`${server.url}/api/dashboards/uid/${uid}`)).text())
      .replace(/^.*?"dashboard":/, '')
      .slice(0, -1);

  const edit = async (page: Page) => {
    await page.getByTestId('edit-button').click();
    await page.getByTestId('edit-dashboard').waitFor();
  };

  it('a dashboard is imported from its text, with its data source chosen', async () => {
    const { page, errors } = await open('/dashboards/import');
    await page.getByTestId('import-text').fill('{\n "title": "X",\n}');
    await page.getByTestId('import-fault').getByText('line 3, column 1').waitFor();
    const exported = {
      __inputs: [{ name: 'DS_P', label: 'Prometheus', type: 'datasource', pluginId: 'prometheus' }],
      ...{ ...MINE, id: null, version: 7 },
      panels: [{ ...MINE.panels[0], datasource: { type: 'prometheus', uid: '${DS_P}' } }],
    };
    await page.getByTestId('import-text').fill(JSON.stringify(exported));
    await eventually(async () => expect(await page.getByTestId('import-input-DS_P').inputValue()).toBe('barograph'));
    await page.getByTestId('import-save').click();
    await page.waitForURL(/\/d\/mine/);
    await page.waitForSelector('[data-testid=dashboard]');
    expect(JSON.parse(await saved('mine'))).toMatchObject({
      ...{ title: 'Mine', version: 1 },
      panels: [{ datasource: { uid: 'barograph' } }],
    });
    // Asking whether a UID is taken is answered by 404 when it is not.
    expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
    await page.close();
  });

  it('its settings are changed, the change is shown, and nothing else is touched', async () => {
    const text = '{ "title": "Exact", "uid": "exact", "panels": [], "gain": 1.50 }';
    const headers = { 'Content-Type': 'application/json' };
    await fetch(`${server.url}/api/dashboards/db`, { method: 'POST', headers, body: `{"dashboard":${text}}` });
    const { page, errors } = await open('/d/exact');
    await edit(page);
    await page.getByTestId('edit-title').fill('Exactly');
    await page.getByTestId('edit-tags').fill('a, b');
    await page.getByTestId('segment-changes').click();
    const changed = page.locator('.diff-line.added, .diff-line.removed');
    const lines = (await changed.allTextContents()).map((line) => line.replace(/^\d+/, '').trim());
    expect(lines).toEqual([
      ...['-   "title": "Exact",', '+   "title": "Exactly",', '-   "gain": 1.50', '+   "gain": 1.50,'],
      ...['+   "tags": [', '+     "a",', '+     "b"', '+   ]'],
    ]);
    await page.getByTestId('save-message').fill('a better name');
    await page.getByTestId('save').click();
    await page.getByTestId('edit-dashboard').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Exactly' }).waitFor();
    expect(await saved('exact')).toContain('"gain": 1.50');
    expect(JSON.parse(await saved('exact'))).toEqual({
      ...{
        title: 'Exactly',
        uid: 'exact',
        panels: [],
        gain: 1.5,
        tags: ['a', 'b'],
        id: expect.any(Number),
        version: 2,
      },
    });
    expect(errors).toEqual([]);
    await page.close();
  });

  it('JSON that is wrong is told with its line and cannot be saved', async () => {
    const { page } = await open('/d/exact');
    await edit(page);
    await page.getByTestId('segment-json').click();
    await page.getByTestId('json-input').click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' x');
    await page.getByTestId('json-fault').getByText('something stands behind the end').waitFor();
    expect(await page.getByTestId('save').isDisabled()).toBe(true);
    await page.close();
  });

  it('of two people who save at once the second is told, and may save over it', async () => {
    await post('/dashboards/db', { dashboard: { title: 'Shared', uid: 'shared', panels: [] } });
    const { page } = await open('/d/shared');
    await edit(page);
    await page.getByTestId('edit-title').fill('Mine now');
    await post('/dashboards/db', { dashboard: { title: 'Theirs', uid: 'shared', panels: [], version: 1 } });
    await page.getByTestId('save').click();
    await page.getByTestId('save-problem').getByText('changed by someone else').waitFor();
    expect(JSON.parse(await saved('shared'))).toMatchObject({ title: 'Theirs', version: 2 });
    await page.getByRole('button', { name: 'Save over it' }).click();
    await page.getByRole('heading', { name: 'Mine now' }).waitFor();
    expect(JSON.parse(await saved('shared'))).toMatchObject({ title: 'Mine now', version: 3 });
    await page.close();
  });

  it('a change is not lost with its window, and is dropped when somebody says so', async () => {
    await post('/dashboards/db', { dashboard: { title: 'Kept', uid: 'kept', tags: ['a'], panels: [] } });
    const { page, errors } = await open('/d/kept');
    await edit(page);
    expect(await page.getByTestId('draft').count()).toBe(0);
    await page.getByTestId('edit-title').fill('Half');
    await page.getByTestId('edit-tags').fill('a, b');
    await page.keyboard.press('Escape');
    await page.getByTestId('edit-dashboard').waitFor({ state: 'detached' });
    await edit(page);
    await page.getByTestId('draft').waitFor();
    const fields = async () => [
      await page.getByTestId('edit-title').inputValue(),
      await page.getByTestId('edit-tags').inputValue(),
    ];
    expect(await fields()).toEqual(['Half', 'a, b']);
    await page.getByTestId('drop-draft').click();
    expect(await fields()).toEqual(['Kept', 'a']);
    expect(await page.getByTestId('save').isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await edit(page);
    expect([await fields(), await page.getByTestId('draft').count()]).toEqual([['Kept', 'a'], 0]);
    await page.getByTestId('edit-title').fill('Whole');
    await page.getByTestId('save').click();
    await page.getByRole('heading', { name: 'Whole' }).waitFor();
    await edit(page);
    expect([await fields(), await page.getByTestId('draft').count()]).toEqual([['Whole', 'a'], 0]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('what somebody else saves while one is edited is not saved over unseen, although the page shows it', async () => {
    await post('/dashboards/db', { dashboard: { title: 'Before', uid: 'edited', panels: [] } });
    const { page } = await open('/d/edited');
    await edit(page);
    await page.getByTestId('edit-title').fill('Mine');
    await post('/dashboards/db', { dashboard: { title: 'Theirs', uid: 'edited', panels: [], version: 1 } });
    await page.getByTestId('dashboard-fate').waitFor();
    expect(await page.getByTestId('edit-title').inputValue()).toBe('Mine');
    await page.getByTestId('save').click();
    await page.getByTestId('save-problem').getByText('now there is version 2').waitFor();
    expect(JSON.parse(await saved('edited'))).toMatchObject({ title: 'Theirs', version: 2 });
    await page.close();
  });

  it('of two people who save at once the second compares both, and does not save over a third', async () => {
    const save = (title: string, version: number) =>
      post('/dashboards/db', { dashboard: { title, uid: 'both', panels: [], version } });
    await save('Start', 0);
    const { page } = await open('/d/both');
    await edit(page);
    await page.getByTestId('edit-title').fill('Mine');
    await save('Theirs', 1);
    await page.getByTestId('save').click();
    const problem = page.getByTestId('save-problem');
    await problem.getByText('now there is version 2').waitFor();
    await page.getByTestId('save-compare').click();
    const changed = await problem.locator('.diff-line.added, .diff-line.removed').allTextContents();
    expect(changed.map((line) => line.replace(/^\d+/, '').trim())).toEqual([
      '-   "title": "Theirs",',
      '+   "title": "Mine",',
    ]);
    await save('A third', 2);
    await page.getByRole('button', { name: 'Save over it' }).click();
    await problem.getByText('now there is version 3').waitFor();
    expect(await page.getByTestId('edit-title').inputValue()).toBe('Mine');
    expect(JSON.parse(await saved('both'))).toMatchObject({ title: 'A third', version: 3 });
    await page.getByRole('button', { name: 'Save over it' }).click();
    await page.getByRole('heading', { name: 'Mine' }).waitFor();
    const { versions } = (await (await fetch(`${server.url}/api/dashboards/uid/both/versions`)).json()) as {
      versions: { version: number }[];
    };
    expect(versions.map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    await page.close();
  });

  it('an earlier version is compared with the current one and restored', async () => {
    const { page, errors } = await open('/d/shared');
    await page.getByTestId('versions-button').click();
    await page.getByTestId('version').nth(2).waitFor();
    await page.getByTestId('version').nth(1).click();
    await page.locator('.diff-line.added', { hasText: 'Theirs' }).waitFor();
    await page.getByTestId('restore').click();
    await page.getByRole('heading', { name: 'Theirs' }).waitFor();
    expect(JSON.parse(await saved('shared'))).toMatchObject({ title: 'Theirs', version: 4 });
    expect(errors).toEqual([]);
    await page.close();
  });

  it('one of a file is only saved as a copy', async () => {
    const { page } = await open('/d/file');
    await edit(page);
    expect(await page.getByTestId('save').count()).toBe(0);
    await page.getByTestId('save-copy').click();
    await page.getByRole('heading', { name: 'From a file (copy)' }).waitFor();
    expect(page.url()).not.toMatch(/\/d\/file$/);
    await page.close();
  });

  it('dashboards are found by a metric, with the panel that asks for it', async () => {
    const { page, errors } = await open('/dashboards');
    await page.getByTestId('filter').fill('node_load1');
    const use = page
      .getByTestId('dashboard-line')
      .filter({ hasText: 'Mine' })
      .locator('xpath=following-sibling::ul[1]');
    await use.getByText('node_load1').waitFor();
    await use.getByRole('link', { name: 'Load' }).click();
    await page.waitForURL(/\/d\/mine\?viewPanel=1$/);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a star and what was open lately are remembered', async () => {
    const { page } = await open('/d/mine');
    await page.getByTestId('star').click();
    await page.locator('[data-testid=star][aria-pressed=true]').waitFor();
    await page.goto(`${server.url}/dashboards`);
    await page.getByTestId('recents').getByRole('link', { name: 'Mine' }).waitFor();
    await page.getByTestId('starred-only').click();
    await eventually(async () => expect(await page.getByTestId('dashboard-line').count()).toBe(1));
    await page.close();
  });

  it('one that was saved is deleted after a question', async () => {
    await post('/dashboards/db', { dashboard: { title: 'Gone', uid: 'gone', panels: [] } });
    const { page } = await open('/d/gone');
    page.on('dialog', (dialog) => void dialog.accept());
    await edit(page);
    await page.getByTestId('delete').click();
    await page.waitForURL(/\/dashboards$/);
    expect((await fetch(`${server.url}/api/dashboards/uid/gone`)).status).toBe(404);
    await page.close();
  });

  it.each([undefined, PHONE])('nothing is wider than the window: %j', async (viewport) => {
    for (const path of ['/dashboards?filter=node_load1', '/dashboards/import', '/d/mine']) {
      const { page } = await open(path, viewport);
      await page.waitForSelector('[data-testid=dashboards], [data-testid=import], [data-testid=dashboard]');
      if (path === '/d/mine') await edit(page);
      const wider = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect([path, wider]).toEqual([path, 0]);
      await page.close();
    }
  });
});
