import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch, openPage } from '#test/browser';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

if (!chromiumPath) console.log('skipped: the pages need Chromium (Debian: apt-get install chromium)');

const CONFIG = `
global: {evaluation_interval: 1s}
rule_files: [rules.yml]
`;

const RULES = `
groups:
  - name: shop
    rules:
      - {alert: Waiting, expr: vector(7), labels: {team: slow}, annotations: {summary: The queue is long, runbook_url: 'http://books.example/queue'}}
      - {alert: Counter, expr: http_requests_total > 100}
      - {record: "queue:good", expr: vector(1)}
      - {record: "queue:twice", expr: 'vector(1) + on() (vector(2) or label_replace(vector(3), "x", "y", "", ""))'}
`;

const ROUTES = `
route:
  receiver: everybody
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
  routes:
    - receiver: database
      matchers: [team="db"]
      continue: true
      routes: [{receiver: pager, matchers: [severity="page"]}]
    - {receiver: web, matchers: ['team=~"web|db"']}
    - {receiver: later, matchers: [team="slow"], group_wait: 1h}
    - {receiver: broken, matchers: [team="none"]}
inhibit_rules:
  - {source_matchers: [alertname="RackDown"], target_matchers: [alertname="HostDown"], equal: [rack]}
receivers:
  - {name: everybody, webhook_configs: [{url: "HOOK/everybody"}]}
  - {name: database, webhook_configs: [{url: "HOOK/database"}]}
  - {name: pager, webhook_configs: [{url: "HOOK/pager"}, {url: "HOOK/refused"}]}
  - {name: web, webhook_configs: [{url: "HOOK/web"}]}
  - {name: later, webhook_configs: [{url: "HOOK/later"}]}
  - {name: broken, webhook_configs: [{url: "http://127.0.0.1:9/"}]}
  - {name: spare}
`;

const ALERTS = [
  { alertname: 'RackDown', rack: 'r1' },
  { alertname: 'HostDown', rack: 'r1', host: 'h1' },
  { alertname: 'DiskFull', team: 'web', host: 'h2', severity: 'page' },
];

/** A picture for people, where BAROGRAPH_PICTURES names a folder: in both themes, wide and narrow. */
async function pictures(page: Page, name: string): Promise<void> {
  const dir = process.env['BAROGRAPH_PICTURES'];
  if (dir === undefined) return;
  for (const [width, height] of [
    [1400, 900],
    [380, 800],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const theme of ['dark', 'light']) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
      writeFileSync(join(dir, `${name}-${width}-${theme}.png`), await page.screenshot());
    }
  }
  await page.setViewportSize({ width: 1400, height: 900 });
}

/** What a person without a mouse or without sight would miss; nothing lies beside the page on a phone. */
async function checkAccess(page: Page): Promise<void> {
  const nameless = await page.evaluate<
    string[]
  >(`[...document.querySelectorAll('button, a[href], input, select, svg[role=img]')]
    .filter((each) => !each.closest('[aria-hidden=true]'))
    .filter((each) => !(each.textContent.trim() || each.getAttribute('aria-label') || each.title || each.labels?.length))
    .map((each) => each.outerHTML.slice(0, 200))`);
  expect(nameless).toEqual([]);
  await page.setViewportSize({ width: 380, height: 800 });
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1400, height: 900 });
}

