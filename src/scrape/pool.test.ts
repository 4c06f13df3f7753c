import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import { scrapeConfig } from '#test/scrape-config';
import { ScrapeWorld } from '#test/scrape-world';

/** A group that counts how often its targets are looked at. */
function countedGroup(source: string, address: string, labels: Record<string, string> = {}) {
  const counts = { reads: 0 };
  const targets = [Labels.from({ __address__: address })];
  const group: TargetGroup = {
    source,
    labels: Labels.from(labels),
    get targets() {
      counts.reads++;
      return targets;
    },
  };
  return { group, counts };
}

describe('the groups of a job', () => {
  it('are relabelled when they come, and not again when others change', () => {
    const world = new ScrapeWorld();
    world.scrape('');
    const [one, two] = [countedGroup('one', 'a:1'), countedGroup('two', 'b:1')];
    world.manager.applyGroups('test', [one.group, two.group]);
    const first = one.counts.reads;
    const next = countedGroup('two', 'b:2');
    world.manager.applyGroups('test', [next.group]);
    world.manager.applyGroups('test', [{ ...countedGroup('three', '').group, targets: [] }]);
    expect(one.counts.reads).toBe(first);
    expect(world.manager.targets().active.map(({ labels }) => labels['instance'])).toEqual(['a:1', 'b:2']);
  });

  it('show the targets that the rules drop as they were discovered, as many as the job keeps', () => {
    const world = new ScrapeWorld();
    world.scrape('keep_dropped_targets: 1\nrelabel_configs: [{source_labels: [zone], regex: x, action: drop}]');
    const [one, two] = [countedGroup('one', 'a:1', { zone: 'x' }), countedGroup('two', 'b:1', { zone: 'x' })];
    world.manager.applyGroups('test', [one.group, two.group, countedGroup('three', 'c:1').group]);
    const { dropped, droppedCounts, active } = world.manager.targets();
    expect(dropped.map(({ discoveredLabels }) => discoveredLabels)).toEqual([
      expect.objectContaining({ __address__: 'a:1', zone: 'x', job: 'test', __scheme__: 'http' }),
    ]);
    expect([droppedCounts, active.length]).toEqual([{ test: 2 }, 1]);
  });

  it('are shown without the token in the URL that gave them, which rules can read', () => {
    const world = new ScrapeWorld();
    world.scrape(`relabel_configs:
  - {source_labels: [__meta_url], regex: '.*token=(\\w+).*', target_label: tenant}
  - {source_labels: [zone], regex: x, action: drop}`);
    const url = { __meta_url: 'http://sd:80/?token=secret' };
    world.manager.applyGroups('test', [
      countedGroup('one', 'a:1', url).group,
      countedGroup('two', 'b:1', { ...url, zone: 'x' }).group,
      countedGroup('three', 'c/:1', url).group,
    ]);
    const { active, dropped, rejected } = world.manager.targets();
    expect([active, dropped, rejected].map((all) => all.map((one) => one.discoveredLabels['__meta_url']))).toEqual(
      Array.from({ length: 3 }, () => ['http://sd:80/?token=xxxxx']),
    );
    expect(active.map(({ labels }) => labels['tenant'])).toEqual(['secret']);
  });

  it('are all relabelled anew when the rules change', () => {
    const world = new ScrapeWorld();
    world.scrape('');
    const { group } = countedGroup('one', 'a:1', { __meta_zone: 'x' });
    world.manager.applyGroups('test', [group]);
    const zone = () => world.manager.targets().active.map(({ labels }) => labels['zone']);
    expect(zone()).toEqual([undefined]);
    world.manager.applyConfig([scrapeConfig('relabel_configs: [{source_labels: [__meta_zone], target_label: zone}]')]);
    expect(zone()).toEqual(['x']);
  });
});

