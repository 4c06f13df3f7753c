import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, picture } from '#test/browser';
import { type DashboardWorld, hasAddress, hasLegend, openDashboards, panelOf, settled } from '#test/dashboard-world';
import { eventually } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const board = (uid: string, changes: object = {}) => ({
  ...{ uid, title: `Board ${uid}`, schemaVersion: 39, time: { from: 'now-5m', to: 'now' } },
  templating: { list: [{ name: 'region', type: 'custom', query: 'eu,us' }] },
  panels: [
    {
      ...{ id: 1, type: 'timeseries', title: 'Requests', gridPos: { x: 0, y: 0, w: 12, h: 8 } },
      targets: [{ refId: 'A', expr: 'sum by (region) (shop_requests{region="$region"})', legendFormat: '{{region}}' }],
    },
  ],
  ...changes,
});

const more = {
  ...{ id: 2, type: 'stat', title: 'Zones', gridPos: { x: 12, y: 0, w: 12, h: 8 } },
  targets: [{ refId: 'A', expr: 'count(shop_requests{region="$region"})' }],
};

describe.skipIf(!chromiumPath)('a file of a dashboard that is open', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    const boards = Object.fromEntries(['changed', 'gone', 'broken'].map((uid) => [`${uid}.json`, board(uid)]));
    world = await openDashboards(boards);
  });
  afterAll(() => world?.close());

  const write = (name: string, json: object | string): void =>
    writeFileSync(join(world.boards, name), typeof json === 'string' ? json : JSON.stringify(json, null, 2));
  /** Opens one whose panel shows a choice, and waits until the page looks after its file. */
  const open = async (uid: string) => {
    const opened = await world.open(`/d/${uid}?var-region=us&from=now-10m&to=now`);
    await Promise.all([opened.page.waitForResponse(/dashboard-watch/), hasLegend(panelOf(opened.page, 1), ['us'])]);
    return opened;
  };
  /** The person comes back from the editor to the page. */
  const comeBack = (page: Page) => page.evaluate("window.dispatchEvent(new Event('focus'))");
  const says = async (page: Page, words: string | RegExp) => {
    await eventually(async () => {
      await comeBack(page);
      expect(await page.getByTestId('dashboard-fate').textContent()).toMatch(words);
    });
  };

  it('is shown as it is changed; range, choices and what is looked at stay', async () => {
    const { page, errors } = await open('changed');
    const title = 'Board changed anew';
    write('changed.json', board('changed', { title, panels: [...board('changed').panels, more] }));
    await says(page, /^The file changed\.json changed: shown as it is since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.$/);
    await page.getByRole('heading', { name: title }).waitFor();
    await eventually(async () => expect(await panelOf(page, 2).locator('.panel-number').textContent()).toBe('3'));
    await hasLegend(panelOf(page, 1), ['us']);
    await hasAddress(page, '/d/changed?var-region=us&from=now-10m&to=now');
    expect(await page.title()).toBe(`${title} · Barograph`);
    await picture(page, 'changed');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('is asked for again and again without anybody coming back, and only its changes travel', async () => {
    const { page } = await world.open('/d/changed');
    await page.clock.install();
    await page.reload();
    await page.clock.fastForward(3000);
    await page.waitForResponse(/dashboard-watch/);
    await settled(panelOf(page, 1));
    const ask = async () => {
      const asked = page.waitForResponse(/api\/dashboards\/uid\/changed/);
      await page.clock.fastForward(10_000);
      return asked;
    };
    // The first answer may have come with the page; from the second on the browser says what it knows.
    expect((await ask()).ok()).toBe(true);
    const again = await ask();
    expect([again.ok(), (await again.request().allHeaders())['if-none-match']]).toEqual([
      ...[true, expect.stringMatching(/^W\/"/)],
    ]);
    expect(await page.getByTestId('dashboard-fate').count()).toBe(0);
    await page.close();
  });

  it('that is deleted leaves what was shown, says so, and takes it back when it returns', async () => {
    const { page } = await open('gone');
    rmSync(join(world.boards, 'gone.json'));
    await says(page, 'The file gone.json is no longer there.');
    expect(await page.getByTestId('dashboard-fate').textContent()).toContain(
      'What stands below is what it was before.',
    );
    await picture(page, 'gone');
    await page.keyboard.press('r');
    await settled(panelOf(page, 1));
    await hasLegend(panelOf(page, 1), ['us']);
    write('gone.json', board('gone'));
    await eventually(async () => {
      await comeBack(page);
      expect(await page.getByTestId('dashboard-fate').count()).toBe(0);
    });
    await page.close();
  });

  it('that is no JSON any more leaves what was shown and says where it is wrong', async () => {
    const { page } = await open('broken');
    write('broken.json', '{\n  "uid": "broken",\n  "title": oops\n}\n');
    await says(page, /^The file broken\.json can no longer be read\. Unexpected token .*oops/);
    await picture(page, 'broken');
    await hasLegend(panelOf(page, 1), ['us']);
    write('broken.json', board('broken', { title: 'Mended' }));
    await says(page, /^The file broken\.json changed/);
    await page.getByRole('heading', { name: 'Mended' }).waitFor();
    await page.close();
  });

  it('does not change under the hands of somebody who edits it', async () => {
    const { page } = await open('changed');
    await page.keyboard.press('d');
    await page.keyboard.press('s');
    await page.getByTestId('edit-title').fill('Mine');
    write('changed.json', board('changed', { title: 'Theirs' }));
    await eventually(async () => {
      await comeBack(page);
      expect(await page.title()).toBe('Theirs · Barograph');
    });
    expect(await page.getByTestId('edit-title').inputValue()).toBe('Mine');
    await page.getByTestId('segment-changes').click();
    const lines = await page.locator('.diff-line.removed, .diff-line.added').allTextContents();
    expect(lines.map((line) => line.replace(/^\d*/, '').trim())).toEqual([
      '-   "title": "Board changed anew",',
      '+   "title": "Mine",',
    ]);
    await page.close();
  });
});
