import { afterEach, expect, it } from 'vitest';
import { MetricRegistry } from '#lib/metrics';
import { FakeClock } from '#test/clock';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeTarget } from '#test/fake-target';
import { createDiscoveryMetrics } from './metrics.ts';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

it('what was counted of the refreshes of a job goes with it, or with its last discovery of the mechanism', async () => {
  const server = await FakeTarget.start((_, response) => response.writeHead(500).end());
  const world = new DiscoveryWorld();
  open.push(server, world);
  const blocks = (...intervals: string[]) =>
    `http_sd_configs: [${intervals.map((interval) => `{url: "${server.url}", refresh_interval: ${interval}}`).join(', ')}]`;
  const refreshes = () =>
    world.registry
      .collect()
      .filter(({ name }) => name.startsWith('prometheus_sd_refresh_'))
      .flatMap(({ name, samples }) => samples.map(({ suffix, labels }) => `${name.slice(22)}${suffix} ${labels}`));
  world.apply(blocks('1h', '2h'));
  await world.until('both failed', () => world.manager.status().every(({ error }) => error !== null));
  const http = 'mechanism,http,config,job';
  const known = [
    `failures_total ${http}`,
    ...['0.5', '0.9', '0.99'].map((quantile) => `duration_seconds ${http},quantile,${quantile}`),
    ...[`duration_seconds_sum ${http}`, `duration_seconds_count ${http}`],
  ];
  expect(refreshes()).toEqual(known);
  world.apply(blocks('2h'));
  expect(refreshes()).toEqual(known);
  world.apply('static_configs: [{targets: [a]}]');
  expect(refreshes()).toEqual([]);
  world.apply(blocks('1h'));
  await world.until('it failed', () => world.error !== null);
  expect(refreshes()).toEqual(known);
  world.manager.applyConfig([]);
  expect(refreshes()).toEqual([]);
});

it('files tell when they were changed and how long reading them takes, while they are read', async () => {
  const world = new DiscoveryWorld();
  open.push(world);
  const samples = (name: string) => {
    const family = world.registry.collect().find((one) => one.name === `prometheus_sd_file_${name}`);
    return family?.samples.map(({ suffix, labels, value }) => `${suffix}{${labels}} ${value}`);
  };
  world.files.set('/etc/a.yml', '[{targets: [a]}]').set('/etc/b.yml', '[{targets: [b]}]');
  world.modified.set('/etc/a.yml', 1_700_000_000_500).set('/etc/b.yml', 1_600_000_000_000);
  world.apply('file_sd_configs: [{files: ["*.yml"], refresh_interval: 1m}, {files: [a.yml], refresh_interval: 1m}]');
  const targets = () =>
    world.manager
      .status()
      .map((each) => each.targets)
      .join();
  await world.until('targets', () => targets() === '2,1');
  expect(samples('mtime_seconds')).toEqual(['{filename,/etc/a.yml} 1700000000.5', '{filename,/etc/b.yml} 1600000000']);
  expect(samples('scan_duration_seconds')?.at(-1)).toBe('_count{} 2');
  world.files.delete('/etc/b.yml');
  await world.until('one is gone', () => targets() === '1,1');
  expect(samples('mtime_seconds')).toEqual(['{filename,/etc/a.yml} 1700000000.5']);
  world.apply('file_sd_configs: [{files: [a.yml], refresh_interval: 1m}]');
  await world.clock.advance(0);
  expect(samples('mtime_seconds')).toHaveLength(1);
  world.apply('static_configs: [{targets: [s]}]');
  await world.clock.advance(0);
  expect(samples('mtime_seconds')).toEqual([]);
});

it('a directory that cannot be watched is counted, and watched again at the refresh interval', async () => {
  const world = new DiscoveryWorld();
  open.push(world);
  world.unwatchable.add('/etc/t');
  world.files.set('/etc/t/a.yml', '[{targets: [a]}]');
  world.apply('file_sd_configs: [{files: ["t/*.yml"], refresh_interval: 1m}]');
  await world.clock.advance(0);
  expect(world.metric('prometheus_sd_file_watcher_errors_total')).toBe(1);
  await world.clock.advance(60_000);
  expect(world.metric('prometheus_sd_file_watcher_errors_total')).toBe(2);
  world.unwatchable.clear();
  await world.clock.advance(60_000);
  world.files.set('/etc/t/a.yml', '[{targets: [b]}]');
  world.change();
  await world.clock.advance(1000);
  expect(world.addresses()).toEqual(['b']);
  expect(world.metric('prometheus_sd_file_watcher_errors_total')).toBe(2);
});

it('a directory that is not there yet is waited for in the one above it', async () => {
  const world = new DiscoveryWorld();
  open.push(world);
  world.unwatchable.add('/etc/t');
  world.apply('file_sd_configs: [{files: ["t/*.yml"]}]');
  await world.clock.advance(0);
  world.unwatchable.clear();
  world.change();
  await world.clock.advance(1000);
  world.files.set('/etc/t/a.yml', '[{targets: [a]}]');
  world.change();
  await world.clock.advance(5000);
  expect(world.addresses()).toEqual(['a']);
  expect(world.metric('prometheus_sd_file_watcher_errors_total')).toBe(1);
});

it('two managers count the failures of mechanisms together, and each series is there once', async () => {
  const server = await FakeTarget.start((_, response) => response.writeHead(500).end());
  const registry = new MetricRegistry();
  const metrics = createDiscoveryMetrics(registry, new FakeClock());
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
