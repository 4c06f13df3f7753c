import { expect } from 'vitest';
import { type DiscoveryConfigs, discoveryConfigsSchema } from '#discovery/config';
import { DiscoveryManager } from '#discovery/manager';
import { createDiscoveryMetrics, type DiscoveryMetrics } from '#discovery/metrics';
import { createDnsResolver } from '#lib/dns';
import { silentLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { decodeText } from '#lib/schema-decode';
import type { TargetGroup } from '#model/target';
import { FakeClock } from './clock.ts';

/** What a world is made of beside its defaults. */
interface DiscoveryWorldOptions {
  /** At least this long between two updates of a job; 1 ms, unless it matters. */
  readonly updateInterval?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `address:port` of the name servers. */
  readonly nameServers?: readonly string[];
  /** Several managers of one program share these. */
  readonly registry?: MetricRegistry;
  readonly metrics?: DiscoveryMetrics;
  readonly name?: 'scrape' | 'notify';
  /** Hears what the world hears, sources as they are. */
  readonly onGroups?: (job: string, groups: readonly TargetGroup[]) => void;
}

const PATIENCE = 10_000;
/** While something is waited for, time runs so much faster than outside: back-off takes no time, answers are no late ones. */
const SPEED = 50;

/** Discovery as the program runs it, with a clock that a test holds in its hands and files in memory. */
export class DiscoveryWorld {
  readonly clock = new FakeClock();
  readonly files = new Map<string, string>();
  /** When files were changed, Unix time in ms; not known of others. */
  readonly modified = new Map<string, number>();
  /** Directories that cannot be watched. */
  readonly unwatchable = new Set<string>();
  readonly registry: MetricRegistry;
  readonly manager: DiscoveryManager;
  /** The groups as a scrape manager would have them, by source without mechanism. */
  readonly groups = new Map<string, TargetGroup>();
  /** The sources of each update since they were last taken. */
  readonly updates: string[][] = [];
  private readonly watchers = new Set<() => void>();

  constructor(options: DiscoveryWorldOptions = {}) {
    const { updateInterval = 1, env = {}, nameServers = [], name = 'scrape' } = options;
    this.registry = options.registry ?? new MetricRegistry();
    const metrics = options.metrics ?? createDiscoveryMetrics(this.registry, this.clock);
    this.manager = new DiscoveryManager({
      ...{ clock: this.clock, log: silentLog, metrics, name, env, updateInterval },
      userAgent: 'Test/1',
      createResolver: () => createDnsResolver(nameServers),
      files: {
        read: async (path) => this.read(path),
        list: async (directory) => this.list(directory),
        modified: async (path) => this.modified.get(path) ?? null,
      },
      watch: (directory, onChange, onError) => {
        if (this.unwatchable.has(directory)) {
          onError();
          return () => {};
        }
        this.watchers.add(onChange);
        return () => this.watchers.delete(onChange);
      },
      onGroups: (job, groups) => {
        this.take(groups);
        options.onGroups?.(job, groups);
      },
    });
  }

  /** Makes `yaml` the discovery of one job. */
  apply(yaml: string): void {
    this.manager.applyConfig([{ name: 'job', discovery: discoveryConfigs(yaml) }]);
  }

  /** Moves time until something is so. Fails after some real seconds. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const start = Date.now();
    let moved = 0;
    while (!holds()) {
      const passed = Date.now() - start;
      if (passed > PATIENCE) throw new Error(`still not so: ${what}; ${JSON.stringify(this.summary())}`);
      const step = Math.max(1, passed * SPEED - moved);
      moved += step;
      await this.clock.advance(step);
    }
  }

  /** Waits until exactly these groups are there. */
  async untilGroups(...sources: readonly string[]): Promise<void> {
    await this.until(`groups ${sources.join(' ')}`, () => this.sources().join(' ') === sources.join(' '));
  }

  /** The sources of all groups, sorted. */
  sources(): string[] {
    return [...this.groups.keys()].sort();
  }

  /** The addresses of all targets, sorted. */
  addresses(): string[] {
    return [...this.groups.values()].flatMap(({ targets }) => targets.map((each) => each.get('__address__'))).sort();
  }

  /** Group and target labels together, of each target of a group. */
  labels(source: string): Record<string, string>[] {
    const group = this.groups.get(source);
    return (group?.targets ?? []).map((target) => ({ ...group?.labels.toRecord(), ...target.toRecord() }));
  }

  /** What the first discovery says is wrong. */
  get error(): string | null {
    return this.manager.status()[0]?.error ?? null;
  }

  /** One of the program's metrics. */
  metric(name: string, ...labels: readonly string[]): number | undefined {
    const family = this.registry.collect().find((each) => each.name === name);
    return family?.samples.find((sample) => labels.every((label) => sample.labels.includes(label)))?.value;
  }

  /** Something changed in a directory that is watched. */
  change(): void {
    for (const onChange of this.watchers) onChange();
  }

  stop(): void {
    this.manager.stop();
  }

  private take(groups: readonly TargetGroup[]): void {
    const sources = groups.map((group) => ({ ...group, source: group.source.replace(/^[a-z0-9]+\/\d+:/, '') }));
    for (const group of sources) {
      if (group.targets.length === 0) this.groups.delete(group.source);
      else this.groups.set(group.source, group);
    }
    if (sources.length > 0) this.updates.push(sources.map(({ source }) => source).sort());
  }

  private read(path: string): string {
    const text = this.files.get(path);
    if (text === undefined) throw new Error(`no such file: ${path}`);
    return text;
  }

  private list(directory: string): string[] {
    const names = [...this.files.keys()].filter((path) => path.startsWith(`${directory}/`));
    return names.map((path) => path.slice(directory.length + 1));
  }

  private summary() {
    return { groups: this.sources(), error: this.error };
  }
}

/** The discovery blocks of a job, which must be valid. */
export function discoveryConfigs(yaml: string): DiscoveryConfigs {
  const { value, problems } = decodeText(yaml, { file: '/etc/p.yml' }, (document, decoding) =>
    discoveryConfigsSchema.decode(document!, decoding),
  );
  expect(problems).toEqual([]);
  return value!;
}
