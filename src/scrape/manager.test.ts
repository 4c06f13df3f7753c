import { describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { Labels } from '#model/labels';
import type { Appender } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { scrapeConfig } from '#test/scrape-config';
import { ScrapeWorld } from '#test/scrape-world';
import type { ScrapeConfig } from './config.ts';
import { BODY_SIZE_LIMIT } from './fetch-target.ts';
import { createHttpFetcher } from './http-fetcher.ts';

/** A world in which target a:1 has said `page` once. */
async function scraped(page: string, yaml = ''): Promise<ScrapeWorld> {
  const world = new ScrapeWorld();
  world.says.set('a:1', page);
  world.scrape(yaml, 'a:1');
  await world.pass(10);
  return world;
}

describe('a scrape', () => {
  it('stores the page at its slots, evenly spaced', async () => {
    const world = await scraped('a{x="1"} 5\n');
    world.says.set('a:1', 'a{x="1"} 6\n');
    await world.pass(20);
    expect(await world.samples('a', { x: '1' })).toEqual([
      [0, 5],
      [10, 6],
      [20, 6],
    ]);
  });

  it('knows its series again after the place of the page was used for others', async () => {
    // Of a page with times of its own all is kept, not only a pattern.
    const page = (round: number) => `a{x="1"} ${round} ${(1_700_000_000 + round) * 1000}\nb{y="2"} ${round}\n`;
    const world = await scraped(page(0));
    for (let round = 1; round < 4; round++) {
      world.says.set('a:1', page(round));
      await world.pass(10);
    }
    expect(await world.last('b', { y: '2' })).toBe(3);
    expect(await world.samples('scrape_series_added')).toEqual([
      [0, 2],
      [10, 0],
      [20, 0],
      [30, 0],
    ]);
  });

  it('reports about itself', async () => {
    const world = await scraped(
      'a 1\nb 2\nc 3\n',
      'metric_relabel_configs: [{source_labels: [__name__], regex: c, action: drop}]',
    );
    await world.pass(10);
    expect(await world.samples('up')).toEqual([
      [0, 1],
      [10, 1],
    ]);
    expect(await world.samples('scrape_samples_scraped')).toEqual([
      [0, 3],
      [10, 3],
    ]);
    expect(await world.samples('scrape_samples_post_metric_relabeling')).toEqual([
      [0, 2],
      [10, 2],
    ]);
    expect(await world.samples('scrape_series_added')).toEqual([
      [0, 2],
      [10, 0],
    ]);
    expect(await world.samples('scrape_duration_seconds')).toEqual([
      [0, 0],
      [10, 0],
    ]);
    expect(await world.all('scrape_sample_limit')).toEqual([]);
  });

  it('reports more when asked to', async () => {
    const world = await scraped('a 1\n', 'extra_scrape_metrics: true\nsample_limit: 7\nscrape_timeout: 4s');
    expect(await world.samples('scrape_timeout_seconds')).toEqual([[0, 4]]);
    expect(await world.samples('scrape_sample_limit')).toEqual([[0, 7]]);
    expect(await world.samples('scrape_body_size_bytes')).toEqual([[0, 4]]);
    world.says.set(
      'a:1',
      new BarographError('body size limit exceeded', { kind: 'unavailable', code: BODY_SIZE_LIMIT }),
    );
    await world.pass(10);
    expect(await world.last('scrape_body_size_bytes')).toBe(-1);
    expect(world.metric('prometheus_target_scrapes_exceeded_body_size_limit_total')).toBe(1);
  });

  it('is shown on the targets page', async () => {
    const world = await scraped('a 1\n');
    expect(world.manager.targets()).toEqual({
      active: [
        {
          discoveredLabels: {
            __address__: 'a:1',
            __always_scrape_classic_histograms__: 'false',
            __convert_classic_histograms_to_nhcb__: 'false',
            __scrape_native_histograms__: 'false',
            __metrics_path__: '/metrics',
            __scheme__: 'http',
            __scrape_interval__: '10s',
            __scrape_timeout__: '10s',
            job: 'test',
          },
          labels: { instance: 'a:1', job: 'test' },
          scrapePool: 'test',
          scrapeUrl: 'http://a:1/metrics',
          growingLabels: [],
          globalUrl: 'http://a:1/metrics',
          lastError: '',
          lastScrape: (await world.all('up'))[0]?.samples.t[0],
          lastScrapeDuration: 0,
          health: 'up',
          scrapeInterval: 10_000,
          scrapeTimeout: 10_000,
        },
      ],
      dropped: [],
      rejected: [],
      droppedCounts: { test: 0 },
    });
    expect(structuredClone(world.manager.targets())).toEqual(world.manager.targets());
  });

  it('shows the URL of a target on this machine as others reach it', async () => {
    const world = new ScrapeWorld();
    world.scrape('', 'localhost:9100', '[::1]:1', 'other:80');
    const urls = world.manager.targets().active.map(({ globalUrl }) => globalUrl);
    expect(urls).toEqual([
      'http://monitor.example:1/metrics',
      'http://monitor.example:9100/metrics',
      'http://other:80/metrics',
    ]);
    expect(world.manager.targets().active.map(({ health, lastScrape }) => [health, lastScrape])[0]).toEqual([
      'unknown',
      null,
    ]);
  });

  it('keeps what the target says of its metrics', async () => {
    const world = await scraped('# HELP a Counts.\n# TYPE a counter\na 1\n');
    expect(world.manager.metadata()).toEqual([
      { metric: 'a', target: { instance: 'a:1', job: 'test' }, type: 'counter', help: 'Counts.', unit: '' },
    ]);
  });

  it('takes an empty page for what it is, whatever its type', async () => {
    const world = await scraped('a 1\n');
    world.says.set('a:1', { contentType: '', body: new Uint8Array() });
    await world.pass(10);
    expect([await world.last('up'), await world.last('a')]).toEqual([1, 'stale']);
  });
});

describe('staleness', () => {
  it('marks a series that is gone from the page, once, until it is back', async () => {
    const world = await scraped('a 1\nb 2\n');
    world.says.set('a:1', 'a 1\n');
    await world.pass(20);
    expect(await world.samples('b')).toEqual([
      [0, 2],
      [10, 'stale'],
    ]);
    world.says.set('a:1', 'a 1\nb 3\n');
    await world.pass(10);
    expect(await world.samples('b')).toEqual([
      [0, 2],
      [10, 'stale'],
      [30, 3],
    ]);
  });

  it('marks everything but the reports when the target fails, and goes on when it is back', async () => {
    const world = await scraped('a 1\nb 2\n');
    world.says.delete('a:1');
    await world.pass(20);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [10, 'stale'],
    ]);
    expect(await world.samples('up')).toEqual([
      [0, 1],
      [10, 0],
      [20, 0],
    ]);
    expect(world.manager.targets().active[0]).toMatchObject({ health: 'down', lastError: 'connection refused by a:1' });
    world.says.set('a:1', 'a 1\nb 2\n');
    await world.pass(10);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [10, 'stale'],
      [30, 1],
    ]);
    expect(await world.last('scrape_series_added')).toBe(0);
    expect(world.manager.targets().active[0]).toMatchObject({ health: 'up', lastError: '' });
  });

  it('does not mark a series that is only written differently', async () => {
    const world = await scraped('a{x="1",y="2"} 1\n');
    world.says.set('a:1', 'a{y="2", x="1"} 2\n');
    await world.pass(10);
    expect(await world.samples('a', { x: '1', y: '2' })).toEqual([
      [0, 1],
      [10, 2],
    ]);
  });

  it('does not mark series with timestamps of their own, unless they are tracked', async () => {
    for (const [tracked, expected] of [
      [false, [[-10, 1]]],
      [
        true,
        [
          [-10, 1],
          [10, 'stale'],
        ],
      ],
    ] as const) {
      const world = new ScrapeWorld();
      world.says.set('a:1', 'b 1\n');
      world.scrape(`track_timestamps_staleness: ${tracked}`, 'a:1');
      await world.pass(10);
      const first = (await world.all('up'))[0]!.samples.t[0]!;
      const later = new ScrapeWorld();
      later.says.set('a:1', `a 1 ${first - 10_000}\n`);
      later.scrape(`track_timestamps_staleness: ${tracked}`, 'a:1');
      await later.pass(10);
      later.says.set('a:1', 'b 1\n');
      await later.pass(10);
      expect(await later.samples('a')).toEqual(expected);
    }
  });

  it('marks all series of a target that is gone, at its first missed slot', async () => {
    const world = await scraped('a 1\n');
    world.targets();
    await world.pass(10);
    expect(await world.last('a')).toBe(1);
    await world.pass(20);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [10, 'stale'],
    ]);
    expect(await world.samples('up')).toEqual([
      [0, 1],
      [10, 'stale'],
    ]);
    expect(world.asked.get('a:1')).toBe(1);
    expect(world.clock.pending).toBe(0);
  });

  it('does not mark a target that comes back in time, which also keeps its cache', async () => {
    const world = await scraped('a 1\n');
    world.targets();
    await world.pass(10);
    world.targets('a:1');
    await world.pass(20);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [20, 1],
      [30, 1],
    ]);
    expect(await world.samples('scrape_series_added')).toEqual([
      [0, 1],
      [20, 0],
      [30, 0],
    ]);
  });

  it('is scraped once an interval when it went and came back twice while storing its samples took long', async () => {
    const storage = new MemoryStorage();
    let stored = Promise.resolve();
    const appender = (): Appender => {
      const made = storage.appender();
      const { commit } = made;
      made.commit = () => stored.then(() => commit.call(made));
      return made;
    };
    const world = new ScrapeWorld({ storage, appendable: { appender } });
    world.says.set('a:1', 'a 1\n');
    world.scrape('', 'a:1');
    let release = () => {};
    stored = new Promise((resolve) => {
      release = resolve;
    });
    await world.pass(10);
    for (const addresses of [[], ['a:1'], [], ['a:1']]) {
      world.targets(...addresses);
      await world.pass(2);
    }
    release();
    await world.pass(10);
    const asked = world.asked.get('a:1')!;
    await world.pass(60);
    expect(world.asked.get('a:1')! - asked).toBe(6);
    expect(world.clock.pending).toBe(1);
  });

  it('does not mark anything when the server stops', async () => {
    const world = await scraped('a 1\n');
    await world.manager.stop();
    await world.pass(60);
    expect(await world.samples('a')).toEqual([[0, 1]]);
    expect(world.clock.pending).toBe(0);
  });
});