describe('the histograms of a target', () => {
  const HISTOGRAM = [
    '# TYPE h histogram',
    'h_bucket{le="1"} 1',
    'h_bucket{le="+Inf"} 2',
    'h_sum 3',
    'h_count 2\n',
  ].join('\n');
  const group = (address: string, labels: Record<string, string>): TargetGroup => ({
    source: address,
    targets: [Labels.from({ __address__: address, ...labels })],
    labels: Labels.EMPTY,
  });
  const names = async (world: ScrapeWorld, instance: string) => {
    const found = await Promise.all(['h', 'h_bucket'].map((name) => world.all(name)));
    return found.flat().flatMap(({ labels }) => (labels.get('instance') === instance ? [labels.get('__name__')] : []));
  };

  it('are taken as its labels say, whatever the job says', async () => {
    const world = new ScrapeWorld();
    for (const address of ['a:1', 'b:1', 'c:1']) world.says.set(address, HISTOGRAM);
    world.scrape('convert_classic_histograms_to_nhcb: true');
    world.manager.applyGroups('test', [
      group('a:1', {}),
      group('b:1', { __convert_classic_histograms_to_nhcb__: 'false' }),
      group('c:1', { __always_scrape_classic_histograms__: 'true' }),
    ]);
    await world.pass(10);
    expect(await names(world, 'a:1')).toEqual(['h']);
    expect(await names(world, 'b:1')).toEqual(['h_bucket', 'h_bucket']);
    expect(await names(world, 'c:1')).toEqual(['h', 'h_bucket', 'h_bucket']);
  });

  it('are taken otherwise from the next scrape on when its labels change, without a gap', async () => {
    const world = new ScrapeWorld();
    world.says.set('a:1', HISTOGRAM);
    world.scrape('');
    world.manager.applyGroups('test', [group('a:1', {})]);
    await world.pass(10);
    world.manager.applyGroups('test', [group('a:1', { __convert_classic_histograms_to_nhcb__: 'true' })]);
    await world.pass(20);
    expect(await world.samples('up')).toEqual([
      [0, 1],
      [10, 1],
      [20, 1],
    ]);
    expect(await world.samples('h_bucket', { le: '1.0' })).toEqual([
      [0, 1],
      [10, 'stale'],
    ]);
    expect(await names(world, 'a:1')).toContain('h');
  });
});

describe('a reload that changes one job', () => {
  const job = (name: string, yaml: string) => ({ ...scrapeConfig(yaml), jobName: name });
  const at = (address: string): TargetGroup => ({
    source: 'static/0:0',
    targets: [Labels.from({ __address__: address })],
    labels: Labels.EMPTY,
  });

  it('leaves the scrapes of the others in their rhythm, over the same connections', async () => {
    const world = new ScrapeWorld();
    for (const address of ['a:1', 'b:1']) world.says.set(address, 'x 1\n');
    world.manager.applyConfig([job('test', ''), job('other', '')]);
    world.manager.applyGroups('test', [at('a:1')]);
    world.manager.applyGroups('other', [at('b:1')]);
    const times = async () => (await world.samples('x')).map(([seconds]) => seconds);
    await world.pass(25);
    for (const interval of ['5s', '3s', '20s']) {
      world.manager.applyConfig([
        job('test', ''),
        { ...job('other', ''), scrapeInterval: Number.parseInt(interval, 10) * 1000 },
      ]);
      await world.pass(7);
    }
    world.manager.applyConfig([job('test', '')]);
    await world.pass(30);
    const seen = await times();
    expect(seen).toEqual(seen.map((_, i) => i * 10));
    expect(seen.length).toBeGreaterThanOrEqual(7);
    // One for the job that stays, one for each settings of the other.
    expect(world.fetchers).toBe(1 + 4);
  });
});

