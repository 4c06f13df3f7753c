import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CountingTarget, startCountingTarget } from '#test/counting-target';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

const RULES = `groups:
  - name: hourly
    rules:
      - {record: scrapes, expr: sum by (job) (scrapes_total)}
      - {alert: Scraped, expr: scrapes > 0}
      - {alert: Down, expr: up == 0}
  - name: of another target
    rules:
      - {alert: Elsewhere, expr: 'absent(up{job="elsewhere"})'}
`;

let folder: ReturnType<typeof scratch>;
let target: CountingTarget;
let server: Server;
beforeEach(async () => {
  folder = scratch();
  target = await startCountingTarget(1);
  writeFileSync(join(folder.dir, 'rules.yml'), RULES);
});
afterEach(async () => {
  await server.stop('SIGKILL');
  await target.close();
  folder.remove();
});

const config = () => `
global: {scrape_interval: 1s, evaluation_interval: 1h}
rule_files: [rules.yml]
scrape_configs: [{job_name: counting, static_configs: [{targets: ['${target.address}']}]}]
`;

describe.each([[], ['--threads=0']])('with --rules.evaluate-after-scrape and %s', (...threads) => {
  it('a group is evaluated after a scrape that feeds it, once for its slot', async () => {
    server = await startServer({
      ...{ dir: folder.dir, config: config() },
      flags: ['--rules.evaluate-after-scrape', ...threads],
    });
    const alerts = async () => {
      const { alerts } = await query<{ alerts: { labels: Record<string, string> }[] }>(server, 'alerts');
      return alerts.map(({ labels }) => labels['alertname']);
    };
    await eventually(async () => expect(await alerts()).toEqual(['Scraped']));
    const scrapes = target.scrapes('metrics');
    await eventually(() => expect(target.scrapes('metrics')).toBeGreaterThan(scrapes + 2));
    const { result } = await query<{ result: { values: unknown[] }[] }>(server, 'query?query=ALERTS[1h]');
    expect(result.map(({ values }) => values.length)).toEqual([1]);
  });
});