describe('a page that cannot be taken', () => {
  it('is not stored at all, and its mistake is shown', async () => {
    const world = await scraped('a 1\n');
    world.says.set('a:1', 'a 2\nb 1\nc{ 3\n');
    await world.pass(10);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [10, 'stale'],
    ]);
    expect(await world.samples('b')).toEqual([]);
    expect(await world.last('up')).toBe(0);
    expect(await world.last('scrape_samples_scraped')).toBe(2);
    expect(world.manager.targets().active[0]?.lastError).toBe(
      'expected label name, got "3" ("INVALID") while parsing: "c{ 3" (line 3)',
    );
  });

  it('is one over the sample limit, with true counts', async () => {
    const world = await scraped('a 1\nb 1\n', 'sample_limit: 2');
    world.says.set('a:1', 'a 1\nb 1\nc 1\nd 1\n');
    await world.pass(10);
    expect(await world.last('up')).toBe(0);
    expect(await world.last('scrape_samples_scraped')).toBe(4);
    expect(await world.last('scrape_samples_post_metric_relabeling')).toBe(4);
    expect(await world.last('a')).toBe('stale');
    expect(await world.all('c')).toEqual([]);
    expect(world.manager.targets().active[0]?.lastError).toBe('sample limit exceeded');
    expect(world.metric('prometheus_target_scrapes_exceeded_sample_limit_total')).toBe(1);
  });

  it('is one with too many labels, also when its series were known', async () => {
    const world = await scraped('a{x="1"} 1\n');
    world.manager.applyConfig([scrapeConfig('label_limit: 3')]);
    await world.pass(10);
    expect(world.manager.targets().active[0]?.lastError).toMatch(
      /^label_limit exceeded \(metric: a, number of labels: 4/,
    );
    expect(await world.last('a', { x: '1' })).toBe('stale');
    expect(world.metric('prometheus_target_scrape_pool_exceeded_label_limits_total')).toBe(1);
  });

  it('is one of a type that nobody knows, unless there is a fallback', async () => {
    const page = { contentType: 'text/html', body: new TextEncoder().encode('a 1\n') };
    for (const [yaml, up] of [
      ['', 0],
      ['fallback_scrape_protocol: PrometheusText0.0.4', 1],
    ] as const) {
      const world = new ScrapeWorld();
      world.says.set('a:1', page);
      world.scrape(yaml, 'a:1');
      await world.pass(10);
      expect(await world.last('up')).toBe(up);
    }
  });
});