describe.skipIf(!chromiumPath)('the pages about alerts', () => {
  const folder = scratch();
  let hook: FakeReceiver;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    hook = await startFakeReceiver();
    writeFileSync(join(folder.dir, 'rules.yml'), RULES);
    const alertmanager = ROUTES.replaceAll('HOOK', hook.url);
    server = await startServer({ dir: folder.dir, config: CONFIG, alertmanager });
    browser = await launch();
    await post(ALERTS);
    await eventually(async () => {
      const { events } = await query<{ events: { kind: string; detail: string }[] }>(server, 'alerting/history');
      const told = events.filter(({ kind }) => kind === 'sent' || kind === 'suppressed');
      if (told.length < 3) throw new Error(`only ${told.length} were dealt with`);
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop('SIGKILL');
    await hook?.close();
    folder.remove();
  });

  async function post(alerts: readonly Record<string, string>[]): Promise<void> {
    const body = JSON.stringify(alerts.map((labels) => ({ labels })));
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(`${server.url}/api/v2/alerts`, { method: 'POST', body, headers });
    expect(answer.status).toBe(200);
  }

  const openWhy = async (labels: string) => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/alerts/why?labels=${encodeURIComponent(labels)}`);
    await page.getByTestId('why-headline').waitFor();
    return { page, errors, headline: () => page.getByTestId('why-headline').textContent() };
  };

  it('an alert that was told of: says so, with its timeline, and its URL brings it back', async () => {
    const { page, errors, headline } = await openWhy('{alertname="DiskFull",team="web",host="h2",severity="page"}');
    expect(await headline()).toMatch(/^web was told .*\.$/);
    expect(await page.getByTestId('alert-timeline').locator('svg[role=img]').count()).toBe(3);
    expect(await page.getByTestId('alert-event').first().textContent()).toContain(
      'told to web webhook[0]: firing, first notification: 200',
    );
    await page.getByTestId('segment-7d').click();
    expect(page.url()).toContain('range=7d');
    await page.reload();
    await page.getByTestId('why-headline').waitFor();
    expect(await page.getByTestId('segment-7d').getAttribute('aria-pressed')).toBe('true');
    await checkAccess(page);
    await pictures(page, 'why-told');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('an inhibited alert: says so and leads to the alert that inhibits it', async () => {
    const { page, errors, headline } = await openWhy('{alertname="HostDown",rack="r1",host="h1"}');
    expect(await headline()).toBe('Nobody is told: another alert that fires inhibits it.');
    await pictures(page, 'why-inhibited');
    await page.getByTestId('why-inhibited').getByRole('link', { name: 'RackDown' }).click();
    await page.getByRole('heading', { name: 'RackDown' }).waitFor();
    expect(await headline()).toMatch(/^everybody was told/);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('an alert whose group was not flushed yet: says when it will be, with the value of its rule', async () => {
    const { page, errors } = await openPage(browser);
    await eventually(async () => {
      const alerts = (await (await fetch(`${server.url}/api/v2/alerts`)).json()) as { labels: { alertname: string } }[];
      expect(alerts.map(({ labels }) => labels.alertname)).toContain('Waiting');
    });
    await page.goto(`${server.url}/alerts?filter=${encodeURIComponent('{team=~"sl.w"}')}`);
    await page.getByTestId('alert-toggle').click();
    expect(await page.getByTestId('alert').count()).toBe(1);
    await pictures(page, 'alerts');
    await page.getByTestId('alert-why-link').click();
    await page.getByTestId('why-headline').waitFor();
    expect(await page.getByTestId('why-headline').textContent()).toMatch(
      /^later is not told yet: its group is flushed in \d+m( \d+s)?\.$/,
    );
    expect(await page.getByTestId('why-rule').textContent()).toMatch(/^firing for .* with the value 7$/);
    await pictures(page, 'why-waiting');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a silence from an alert: shows what it hides first, and the alert then says that it is hidden', async () => {
    const { page, errors, headline } = await openWhy('{alertname="RackDown",rack="r1"}');
    await page.getByTestId('silence-alert').click();
    await page.getByTestId('silence-preview').waitFor();
    await eventually(async () =>
      expect(await page.getByTestId('silence-preview').textContent()).toContain('Hides 1 alert'),
    );
    await page.getByTestId('silence-author').fill('ann');
    await page.getByTestId('silence-comment').fill('the rack moves');
    await pictures(page, 'silence-form');
    await page.getByTestId('silence-submit').click();
    await eventually(async () => expect(await headline()).toBe('Nobody is told: a silence hides it.'), 15_000);
    // Whose it is comes with the list of silences.
    await eventually(async () => expect(await page.getByTestId('alert-why').textContent()).toContain('by ann until'));
    expect(await page.getByTestId('why-route').textContent()).toContain(
      'hears nothing of it: it is hidden by the silence ',
    );
    await pictures(page, 'why-silenced');
    await page.getByTestId('why-silence').click();
    await page.getByTestId('silence').waitFor();
    expect(await page.getByTestId('silence').textContent()).toContain('the rack moves');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('the receivers of a label set: found by typing, and why the other branches are not taken', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/alerts`);
    await page.getByTestId('routing-link').click();
    await page.getByTestId('route-row').first().waitFor();
    await page.getByLabel('Labels of an alert').fill('{team="db"}');
    await page.getByTestId('routing-outcome').waitFor();
    expect(await page.getByTestId('routing-outcome').textContent()).toBe('Goes to database, web');
    const rows = page.getByTestId('route-row');
    const marks = () => rows.evaluateAll((all) => all.map((each) => each.getAttribute('data-mark')));
    expect(await marks()).toEqual(['passed', 'taken', 'no-match', 'taken', 'not-asked', 'not-asked']);
    expect(await rows.nth(2).textContent()).toContain('severity="page" does not hold: there is no label severity');
    await page.getByLabel('Labels of an alert').fill('team="db", severity="page"');
    await eventually(async () =>
      expect(await page.getByTestId('routing-outcome').textContent()).toBe('Goes to pager, web'),
    );
    await checkAccess(page);
    await pictures(page, 'routing');
    expect(errors).toEqual([]);
    await page.getByLabel('Labels of an alert').fill('team=~"db"');
    await page.getByTestId('routing-problem').waitFor();
    expect(await page.getByTestId('routing-problem').textContent()).toContain('every label with =');
    await page.close();
  });

  it('a test of a receiver: asks first, then says what each integration answered', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/alerts/receivers?filter=pager`);
    await page.getByTestId('send-test').click();
    const before = hook.requests.length;
    hook.answers.push({ status: 200 }, { status: 500 });
    await page.getByTestId('confirm-test').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('test-results').waitFor();
    expect(
      hook.requests
        .slice(before)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['/pager', '/refused']);
    const results = await page.getByTestId('test-results').textContent();
    expect(results).toContain('accepted');
    expect(results).toContain('500');
    await page.getByText('Configuration').click();
    expect(await page.getByTestId('receiver').textContent()).toContain('url: <secret>');
    expect(await page.content()).not.toContain(hook.url);
    await checkAccess(page);
    await pictures(page, 'receivers');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a preview: what a receiver would be sent with the alerts of now, and where a template is wrong', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/alerts/receivers?filter=pager`);
    await page.getByRole('link', { name: 'What it would be sent' }).click();
    await page.getByTestId('preview-result').first().waitFor();
    const before = hook.requests.length;
    await page
      .getByTestId('preview-alert')
      .selectOption({ label: '{alertname="DiskFull", host="h2", severity="page", team="web"}' });
    await eventually(async () =>
      expect(await page.getByTestId('preview-subject').textContent()).toContain('the one alert of its group'),
    );
    expect(await page.getByTestId('preview-result').count()).toBe(2);
    expect(await page.getByTestId('preview-not-routed').isVisible()).toBe(true);
    expect(await page.getByTestId('preview-result').first().textContent()).toContain('"alertname": "DiskFull"');
    expect(await page.content()).not.toContain(hook.url);
    await checkAccess(page);
    await pictures(page, 'preview-receiver');
    await page.getByTestId('segment-template').click();
    await page.getByTestId('preview-template').fill('{{ len .Alerts }} alert\n{{ .Nope }}');
    await page.getByTestId('preview-error').waitFor();
    expect(await page.getByTestId('preview-error').textContent()).toContain('Line 2');
    await checkAccess(page);
    await pictures(page, 'preview-error');
    await page.getByTestId('segment-html').click();
    await page.getByTestId('preview-template').fill('<b>{{ (index .Alerts 0).Labels.host }}</b> {{ "<i>" }}');
    await page.getByTestId('preview-error').waitFor({ state: 'detached' });
    expect(await page.frameLocator('iframe').locator('body').textContent()).toBe('h2 <i>');
    await pictures(page, 'preview-html');
    await page.reload();
    await page.getByTestId('preview-result').waitFor();
    expect(await page.getByTestId('preview-template').inputValue()).toContain('.Labels.host');
    expect(hook.requests).toHaveLength(before);
    // The wrong template, in both modes, and nothing else.
    const refused = /^400 .*\/api\/v1\/alerting\/preview$|status of 400/;
    expect(errors.filter((error) => !refused.test(error))).toEqual([]);
    expect(errors).not.toEqual([]);
    await page.close();
  });

  it('the notifications: errors first, each alert leads to its why', async () => {
    hook.answers.push({ status: 400, body: 'no such channel' });
    await post([{ alertname: 'Refused', team: 'web' }]);
    await eventually(async () => {
      const { events } = await query<{ events: unknown[] }>(server, 'alerting/history?kind=failed');
      if (events.length === 0) throw new Error('nothing failed yet');
    });
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/alerts/notifications`);
    const first = page.getByTestId('attempt').first();
    await first.waitFor();
    expect(await first.getAttribute('data-state')).toBe('failed');
    expect(await first.textContent()).toContain('400');
    await checkAccess(page);
    await pictures(page, 'notifications');
    await page.getByTestId('segment-sent').click();
    expect(await page.getByTestId('attempt').first().getAttribute('data-state')).toBe('sent');
    await page.getByTestId('segment-failed').click();
    await first.getByRole('link', { name: 'Refused' }).click();
    await page.getByTestId('why-headline').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  it('an alert that was silenced all its life and is over: found from the Alerts page, its silence and the notifications', async () => {
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const send = async (path: string, body: unknown) => {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      expect(answer.status).toBe(200);
      return answer;
    };
    const silenced = { alertname: 'DiskBroken', team: 'web', host: 'h7' };
    const matchers = [{ name: 'alertname', value: 'Disk.*', isRegex: true, isEqual: true }];
    const silence = { matchers, startsAt: at(0), endsAt: at(600), createdBy: 'ann', comment: 'new disks' };
    const { silenceID } = (await (await send('/api/v2/silences', silence)).json()) as { silenceID: string };
    await send('/api/v2/alerts', [{ labels: silenced }]);
    const happened = (kind: string) =>
      eventually(async () => {
        const { events } = await query<{ events: { labels: object }[] }>(server, `alerting/history?kind=${kind}`);
        expect(events.map(({ labels }) => labels)).toContainEqual(silenced);
      });
    await happened('suppressed');
    await send('/api/v2/alerts', [{ labels: silenced, startsAt: at(-60), endsAt: at(-1) }]);
    await happened('resolved');

    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/alerts?filter=${encodeURIComponent('alertname=DiskBroken')}`);
    await page.getByTestId('see-ended').click();
    const ended = page.getByTestId('ended-alert');
    await ended.waitFor();
    expect(page.url()).toContain('state=ended');
    await page.reload();
    await ended.waitFor();
    expect(await ended.count()).toBe(1);
    await checkAccess(page);
    await pictures(page, 'alerts-ended');
    await ended.getByRole('link', { name: 'DiskBroken' }).click();
    await page.getByRole('heading', { name: 'DiskBroken' }).waitFor();
    expect(page.url()).toContain('/alerts/why?fingerprint=');
    expect(await page.getByTestId('why-headline').textContent()).toBe(
      `The alert is over. web was not told: silenced by ${silenceID}.`,
    );
    expect(await page.getByTestId('alert-event').allTextContents()).toContainEqual(
      expect.stringContaining(`kept back from web: silenced by ${silenceID}`),
    );

    await page.goto(`${server.url}/silences?filter=${silenceID}`);
    await page.getByTestId('silence-kept').click();
    const kept = page.getByTestId('attempt').filter({ hasText: 'DiskBroken' });
    await kept.waitFor();
    expect(await kept.getAttribute('data-state')).toBe('suppressed');
    expect(await kept.textContent()).toContain('kept back');
    await checkAccess(page);
    await pictures(page, 'notifications-kept');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('the alerts of one receiver, as a notification links to them; also among those that are over', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/alerts?receiver=later`);
    await page.getByTestId('alert').first().waitFor();
    expect(await page.getByTestId('alert').count()).toBe(1);
    expect(await page.getByTestId('alert').textContent()).toContain('The queue is long');
    await page.goto(`${server.url}/alerts?state=ended&receiver=web`);
    await page.getByTestId('ended-alert').first().waitFor();
    expect(await page.getByTestId('ended-alert').allTextContents()).toEqual([expect.stringContaining('DiskBroken')]);
    await page.goto(`${server.url}/alerts?state=ended&receiver=later`);
    await page.getByText('No alert that is over matches').waitFor();
    await page.goto(`${server.url}/alerts?receiver=later`);
    await page.getByTestId('receiver-filter').click();
    await page.getByTestId('alert').nth(1).waitFor();
    expect(page.url()).not.toContain('receiver=');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('the first page: who cannot be told, and what is wrong', async () => {
    await post([{ alertname: 'Unheard', team: 'none' }]);
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/`);
    const failing = page.getByTestId('failing-notifications');
    await failing.waitFor();
    expect(await failing.textContent()).toMatch(
      /^Somebody could not be told of alerts\.broken webhook\[0\] .*connection refused by 127\.0\.0\.1:9/,
    );
    await checkAccess(page);
    await pictures(page, 'home-failing');
    await failing.getByRole('link').first().click();
    await page.getByTestId('attempt').first().waitFor();
    expect(await page.getByTestId('attempt').first().textContent()).toContain('Unheard');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('a configuration that could not be loaded, where people look first', async () => {
    const file = join(folder.dir, 'prometheus.yml');
    writeFileSync(file, `${CONFIG}scrape_configs: 7`);
    server.child.kill('SIGHUP');
    const { page, errors } = await openPage(browser);
    for (const path of ['/', '/alerts', '/rules']) {
      await page.goto(`${server.url}${path}`);
      const note = page.getByTestId('failed-reload');
      await note.waitFor();
      expect(await note.textContent()).toMatch(/^The configuration could not be loaded: .*prometheus\.yml:4:17: .*$/s);
      await checkAccess(page);
    }
    writeFileSync(file, CONFIG);
    server.child.kill('SIGHUP');
    await eventually(async () => {
      await page.goto(`${server.url}/rules`, { waitUntil: 'networkidle' });
      expect(await page.getByTestId('failed-reload').count()).toBe(0);
    });
    expect(errors).toEqual([]);
    await page.close();
  });

  it('the rules: their health, time, mistakes and the query behind them', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/rules`);
    await page.getByTestId('rule').first().waitFor();
    await page.getByTestId('segment-broken').getByText('1', { exact: true }).waitFor();
    const rules = page.getByTestId('rule');
    for (const line of await rules.all()) await line.getByRole('button').first().click();
    const counter = rules.filter({ hasText: 'http_requests_total' });
    expect(await counter.getByTestId('rule-hints').textContent()).toContain('http_requests_total is a counter');
    expect(await rules.filter({ hasText: 'queue:twice' }).textContent()).toContain('found duplicate series');
    const book = rules.filter({ hasText: 'Waiting' }).getByRole('link', { name: 'http://books.example/queue' });
    expect(await book.getAttribute('href')).toBe('http://books.example/queue');
    await checkAccess(page);
    await pictures(page, 'rules');
    await counter.getByTestId('rule-query').click();
    await page.getByTestId('query-run').waitFor();
    expect(decodeURIComponent(page.url())).toContain('http_requests_total');
    expect(errors).toEqual([]);
    await page.close();
  });

  it('five thousand alerts: the list draws what is in sight and filters by matchers', async () => {
    await post(
      Array.from({ length: 5000 }, (_, i) => ({ alertname: 'Many', host: `m${i}`, rack: `r${i % 50}`, team: 'web' })),
    );
    const { page, errors } = await openPage(browser);
    await page.goto(`${server.url}/alerts`);
    await page
      .getByTestId('segment-all')
      .getByText(/^5\s0\d\d$/)
      .waitFor();
    expect(await page.getByTestId('alert').count()).toBeLessThan(100);
    await page.getByTestId('filter').fill('{host=~"m1..", rack!="r0"}');
    await page.getByTestId('segment-all').getByText(/^98$/).waitFor();
    await checkAccess(page);
    await pictures(page, 'alerts-many');
    expect(errors).toEqual([]);
    await page.close();
  });
});
