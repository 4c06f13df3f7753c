import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDnsResolver } from '#lib/dns';
import { silentLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { Decoding, decodeText } from '#lib/schema-decode';
import { nodeAt, parseYaml } from '#lib/yaml';
import type { TargetGroup } from '#model/target';
import { FakeClock } from '#test/clock';
import { type DiscoveryConfigs, discoveryConfigsSchema } from './config.ts';
import { DiscoveryManager } from './manager.ts';
import { createDiscoveryMetrics } from './metrics.ts';
import { isSupported } from './registry.ts';

class World {
  readonly clock = new FakeClock();
  readonly files = new Map<string, string>();
  readonly updates: string[] = [];
  readonly manager: DiscoveryManager;
  readonly registry = new MetricRegistry();
  private readonly watchers = new Set<() => void>();

  constructor() {
    this.manager = new DiscoveryManager({
      clock: this.clock,
      log: silentLog,
      metrics: createDiscoveryMetrics(this.registry, this.clock),
      env: {},
      userAgent: 'Test/1',
      createResolver: createDnsResolver,
      files: {
        read: async (path) => {
          const text = this.files.get(path);
          if (text === undefined) throw new Error('no such file');
          return text;
        },
        list: async (directory) =>
          [...this.files.keys()]
            .filter((path) => path.startsWith(`${directory}/`))
            .map((path) => path.slice(directory.length + 1)),
      },
      watch: (_, onChange) => {
        this.watchers.add(onChange);
        return () => this.watchers.delete(onChange);
      },
      onGroups: (job, groups) => void this.updates.push(`${job}: ${groups.map(shown).join(' | ')}`),
    });
  }

  async apply(yaml: string): Promise<void> {
    this.manager.applyConfig([{ name: 'job', discovery: configs(yaml) }]);
    await this.clock.advance(0);
  }

  /** Changes a file as an editor would; null removes it. */
  async write(path: string, text: string | null): Promise<void> {
    if (text === null) this.files.delete(path);
    else this.files.set(path, text);
    for (const onChange of this.watchers) onChange();
    await this.clock.advance(200);
  }

  /** The updates since the last call. */
  news(): string[] {
    return this.updates.splice(0);
  }

  get watching(): number {
    return this.watchers.size;
  }
}

function shown({ source, targets, labels }: TargetGroup): string {
  const own = labels.size === 0 ? '' : ` ${JSON.stringify(labels)}`;
  return `${source} [${targets.map((target) => target.get('__address__')).join(' ')}]${own}`;
}

function configs(yaml: string): DiscoveryConfigs {
  const { value, problems } = decodeText(yaml, { file: '/etc/p.yml' }, (document, decoding) =>
    discoveryConfigsSchema.decode(document!, decoding),
  );
  expect(problems).toEqual([]);
  return value!;
}

const FILE = 'file_sd_configs: [{files: ["t/*.yml"]}]';

describe('static targets', () => {
  it('are told at once, with their labels', async () => {
    const world = new World();
    await world.apply('static_configs: [{targets: [a, b], labels: {x: y}}, {targets: [c]}]');
    expect(world.news()).toEqual(['job: static/0:0 [a b] {"x":"y"} | static/0:1 [c]']);
  });

  it('go when they are no longer configured, and nothing is said when nothing changed', async () => {
    const world = new World();
    await world.apply('static_configs: [{targets: [a]}, {targets: [b]}]');
    world.news();
    await world.apply('static_configs: [{targets: [a]}, {targets: [b]}]');
    await world.clock.advance(10_000);
    expect(world.news()).toEqual([]);
    await world.apply('static_configs: [{targets: [a]}]');
    await world.clock.advance(5000);
    expect(world.news()).toEqual(['job: static/0:1 []']);
    world.manager.applyConfig([]);
    expect(world.news()).toEqual(['job: static/0:0 []']);
    expect(world.manager.status()).toEqual([]);
  });
});

describe('targets in files', () => {
  it('are read from YAML and JSON and carry the path', async () => {
    const world = new World();
    world.files.set('/etc/t/a.yml', '- targets: [a:1]\n  labels: {x: y}\n');
    world.files.set('/etc/t/b.json', '[{"targets": ["b:1", "b:2"]}]');
    await world.apply('file_sd_configs: [{files: ["t/*.yml", "t/b.json"]}]');
    expect(world.news()).toEqual([
      'job: file/0:/etc/t/a.yml:0 [a:1] {"__meta_filepath":"/etc/t/a.yml","x":"y"} | ' +
        'file/0:/etc/t/b.json:0 [b:1 b:2] {"__meta_filepath":"/etc/t/b.json"}',
    ]);
  });

  it('change with their file, at most every 5 s', async () => {
    const world = new World();
    world.files.set('/etc/t/a.yml', '[{targets: [a]}, {targets: [b]}]');
    await world.apply(FILE);
    world.news();
    await world.write('/etc/t/a.yml', '[{targets: [c]}]');
    await world.write('/etc/t/a.yml', '[{targets: [d]}]');
    await world.clock.advance(3000);
    expect(world.news()).toEqual([]);
    await world.clock.advance(2000);
    expect(world.news()).toEqual([
      'job: file/0:/etc/t/a.yml:0 [d] {"__meta_filepath":"/etc/t/a.yml"} | file/0:/etc/t/a.yml:1 []',
    ]);
  });

  it('are found where nothing tells of changes, at the refresh interval', async () => {
    const world = new World();
    await world.apply('file_sd_configs: [{files: ["t/*.yml"], refresh_interval: 1m}]');
    expect(world.news()).toEqual(['job: ']);
    world.files.set('/etc/t/new.yml', '[{targets: [a]}]');
    await world.clock.advance(59_000);
    expect(world.news()).toEqual([]);
    await world.clock.advance(2000);
    expect(world.news()).toEqual(['job: file/0:/etc/t/new.yml:0 [a] {"__meta_filepath":"/etc/t/new.yml"}']);
  });

  it('stand while their file is broken, which is reported with its place', async () => {
    const world = new World();
    world.files.set('/etc/t/a.yml', '[{targets: [a]}]');
    await world.apply(FILE);
    world.news();
    await world.write('/etc/t/a.yml', '- targets: [b]\n  lables: {x: y}\n');
    await world.clock.advance(10_000);
    expect(world.news()).toEqual([]);
    expect(world.manager.status()[0]).toMatchObject({ job: 'job', mechanism: 'file', targets: 1 });
    expect(world.manager.status()[0]?.errorSince).toBe(world.clock.now() - 10_100);
    expect(world.manager.status()[0]?.error).toMatch(/^\/etc\/t\/a\.yml:2:3: .*lables/);
    await world.write('/etc/t/a.yml', '[{targets: [a]}]');
    await world.clock.advance(5000);
    expect(world.manager.status()[0]).toMatchObject({ error: null, errorSince: null });
  });

  it('go with their file', async () => {
    const world = new World();
    world.files.set('/etc/t/a.yml', '[{targets: [a]}]');
    await world.apply(FILE);
    world.news();
    await world.write('/etc/t/a.yml', null);
    await world.clock.advance(5000);
    expect(world.news()).toEqual(['job: file/0:/etc/t/a.yml:0 []']);
    expect(world.manager.status()[0]?.targets).toBe(0);
  });

  it('stand over a reload until the new configuration has found others', async () => {
    const world = new World();
    world.files.set('/etc/t/a.yml', '[{targets: [a]}]');
    world.files.set('/etc/u/b.yml', '[{targets: [b]}]');
    await world.apply(FILE);
    world.news();
    await world.apply('file_sd_configs: [{files: ["u/*.yml"]}]');
    await world.clock.advance(5000);
    expect(world.news()).toEqual([
      'job: file/0:/etc/u/b.yml:0 [b] {"__meta_filepath":"/etc/u/b.yml"} | file/0:/etc/t/a.yml:0 []',
    ]);
    expect(world.watching).toBe(1);
  });
});

describe('a mechanism that does not exist here', () => {
  it('finds nothing, says so, and does not hold back the others', async () => {
    const world = new World();
    await world.apply('static_configs: [{targets: [a]}]\neureka_sd_configs: [{server: "http://x"}]');
    expect(world.news()).toEqual(['job: static/0:0 [a]']);
    expect(world.manager.status().map(({ mechanism, error }) => [mechanism, error?.slice(0, 35) ?? null])).toEqual([
      ['eureka', 'eureka_sd_configs is not supported '],
      ['static', null],
    ]);
  });

  it('is counted for each job', async () => {
    const world = new World();
    const eureka = 'eureka_sd_configs: [{server: "http://x"}, {server: "http://y"}]';
    await world.apply(`${eureka}\nnomad_sd_configs: [{server: "http://x"}]\nstatic_configs: [{targets: [a]}]`);
    const family = world.registry.collect().find(({ name }) => name === 'barograph_sd_unsupported_configs');
    expect(family?.samples.map(({ labels, value }) => [labels.join(' '), value])).toEqual([
      ['name scrape config job mechanism eureka', 2],
      ['name scrape config job mechanism nomad', 1],
    ]);
  });

  it('may be any of Prometheus 3.5 that is not built here, with every block that is valid', async () => {
    const text = readFileSync(new URL('../../test/fixtures/config/prometheus.yml', import.meta.url), 'utf8');
    const document = parseYaml(text)[0]!;
    const jobs = nodeAt(document, ['scrape_configs']);
    const found = new Set<string>();
    for (const job of jobs.kind === 'list' ? jobs.items : []) {
      for (const { key, value } of job.kind === 'map' ? job.entries : []) {
        const mechanism = key.text.replace(/_sd_configs$/, '');
        if (mechanism === key.text || isSupported(mechanism)) continue;
        found.add(mechanism);
        const { source, start } = value;
        const decoding = new Decoding({});
        const entries = [{ key, value }];
        const discovery = discoveryConfigsSchema.decode({ kind: 'map', entries, source, start }, decoding);
        expect(decoding.problems).toEqual([]);
        const world = new World();
        world.manager.applyConfig([{ name: 'job', discovery: discovery as DiscoveryConfigs }]);
        await world.clock.advance(0);
        for (const { error } of world.manager.status()) expect(error).toContain('is not supported yet');
        expect(world.news()).toEqual(['job: ']);
      }
    }
    expect(found.size).toBe(15);
  });
});

describe('the end', () => {
  it('leaves nothing running', async () => {
    const world = new World();
    await world.apply(FILE);
    world.manager.stop();
    await world.clock.advance(0);
    expect([world.watching, world.clock.pending]).toEqual([0, 0]);
  });
});
