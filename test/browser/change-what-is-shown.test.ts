import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, picture } from '#test/browser';
import { type DashboardWorld, hasAddress, hasLegend, openDashboards, panelOf, settled } from '#test/dashboard-world';
import { eventually } from '#test/process';

if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');

const chart = (id: number, x: number, expr: string, legendFormat = '') => ({
  ...{ id, type: 'timeseries', title: `Chart ${id}`, gridPos: { x, y: 0, w: 12, h: 8 } },
  targets: [{ refId: 'A', expr, legendFormat }],
});

const fromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

/** Over times that stand still: those that move are asked of anew in each minute. */
const CHAINED = {
  ...{ uid: 'chained', title: 'Chained', schemaVersion: 39, time: { from: fromNow(-10), to: fromNow(5) } },
  templating: {
    list: [
      { name: 'region', type: 'query', query: 'label_values(shop_requests, region)' },
      { name: 'zone', type: 'query', query: 'label_values(shop_requests{region="$region"}, zone)' },
    ],
  },
  panels: [
    { ...chart(1, 0, 'shop_requests{region="$region",zone="$zone"}', '{{zone}}'), title: 'Requests in $zone' },
    {
      ...{ id: 2, type: 'stat', title: 'All of $region', gridPos: { x: 12, y: 0, w: 12, h: 8 } },
      targets: [{ refId: 'A', expr: 'sum(shop_requests{region="$region"})' }],
    },
  ],
};

/** Has values at any time, without a sample. */
const TIMES = {
  ...{ uid: 'times', title: 'Times', schemaVersion: 39, time: { from: 'now-1h', to: 'now' } },
  panels: [chart(1, 0, 'time()', 'seconds'), chart(2, 12, 'vector(1)', 'one')],
};

/** Made for readers in Tokyo, with the moment of a number in words. */
const TOKYO = {
  ...{ ...TIMES, uid: 'tokyo', title: 'Tokyo', timezone: 'Asia/Tokyo' },
  panels: [
    chart(1, 0, 'time()', 'seconds'),
    {
      ...{ id: 2, type: 'stat', title: 'When', gridPos: { x: 12, y: 0, w: 12, h: 8 } },
      targets: [{ refId: 'A', expr: 'vector(1772346600000)' }],
      fieldConfig: { defaults: { unit: 'dateTimeAsIso' }, overrides: [] },
    },
  ],
};

/** From, to, what the URL has then, and what the page calls it; the browser is in India. */
const TYPED = [
  ['now-2d/d', 'now-1d/d', 'from=now-2d%2Fd&to=now-1d%2Fd', 'now-2d/d to now-1d/d'],
  ['now-90m', 'now-30m', 'from=now-90m&to=now-30m', 'now-90m to now-30m'],
  ['now-90m', 'now', 'from=now-90m&to=now', 'Last 90 minutes'],
  [
    ...(['2026-03-01 12:00', '2026-03-01 13:30:05'] as const),
    ...(['from=1772346600000&to=1772352005000', '2026-03-01 12:00:00 to 2026-03-01 13:30:05'] as const),
  ],
  [
    ...(['2026-03-01T06:30:00Z', '2026-03-01 13:30+05:30'] as const),
    ...(['from=1772346600000&to=1772352000000', '2026-03-01 12:00:00 to 2026-03-01 13:30:00'] as const),
  ],
] as const;