describe('single samples', () => {
  it('that are there twice count once', async () => {
    const world = await scraped('a 1\na 2\n');
    await world.pass(10);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [10, 1],
    ]);
    expect(await world.last('up')).toBe(1);
    expect(world.metric('prometheus_target_scrapes_sample_duplicate_timestamp_total')).toBe(2);
  });

  it('keep their own time, except with honor_timestamps off', async () => {
    const now = new ScrapeWorld().clock.now();
    const page = `a 1 ${now - 5000}\n`;
    const honoured = await scraped(page);
    const [own] = await honoured.all('a');
    expect(own?.samples.t[0]).toBe(now - 5000);
    const ignored = await scraped(page, 'honor_timestamps: false');
    expect(await ignored.samples('a')).toEqual([[0, 1]]);
  });

  it('from too far ahead are refused, the others stand', async () => {
    const now = new ScrapeWorld().clock.now();
    const world = await scraped(`a 1 ${now + 3_600_000}\nb 1\n`);
    expect([await world.all('a'), await world.last('b'), await world.last('up')]).toEqual([[], 1, 1]);
    expect(world.metric('prometheus_target_scrapes_sample_out_of_bounds_total')).toBe(1);
  });
});

describe('the storage', () => {
  it('gets every transaction ended, and the samples of a bad page never', async () => {
    const storage = new MemoryStorage();
    const open = new Set<Appender>();
    const appender = () => {
      const made = storage.appender();
      const { commit, rollback } = made;
      open.add(made);
      made.commit = () => commit.call(made).finally(() => open.delete(made));
      made.rollback = () => {
        open.delete(made);
        rollback.call(made);
      };
      return made;
    };
    const world = new ScrapeWorld({ appendable: { appender } });
    for (const page of ['a 1\n', 'b 1\na{\n', { contentType: 'text/html', body: new Uint8Array(1) }, 'a 1\n']) {
      world.says.set('a:1', page);
      world.scrape('', 'a:1');
      await world.pass(10);
    }
    expect([world.asked.get('a:1'), open.size]).toEqual([4, 0]);
  });

  it('that refuses exemplars as out of order has them counted', async () => {
    const storage = new MemoryStorage();
    const appender = () => {
      const made = storage.appender();
      const { commit } = made;
      made.commit = async () => ({ ...(await commit.call(made)), exemplarsOutOfOrder: 2 });
      return made;
    };
    const world = new ScrapeWorld({ appendable: { appender } });
    world.scrape('', 'a:1');
    await world.pass(20);
    expect(world.metric('prometheus_target_scrapes_exemplar_out_of_order_total')).toBe(4);
    expect(world.metric('prometheus_target_scrapes_cache_flush_forced_total')).toBe(0);
  });

  it('that fails makes the target fail, and scraping goes on', async () => {
    const storage = new MemoryStorage();
    let full = true;
    const appender = () => {
      const made = storage.appender();
      if (full) made.commit = () => Promise.reject(new Error('no space left on device'));
      return made;
    };
    const world = new ScrapeWorld({ appendable: { appender } });
    world.says.set('a:1', 'a 1\n');
    world.scrape('', 'a:1');
    await world.pass(10);
    expect(world.manager.targets().active[0]).toMatchObject({
      health: 'down',
      lastError: 'storing the samples failed: no space left on device',
    });
    full = false;
    await world.pass(10);
    expect(world.manager.targets().active[0]?.health).toBe('up');
  });
});

