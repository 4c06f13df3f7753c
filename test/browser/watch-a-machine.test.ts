import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openPage, picture } from '#test/browser';
import { type DashboardWorld, hasAddress, openDashboards, panelOf, settled } from '#test/dashboard-world';
import { eventually, find, freePort, query, type RunningProcess, start } from '#test/process';

const exporter = find('prometheus-node-exporter');
if (!chromiumPath) console.log('skipped: the dashboards need Chromium (Debian: apt-get install chromium)');
if (!exporter) console.log('skipped: there is no node_exporter (apt-get install prometheus-node-exporter)');

const FULL = resolve(import.meta.dirname, '../conformance/kit/real/node-exporter-full.json');

describe.skipIf(!chromiumPath || !exporter)('Node Exporter Full over a real node_exporter', () => {
  let world: DashboardWorld;
  let node: RunningProcess;
  beforeAll(async () => {
    const port = await freePort();
    node = start(exporter!, [`--web.listen-address=127.0.0.1:${port}`]);
    const board = JSON.parse(readFileSync(FULL, 'utf8')) as object;
    world = await openDashboards(
      { 'full.json': board },
      { jobs: [`{ job_name: node, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }`] },
    );
    await eventually(async () => {
      const asked = encodeURIComponent('count_over_time(node_cpu_seconds_total{mode="idle"}[30s]) > 4');
      const { result } = await query<{ result: unknown[] }>(world.server, `query?query=${asked}`);
      if (result.length === 0) throw new Error('not enough samples yet');
    });
  });
  afterAll(async () => {
    await world?.close();
    await node?.stop('SIGKILL');
  });

  const numberOf = async (page: Page, title: string): Promise<number> => {
    const panel = page.getByTestId('panel').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
    await settled(panel);
    return Number.parseFloat((await panel.locator('.panel-number').first().textContent())!);
  };
  const now = async (expr: string): Promise<number> => {
    const { result } = await query<{ result: { value: [number, string] }[] }>(
      world.server,
      `query?query=${encodeURIComponent(expr)}`,
    );
    return Number(result[0]!.value[1]);
  };

  it('shows the machine: its job, its node and its numbers', async () => {
    const { page, errors } = await openPage(world.browser);
    await page.goto(`${world.server.url}/d/rYdddlPWk?from=now-5m&to=now`);
    await page.getByTestId('variable-job').getByText('node').waitFor();
    const cores = await now('count(count by (cpu) (node_cpu_seconds_total{job="node"}))');
    expect(await numberOf(page, 'CPU Cores')).toBe(cores);
    const gigabytes = (await now('node_memory_MemTotal_bytes{job="node"}')) / 2 ** 30;
    expect(Math.abs((await numberOf(page, 'RAM Total')) - gigabytes)).toBeLessThan(0.6);
    const full = await numberOf(page, 'Root FS Used');
    expect(full).toBeGreaterThan(0);
    expect(full).toBeLessThanOrEqual(100);
    await settled(panelOf(page, 77));
    await picture(page, 'node-exporter-full');
    const faults = await page.locator('[data-panel-ready=error]').allTextContents();
    expect(faults).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it('leads from a row that is closed to a panel in it, and from the palette too', async () => {
    const { page, errors } = await openPage(world.browser);
    await page.goto(`${world.server.url}/d/rYdddlPWk?from=now-5m&to=now`);
    await settled(panelOf(page, 77));
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('node full memory');
    await eventually(async () => {
      const hit = await page.locator('.palette-hit.selected span').allTextContents();
      expect(hit).toEqual(['panel', 'Memory', 'Node Exporter Full']);
    });
    await page.keyboard.press('Enter');
    await hasAddress(page, '/d/rYdddlPWk?viewPanel=24');
    // The day that the dashboard shows by itself has steps of more than a minute: none may lie on the first seconds of data.
    await page.goto(`${world.server.url}/d/rYdddlPWk?viewPanel=24&from=now-5m&to=now`);
    const stack = panelOf(page, 24);
    await settled(stack);
    expect(await stack.getAttribute('data-panel-ready')).toBe('');
    expect(await stack.locator('.panel-legend-entry').first().textContent()).toBe(
      'Apps - Memory used by user-space applications',
    );
    await picture(page, 'memory-stack');
    await page.keyboard.press('Escape');
    await eventually(async () => expect(await page.getByTestId('panel').count()).toBeGreaterThan(10));
    expect(errors).toEqual([]);
    await page.close();
  });
});