describe.skipIf(!chromiumPath)('what a dashboard shows is changed by', () => {
  let world: DashboardWorld;
  beforeAll(async () => {
    world = await openDashboards({ 'chained.json': CHAINED, 'times.json': TIMES, 'tokyo.json': TOKYO });
  });
  afterAll(() => world?.close());

  const choose = async (page: Page, variable: string, value: string): Promise<void> => {
    await page.getByTestId(`variable-${variable}`).getByRole('button').click();
    await page.locator('.variable-choices').getByRole('button', { name: value, exact: true }).click();
  };
  const shows = async (page: Page, { region, zone, sum }: { region: string; zone: string; sum: string }) => {
    await hasLegend(panelOf(page, 1), [zone]);
    await eventually(async () => {
      expect(await panelOf(page, 2).locator('.panel-number').textContent()).toBe(sum);
    });
    expect(await page.locator('[data-testid=panel] h2').allTextContents()).toEqual([
      `Requests in ${zone}`,
      `All of ${region}`,
    ]);
    await eventually(async () => {
      expect(await page.locator('.variable-button').allTextContents()).toEqual([region, zone]);
    });
  };

  it('a variable that another one hangs on', async () => {
    const { page, errors } = await world.open('/d/chained');
    await shows(page, { region: 'eu', zone: 'eu-1', sum: '23' });
    const asked: string[] = [];
    page.on('request', (request) => {
      const [, label, search] = /label\/(\w+)\/values\?(.*)/.exec(request.url()) ?? [];
      if (label !== undefined) asked.push(`${label} of ${new URLSearchParams(search).get('match[]')}`);
    });
    await choose(page, 'region', 'us');
    await shows(page, { region: 'us', zone: 'us-1', sum: '66' });
    expect(asked).toEqual(['zone of shop_requests{region="us"}']);
    await hasAddress(page, '/d/chained?var-region=us');
    await choose(page, 'zone', 'us-3');
    await shows(page, { region: 'us', zone: 'us-3', sum: '66' });
    await hasAddress(page, '/d/chained?var-region=us&var-zone=us-3');
    expect(asked).toHaveLength(1);

    await choose(page, 'region', 'eu');
    await shows(page, { region: 'eu', zone: 'eu-1', sum: '23' });
    await hasAddress(page, '/d/chained?var-region=eu&var-zone=eu-1');
    await picture(page, 'chained');
    await page.goBack();
    await shows(page, { region: 'us', zone: 'us-3', sum: '66' });
    await hasAddress(page, '/d/chained?var-region=us&var-zone=us-3');
    await page.goBack();
    await shows(page, { region: 'us', zone: 'us-1', sum: '66' });
    await page.goBack();
    await shows(page, { region: 'eu', zone: 'eu-1', sum: '23' });
    await hasAddress(page, '/d/chained');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a link to a value that is no longer there, which says so', async () => {
    const { page } = await world.open('/d/chained?var-region=us&var-zone=us-9');
    await shows(page, { region: 'us', zone: 'us-1', sum: '66' });
    expect(await page.locator('.variable-absent').allTextContents()).toEqual(['no us-9']);
    await hasAddress(page, '/d/chained?var-region=us&var-zone=us-9');
    await picture(page, 'absent');
    await choose(page, 'zone', 'us-2');
    await shows(page, { region: 'us', zone: 'us-2', sum: '66' });
    expect(await page.locator('.variable-absent').count()).toBe(0);
    await page.close();
  });

  it('zooms, which Ctrl-Z takes back one by one and Ctrl-Shift-Z makes again', async () => {
    const { page, errors } = await world.open('/d/times');
    const plot = panelOf(page, 1);
    await settled(plot);
    const start = '/d/times';
    const first = await zoom(page, plot);
    const firstAddress = `${start}?from=${first.from}&to=${first.to}`;
    const second = await zoom(page, plot);
    const secondAddress = `${start}?from=${second.from}&to=${second.to}`;
    // The middle half, within two pixels of about 600.
    expect(Math.abs(length(first) - 1_800_000)).toBeLessThan(15_000);
    expect(Math.abs(length(second) - length(first) / 2)).toBeLessThan(8_000);
    expect(second.from).toBeGreaterThan(first.from);
    expect(second.to).toBeLessThan(first.to);

    await page.keyboard.press('Control+z');
    await hasAddress(page, firstAddress);
    await page.keyboard.press('Control+z');
    await hasAddress(page, start);
    await page.keyboard.press('Control+z');
    await hasAddress(page, start);
    await page.keyboard.press('Control+Shift+Z');
    await hasAddress(page, firstAddress);
    await page.keyboard.press('Control+Shift+Z');
    await hasAddress(page, secondAddress);
    await page.keyboard.press('Control+Shift+Z');
    await hasAddress(page, secondAddress);
    // The browser's way back leads over the same ranges, and what it was at is not gone to twice.
    await page.keyboard.press('Control+z');
    await hasAddress(page, firstAddress);
    await page.goBack();
    await hasAddress(page, secondAddress);
    await page.goBack();
    await hasAddress(page, firstAddress);
    await page.keyboard.press('Control+z');
    await hasAddress(page, start);
    expect(await page.getByTestId('time-picker-button').textContent()).toBe('Last hour');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a double click, which zooms out where there is nothing to undo', async () => {
    const { page } = await world.open('/d/times?from=1700000000000&to=1700003600000');
    await settled(panelOf(page, 1));
    await panelOf(page, 1).locator('.u-over').dblclick();
    await hasAddress(page, '/d/times?from=1699998200000&to=1700005400000');
    await panelOf(page, 1).locator('.u-over').dblclick();
    await hasAddress(page, '/d/times?from=1699994600000&to=1700009000000');
    const { from, to } = await zoom(page, panelOf(page, 1));
    expect(Math.abs(to - from - 7_200_000)).toBeLessThan(60_000);
    await panelOf(page, 1).locator('.u-over').dblclick();
    await hasAddress(page, '/d/times?from=1699994600000&to=1700009000000');
    await page.close();
  });

  it('times that are typed, in the words of Grafana and as dates', async () => {
    const { page, errors } = await world.open('/d/times', { context: { timezoneId: 'Asia/Kolkata' } });
    await settled(panelOf(page, 1));
    for (const [from, to, search, words] of TYPED) {
      await page.keyboard.press('w');
      await page.getByTestId('time-from').fill('nonsense');
      expect(await page.getByTestId('time-apply').isDisabled()).toBe(true);
      await page.getByTestId('time-from').fill(from);
      await page.getByTestId('time-to').fill(to);
      await page.keyboard.press('Enter');
      await hasAddress(page, `/d/times?${search}`);
      expect(await page.getByTestId('time-picker-button').textContent()).toBe(words);
      await settled(panelOf(page, 1));
    }
    expect(errors).toEqual([]);
    await page.close();
  });

  it('the time zone, which changes what is written and not what is shown', async () => {
    const address = '/d/times?from=1772346600000&to=1772352000000';
    const { page } = await world.open(address, { context: { timezoneId: 'Asia/Kolkata' } });
    const button = page.getByTestId('time-picker-button');
    await settled(panelOf(page, 1));
    expect(await button.textContent()).toBe('2026-03-01 12:00:00 to 2026-03-01 13:30:00');
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('times in UTC');
    await page.keyboard.press('Enter');
    await button.getByText('2026-03-01 06:30:00 to 2026-03-01 08:00:00').waitFor();
    await hasAddress(page, address);
    await page.keyboard.press('w');
    expect(await page.getByTestId('time-from').inputValue()).toBe('2026-03-01 06:30:00');
    await page.close();
  });

  it.each([
    ['/d/tokyo?', 'Asia/Tokyo', '2026-03-01 15:30:00'],
    ['/d/tokyo?timezone=utc&', 'UTC', '2026-03-01 06:30:00'],
    ['/d/tokyo?timezone=browser&', '', '2026-03-01 12:00:00'],
    ['/d/tokyo?timezone=Mars/Olympus&', '', '2026-03-01 12:00:00'],
  ])('the time zone that it is made for: %s', async (path, zone, start) => {
    const address = `${path}from=1772346600000&to=1772352000000`;
    const { page, errors } = await world.open(address, { context: { timezoneId: 'Asia/Kolkata' } });
    await settled(panelOf(page, 2));
    const button = page.getByTestId('time-picker-button');
    expect(await button.locator('.clip').textContent()).toMatch(new RegExp(`^${start} to `));
    expect(await button.locator('.dim').allTextContents()).toEqual(zone === '' ? [] : [zone]);
    expect(await panelOf(page, 2).locator('.panel-number').textContent()).toBe(start);
    // On a page without a zone of its own the reader's counts again.
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('link', { name: 'Times', exact: true }).first().click();
    await settled(panelOf(page, 1));
    expect(await button.locator('.dim').count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('the refresh interval, until it is off', async () => {
    const { page, errors } = await world.open('/d/times');
    await page.clock.install();
    await page.reload();
    await settled(panelOf(page, 1));
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/query')) asked.push(request.url());
    });
    await page.getByTestId('refresh-interval').selectOption('15s');
    await hasAddress(page, '/d/times?refresh=15s');
    await settled(panelOf(page, 1));
    asked.length = 0;
    await page.clock.fastForward(15_000);
    await eventually(() => expect(asked.length).toBeGreaterThan(0));
    await settled(panelOf(page, 1));
    await settled(panelOf(page, 2));
    const perBeat = asked.length;
    await page.clock.fastForward(15_000);
    await eventually(() => expect(asked.length).toBe(2 * perBeat));
    await page.getByTestId('refresh-interval').selectOption('Off');
    await hasAddress(page, '/d/times');
    await settled(panelOf(page, 1));
    asked.length = 0;
    await page.clock.fastForward(60_000);
    await page.keyboard.press('r');
    await eventually(() => expect(asked.length).toBe(perBeat));
    expect(errors).toEqual([]);
    await page.close();
  });
});

interface Zoomed {
  readonly from: number;
  readonly to: number;
}

function length({ from, to }: Zoomed): number {
  return to - from;
}

/** Drags over the middle half of a chart and waits until the range is another one. */
async function zoom(page: Page, panel: Locator): Promise<Zoomed> {
  const before = page.url();
  const { x, y, width, height } = (await panel.locator('.u-over').boundingBox())!;
  await page.mouse.move(x + width / 4, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.move(x + (3 * width) / 4, y + height / 2);
  await page.mouse.up();
  await page.waitForURL((url) => url.href !== before);
  await settled(panel);
  const { searchParams } = new URL(page.url());
  return { from: Number(searchParams.get('from')), to: Number(searchParams.get('to')) };
}