describe('target_limit', () => {
  it('fails all targets of the job without asking them', async () => {
    const world = new ScrapeWorld();
    world.says.set('a:1', 'a 1\n');
    world.scrape('target_limit: 1', 'a:1', 'b:1');
    await world.pass(10);
    expect(world.manager.targets().active.map(({ health, lastError }) => [health, lastError])).toEqual([
      ['down', 'target_limit exceeded (number of targets: 2, limit: 1)'],
      ['down', 'target_limit exceeded (number of targets: 2, limit: 1)'],
    ]);
    expect(world.asked.size).toBe(0);
    world.targets('a:1');
    await world.pass(10);
    expect(await world.last('up')).toBe(1);
  });
});

describe('a reload', () => {
  it('that says the same changes nothing and keeps the connections', async () => {
    const world = await scraped('a 1\n', 'basic_auth: {username: u, password: p}');
    world.manager.applyConfig([scrapeConfig('basic_auth: {username: u, password: p}')]);
    await world.pass(10);
    expect(world.fetchers).toBe(1);
    world.manager.applyConfig([scrapeConfig('basic_auth: {username: u, password: other}')]);
    expect(world.fetchers).toBe(2);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [10, 1],
    ]);
    expect(await world.last('scrape_series_added')).toBe(0);
  });

  it('keeps rhythm and cache when only other settings changed', async () => {
    const world = await scraped('a 1\n');
    world.manager.applyConfig([scrapeConfig('sample_limit: 100')]);
    await world.pass(10);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [10, 1],
    ]);
    expect(await world.last('scrape_series_added')).toBe(0);
  });

  it('applies new metric relabeling and marks what it drops', async () => {
    const world = await scraped('a 1\nb 1\n');
    world.manager.applyConfig([
      scrapeConfig('metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}]'),
    ]);
    await world.pass(10);
    expect(await world.samples('a')).toEqual([
      [0, 1],
      [10, 1],
    ]);
    expect(await world.samples('b')).toEqual([
      [0, 1],
      [10, 'stale'],
    ]);
  });

  it('takes a new interval at once', async () => {
    const world = await scraped('a 1\n');
    world.manager.applyConfig([{ ...scrapeConfig(), scrapeInterval: 1000, scrapeTimeout: 1000 }]);
    await world.pass(5);
    expect(world.asked.get('a:1')).toBe(6);
  });

  it('takes a new interval while a scrape runs, and still scrapes once in each', async () => {
    const world: ScrapeWorld = new ScrapeWorld({
      createFetcher: () => ({
        fetch: async ({ url }, read) => {
          world.asked.set(url, (world.asked.get(url) ?? 0) + 1);
          await world.clock.sleep(200);
          return read({ contentType: 'text/plain', body: new TextEncoder().encode('a 1\n') });
        },
        close: async () => {},
      }),
    });
    world.scrape('', 'a:1');
    while (world.asked.size === 0) await world.pass(0.1);
    world.manager.applyConfig([{ ...scrapeConfig(), scrapeInterval: 1000, scrapeTimeout: 1000 }]);
    await world.pass(15);
    const before = world.asked.get('http://a:1/metrics')!;
    await world.pass(5);
    expect(world.asked.get('http://a:1/metrics')).toBe(before + 5);
    // A second rhythm beside the first would go on after the end.
    await world.pass(0.4);
    await world.manager.stop();
    expect(world.clock.pending).toBe(0);
  });

  it('ends a job that is gone, with markers', async () => {
    const world = await scraped('a 1\n');
    world.manager.applyConfig([]);
    expect(world.manager.targets().active).toEqual([]);
    await world.pass(30);
    expect(await world.last('a')).toBe('stale');
    expect(world.asked.get('a:1')).toBe(1);
  });

  it('ends a job that is gone without markers when the server stops before they are due', async () => {
    const world = await scraped('a 1\n');
    world.manager.applyConfig([]);
    await world.manager.stop();
    await world.pass(60);
    expect(await world.samples('a')).toEqual([[0, 1]]);
    expect(world.clock.pending).toBe(0);
  });

  it('leaves the other jobs alone when one cannot begin or change', async () => {
    let broken = true;
    const createFetcher = ({ jobName, metricsPath }: ScrapeConfig) => {
      if (broken && (jobName === 'bad' || metricsPath === '/bad')) throw new Error(`no fetcher for ${jobName}`);
      return { fetch: () => Promise.reject(new Error('down')), close: async () => {} };
    };
    const world = new ScrapeWorld({ createFetcher });
    const job = (jobName: string, yaml = '') => ({ ...scrapeConfig(yaml), jobName });
    const one = { source: 's', targets: [Labels.from({ __address__: 'a:1' })], labels: Labels.EMPTY };
    for (const name of ['bad', 'first', 'last']) world.manager.applyGroups(name, [one]);
    const urls = () => world.manager.targets().active.map(({ scrapePool, scrapeUrl }) => `${scrapePool} ${scrapeUrl}`);
    world.manager.applyConfig([job('bad'), job('first'), job('last')]);
    expect(urls()).toEqual(['first http://a:1/metrics', 'last http://a:1/metrics']);
    world.manager.applyConfig([job('first', 'metrics_path: /bad'), job('last', 'metrics_path: /new')]);
    expect(urls()).toEqual(['first http://a:1/metrics', 'last http://a:1/new']);
    expect(world.metric('prometheus_target_scrape_pools_total')).toBe(3);
    expect(world.metric('prometheus_target_scrape_pools_failed_total')).toBe(1);
    expect(world.metric('prometheus_target_scrape_pool_reloads_failed_total')).toBe(1);
    broken = false;
    world.manager.applyConfig([job('bad'), job('first', 'metrics_path: /bad'), job('last')]);
    expect(urls()).toEqual(['bad http://a:1/metrics', 'first http://a:1/bad', 'last http://a:1/metrics']);
  });

  it('may bring a job before or after its targets', async () => {
    const world = new ScrapeWorld();
    world.says.set('a:1', 'a 1\n');
    world.targets('a:1');
    expect(world.manager.targets().active).toEqual([]);
    world.manager.applyConfig([scrapeConfig()]);
    expect(world.manager.targets().active.length).toBe(1);
  });
});

