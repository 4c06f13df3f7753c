import { afterEach, expect, it } from 'vitest';
import { MetricRegistry } from '#lib/metrics';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeTarget } from '#test/fake-target';
import { createDiscoveryMetrics } from './metrics.ts';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

it('two managers count the failures of mechanisms together, and each series is there once', async () => {
  const server = await FakeTarget.start((_, response) => response.writeHead(500).end());
  const registry = new MetricRegistry();
  const metrics = createDiscoveryMetrics(registry);
  const worlds = (['scrape', 'notify'] as const).map((name) => new DiscoveryWorld({ registry, metrics, name }));
  open.push(server, ...worlds);
  for (const world of worlds) {
    world.apply(`http_sd_configs: [{url: "${server.url}", refresh_interval: 1h}]`);
    await world.until('it failed', () => world.error !== null);
  }
  const [world] = worlds;
  // Equal series would be refused here.
  expect(world!.metric('prometheus_sd_http_failures_total')).toBe(2);
  expect(world!.metric('prometheus_sd_failed_configs', 'scrape')).toBe(1);
  expect(world!.metric('prometheus_sd_failed_configs', 'notify')).toBe(1);
});
