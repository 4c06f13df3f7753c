import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingTarget, startCountingTarget } from '#test/counting-target';
import { eventually, query, type Server, scratch, startServer } from '#test/process';

const SHARDS = 3;
const SERVICES = Array.from({ length: 12 }, (_, i) => `service${i}`);
const PARTS = 5;

const RULES = `groups:
  - name: aggregates
    interval: 1s
    rules:
      - {record: 'service:scrapes:max', expr: 'max by (service) (scrapes_total)'}
      - {record: 'service:up:sum', expr: 'sum by (service) (up)'}
`;

/** One of the servers that share the services: each keeps those whose hash is its own. */
const shardConfig = (shard: number, target: string) => `global:
  scrape_interval: 1s
  scrape_timeout: 1s
  external_labels: {shard: '${shard}'}
rule_files: [rules.yml]
scrape_configs:
  - job_name: services
    static_configs:
${SERVICES.map((name) => `      - {targets: ['${target}'], labels: {service: ${name}, __metrics_path__: /${name}}}`).join('\n')}
    relabel_configs:
      - {source_labels: [__address__, service], modulus: ${SHARDS}, target_label: __tmp_hash, action: hashmod}
      - {source_labels: [__tmp_hash], regex: '${shard}', action: keep}
`;

/** The server above them takes their aggregates alone. */
const globalConfig = (shards: readonly Server[]) => `global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: federate
    honor_labels: true
    track_timestamps_staleness: true
    metrics_path: /federate
    params: {'match[]': ['{__name__=~"service:.*"}', 'up{job="services"}']}
    static_configs: [{targets: ${JSON.stringify(shards.map(({ port }) => `127.0.0.1:${port}`))}}]
`;

interface Element {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function instant(server: Server, expr: string): Promise<readonly Element[]> {
  return (await query<{ result: readonly Element[] }>(server, `query?query=${encodeURIComponent(expr)}`)).result;
}

describe('three servers with a third of the services each, and one above them', () => {
  const folder = scratch();
  let target: CountingTarget;
  const shards: Server[] = [];
  let above: Server;

  beforeAll(async () => {
    target = await startCountingTarget(PARTS);
    for (let shard = 0; shard < SHARDS; shard++) {
      const dir = join(folder.dir, `shard${shard}`);
      mkdirSync(dir);
      writeFileSync(join(dir, 'rules.yml'), RULES);
      shards.push(await startServer({ dir, config: shardConfig(shard, target.address), flags: ['--threads=0'] }));
    }
    const dir = join(folder.dir, 'above');
    mkdirSync(dir);
    above = await startServer({ dir, config: globalConfig(shards), flags: ['--threads=0'] });
  });

  afterAll(async () => {
    await Promise.all([...shards, above].map((server) => server?.stop()));
    await target?.close();
    folder.remove();
  });

  it('share the services: each is scraped by one', async () => {
    const scraped = await eventually(async () => {
      const all = await Promise.all(shards.map((shard) => instant(shard, 'up == 1')));
      expect(all.flat()).toHaveLength(SERVICES.length);
      return all.map((elements) => elements.map(({ metric }) => metric['service']));
    });
    expect(scraped.flat().sort()).toEqual([...SERVICES].sort());
    for (const services of scraped) expect(services.length).toBeGreaterThan(0);
  });

  it('show all of them in one place: aggregates of each service with the shard that it is on', async () => {
    await eventually(async () => {
      const sums = await instant(above, 'service:up:sum');
      expect(sums.map(({ value }) => value[1])).toEqual(SERVICES.map(() => '1'));
      expect(sums.map(({ metric }) => metric['service']).sort()).toEqual([...SERVICES].sort());
    });
    for (const [shard, server] of shards.entries()) {
      const own = (await instant(server, 'service:up:sum')).map(({ metric }) => metric['service']).sort();
      const there = await instant(above, `service:up:sum{shard="${shard}"}`);
      expect(there.map(({ metric }) => metric['service']).sort()).toEqual(own);
      expect(there.map(({ metric }) => metric['instance'])).toEqual(own.map(() => undefined));
    }
  });

  it('keep the raw series below, and the labels that they have there', async () => {
    expect(await instant(above, 'scrapes_total')).toEqual([]);
    expect(await instant(shards[0]!, 'count(scrapes_total) / count(up)')).toMatchObject([
      { value: [expect.any(Number), String(PARTS)] },
    ]);
    const ups = await instant(above, 'up{job="services"}');
    expect(new Set(ups.map(({ metric }) => metric['instance']))).toEqual(new Set([target.address]));
    expect(ups).toHaveLength(SERVICES.length);
  });

  it('have the times of the servers below: a value is as old as it is there', async () => {
    const [newest] = await instant(above, 'max(timestamp(service:scrapes:max))');
    const [scrape] = await instant(above, 'max(timestamp(up{job="federate"}))');
    expect(Number(newest!.value[1])).toBeLessThanOrEqual(Number(scrape!.value[1]));
  });

  it('forget a server that is gone at once, as track_timestamps_staleness asks', async () => {
    await shards[2]!.stop();
    await eventually(async () => {
      expect(await instant(above, 'service:up:sum{shard="2"}')).toEqual([]);
      expect((await instant(above, 'up{job="federate"} == 0')).map(({ metric }) => metric['instance'])).toEqual([
        `127.0.0.1:${shards[2]!.port}`,
      ]);
    });
  });
});