describe('the groups of a job', () => {
  const group = (source: string, ...addresses: string[]) => ({
    source,
    targets: addresses.map((address) => Labels.from({ __address__: address })),
    labels: Labels.EMPTY,
  });

  it('replace those of the same source only', () => {
    const world = new ScrapeWorld();
    world.scrape('');
    const urls = () => world.manager.targets().active.map(({ labels }) => labels['instance']);
    world.manager.applyGroups('test', [group('one', 'a:1', 'a:2'), group('two', 'b:1')]);
    world.manager.applyGroups('test', [group('one', 'a:3')]);
    expect(urls()).toEqual(['a:3', 'b:1']);
    world.manager.applyGroups('test', [group('two')]);
    expect(urls()).toEqual(['a:3']);
  });

  it('have a target whose URL is none: it is down', async () => {
    const world = new ScrapeWorld({ createFetcher: (config) => createHttpFetcher(config, { userAgent: 'test' }) });
    world.scrape('', 'a:99999');
    await world.pass(10);
    expect(world.manager.targets().active[0]).toMatchObject({
      health: 'down',
      lastError: expect.stringContaining('"http://a:99999/metrics": it is not a URL: invalid port "99999"'),
      globalUrl: 'http://a:99999/metrics',
    });
    expect((await world.all('up')).map(({ samples }) => samples.v[0])).toEqual([0]);
  });

  it('say what is wrong with a target, once in the log', () => {
    const world = new ScrapeWorld();
    world.scrape('');
    const bad = group('one', 'http://a/');
    world.manager.applyGroups('test', [bad]);
    world.manager.applyGroups('test', [bad]);
    expect(world.manager.targets().rejected.map(({ error }) => error)).toEqual([
      'instance 0 in group one: "http://a/" is not a valid hostname',
    ]);
    expect(world.logged.length).toBe(1);
    world.manager.applyGroups('test', [group('one', 'a:1')]);
    world.manager.applyGroups('test', [bad]);
    expect(world.logged.length).toBe(2);
  });
});

