import { spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { FakeTarget } from '#test/fake-target';
import { eventually, find, type Server, scratch, startServer } from '#test/process';

const promtool = find('promtool');
if (promtool === null) console.log('skipped: the own metrics are judged by promtool, which is not here');

const folder = scratch();
let server: Server | null = null;

afterEach(async () => {
  await server?.stop('SIGKILL');
  folder.remove();
});

/** A failing discovery of targets and one of Alertmanagers. */
const configOf = (url: string) => `scrape_configs:
  - job_name: targets
    http_sd_configs: [{url: "${url}", refresh_interval: 1s}]
alerting:
  alertmanagers:
    - http_sd_configs: [{url: "${url}", refresh_interval: 1s}]
`;

async function ownPage(failures: number): Promise<string> {
  const page = await (await fetch(`${server!.url}/metrics`)).text();
  const counted = Number(/^prometheus_sd_http_failures_total (\d+)$/m.exec(page)?.[1]);
  if (!(counted >= failures)) throw new Error(`${counted} failures so far`);
  return page;
}

it('the own page has each series once, also while discovery fails', async () => {
  const failing = await FakeTarget.start((_, response) => response.writeHead(500).end());
  server = await startServer({ dir: folder.dir, config: configOf(failing.url) });
  const page = await eventually(() => ownPage(2));
  await failing.stop();
  const series = page.split('\n').flatMap((line) => /^([a-z]\S*(?:\{.*\})?) \S+$/.exec(line)?.[1] ?? []);
  expect(series.length).toBeGreaterThan(100);
  expect(series.filter((one, i) => series.indexOf(one) !== i)).toEqual([]);
  if (promtool === null) return;
  const { stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: page, encoding: 'utf8' });
  // What it says of names is advice.
  expect(`${stdout}${stderr}`).not.toMatch(/error|not unique|twice/i);
});