describe('targets that relabeling gives the same labels', () => {
  it('are told once, until there are none any more', () => {
    const world = new ScrapeWorld();
    const told = () => world.logged.splice(0).filter((line) => line.includes('same labels'));
    world.scrape('relabel_configs: [{target_label: instance, replacement: all}]', 'a:1', 'b:1', 'c:1');
    const [line, ...more] = told();
    expect(line).toContain('scrape_pool=test targets=3 first=http://a:1/metrics second=http://b:1/metrics');
    expect(more).toEqual([]);
    world.targets('a:1', 'b:1');
    expect(told()).toEqual([]);
    world.targets('a:1');
    world.targets('a:1', 'd:1');
    expect(told()).toHaveLength(1);
  });

  it('are not those that are found twice', () => {
    const world = new ScrapeWorld();
    world.scrape('', 'a:1', 'a:1', 'b:1');
    expect(world.logged.filter((line) => line.includes('same labels'))).toEqual([]);
  });
});

describe('the metrics of a job', () => {
  it('count what was done for it, and go with it', () => {
    const world = new ScrapeWorld();
    const samples = (name: string) => {
      const family = world.registry.collect().find((one) => one.name === name);
      return family?.samples.map(({ suffix, labels, value }) => `${suffix}{${labels.join('=')}} ${value}`);
    };
    world.scrape('', 'a:1');
    world.targets('a:1', 'b:1');
    world.manager.applyConfig([scrapeConfig('scrape_timeout: 5s')]);
    expect(samples('prometheus_target_scrape_pools_total')).toEqual(['{} 1']);
    expect(samples('prometheus_target_scrape_pool_sync_total')).toEqual(['{scrape_job=test} 2']);
    const quantiles = ['0.01', '0.05', '0.5', '0.9', '0.99'];
    expect(samples('prometheus_target_sync_length_seconds')).toEqual([
      ...quantiles.map((quantile) => `{scrape_job=test=quantile=${quantile}} 0`),
      '_sum{scrape_job=test} 0',
      '_count{scrape_job=test} 2',
    ]);
    expect(samples('prometheus_target_scrape_pool_reloads_total')).toEqual(['{} 1']);
    expect(samples('prometheus_target_reload_length_seconds')).toEqual([
      ...quantiles.map((quantile) => `{interval=10s=quantile=${quantile}} 0`),
      '_sum{interval=10s} 0',
      '_count{interval=10s} 1',
    ]);
    world.manager.applyConfig([]);
    expect(samples('prometheus_target_scrape_pool_sync_total')).toEqual([]);
    expect(samples('prometheus_target_sync_length_seconds')).toEqual([]);
  });

  it('tell how far apart scrapes really began, from one beginning of the rhythm to the next', async () => {
    const world = new ScrapeWorld();
    const samples = () => {
      const family = world.registry.collect().find(({ name }) => name === 'prometheus_target_interval_length_seconds');
      return family?.samples.map(({ suffix, labels, value }) => `${suffix}{${labels.slice(1).join(' ')}} ${value}`);
    };
    world.says.set('a:1', 'x 1\n');
    world.scrape('', 'a:1');
    await world.pass(10);
    expect(samples()).toEqual([]);
    await world.pass(30);
    expect(samples()).toEqual([
      ...['0.01', '0.05', '0.5', '0.9', '0.99'].map((quantile) => `{10s quantile ${quantile}} 10`),
      '_sum{10s} 30',
      '_count{10s} 3',
    ]);
    world.manager.applyConfig([{ ...scrapeConfig(''), scrapeInterval: 60_000 }]);
    await world.pass(120);
    expect(samples()?.slice(-2)).toEqual(['_sum{1m0s} 60', '_count{1m0s} 1']);
  });

  it('tell how long the metadata of its targets is', async () => {
    const world = new ScrapeWorld();
    const bytes = () => world.metric('prometheus_target_metadata_cache_bytes');
    for (const address of ['a:1', 'b:1']) world.says.set(address, '# HELP x Größe.\n# TYPE x gauge\nx 1\n');
    world.scrape('', 'a:1', 'b:1');
    expect(bytes()).toBe(0);
    await world.pass(20);
    expect(bytes()).toBe(2 * ('x'.length + 'gauge'.length + 'Groesse.'.length));
  });
});