describe('many targets', () => {
  it('are all scraped in each interval, spread over it', async () => {
    const world = new ScrapeWorld();
    const addresses = Array.from({ length: 200 }, (_, i) => `t${i}:1`);
    for (const address of addresses) world.says.set(address, 'a 1\nb 2\n');
    world.scrape('', ...addresses);
    await world.pass(5);
    expect(world.asked.size).toBeGreaterThan(60);
    expect(world.asked.size).toBeLessThan(140);
    await world.pass(15);
    expect(addresses.every((address) => world.asked.get(address) === 2)).toBe(true);
    expect(world.metric('prometheus_target_scrape_pool_targets')).toBe(200);
    await world.manager.stop();
  });
});

describe('a failure log', () => {
  it('gets one line of JSON per failed scrape, and is opened anew on reload', async () => {
    const lines: string[] = [];
    const events: string[] = [];
    const openFailureLog = (path: string) => {
      events.push(`open ${path}`);
      return { write: (line: string) => void lines.push(line), close: () => void events.push('close') };
    };
    const world = new ScrapeWorld({ openFailureLog });
    world.scrape('scrape_failure_log_file: /f.log', 'a:1');
    await world.pass(10);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      msg: 'connection refused by a:1',
      job_name: 'test',
      target: 'http://a:1/metrics',
      instance: 'a:1',
    });
    world.manager.applyConfig([scrapeConfig('scrape_failure_log_file: /f.log')]);
    expect(events).toEqual(['open /f.log', 'open /f.log', 'close']);
    await world.pass(10);
    expect(lines.length).toBe(2);
    await world.manager.stop();
    expect(events.at(-1)).toBe('close');
  });
});
