import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import { Backoff } from '../backoff.ts';
import type { ConsulSdConfig } from '../configs/registries.ts';
import { listAt } from '../json.ts';
import type { MechanismMetrics } from '../mechanism-metrics.ts';
import { sameGroup } from '../same-group.ts';
import type { ConsulApi } from './api.ts';
import { instanceTarget, selectServices } from './instances.ts';

interface WatchesOptions {
  readonly config: ConsulSdConfig;
  readonly api: ConsulApi;
  readonly clock: Clock;
  readonly metrics: MechanismMetrics;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

const CATALOG = 'catalog';

/** Watches the catalog, and each service that it selects. Holds what changed until it is taken. */
export class ConsulWatches {
  private readonly options: WatchesOptions;
  private readonly services = new Map<string, AbortController>();
  private readonly known = new Map<string, TargetGroup>();
  private readonly changed = new Map<string, TargetGroup>();
  /** What has not answered yet. */
  private readonly waiting = new Set<string>([CATALOG]);
  private readonly errors = new Map<string, string>();

  constructor(options: WatchesOptions) {
    this.options = options;
  }

  /** Runs until the signal aborts. Never rejects. */
  async run(): Promise<void> {
    const { config, api, signal } = this.options;
    const { services, tags, filter = '' } = config;
    let datacenter = '';
    await this.repeat(CATALOG, signal, async () => {
      datacenter = await api.datacenter(signal);
      return null;
    });
    if (services.length > 0 && tags.length === 0 && filter === '') {
      this.select(services, datacenter);
      return;
    }
    await this.repeat(CATALOG, signal, async (index) => {
      const answer = await this.timed('services', () =>
        api.watch('/v1/catalog/services', [['filter', filter]], index, signal),
      );
      if (answer.index !== index || index === 0) this.select(selectServices(answer.json, config), datacenter);
      return answer.index;
    });
  }

  /** Whether everything has answered once, or said why not. */
  get complete(): boolean {
    return [...this.waiting].every((name) => this.errors.has(name));
  }

  get error(): string | null {
    return this.errors.size === 0 ? null : [...new Set(this.errors.values())].join('\n');
  }

  get pending(): boolean {
    return this.changed.size > 0;
  }

  /** The groups that changed since they were last taken. */
  take(): TargetGroup[] {
    const groups = [...this.changed.values()];
    this.changed.clear();
    return groups;
  }

  private select(names: readonly string[], datacenter: string): void {
    const wanted = new Set(names);
    for (const [name, ending] of this.services) {
      if (wanted.has(name)) continue;
      ending.abort();
      this.services.delete(name);
      this.settled(name);
      this.put({ source: name, targets: [], labels: Labels.EMPTY });
    }
    for (const name of names) if (!this.services.has(name)) this.startService(name, datacenter);
    this.settled(CATALOG);
  }

  private startService(name: string, datacenter: string): void {
    const { config, api, signal } = this.options;
    const ending = new AbortController();
    const both = AbortSignal.any([signal, ending.signal]);
    const labels = Labels.from({ __meta_consul_service: name, __meta_consul_dc: datacenter });
    const query = [...config.tags.map((tag) => ['tag', tag] as const), ['filter', config.healthFilter ?? ''] as const];
    this.services.set(name, ending);
    this.waiting.add(name);
    void this.repeat(name, both, async (index) => {
      const path = `/v1/health/service/${encodeURIComponent(name)}`;
      const answer = await this.timed('service', () => api.watch(path, query, index, both));
      if (both.aborted) return null;
      if (answer.index !== index || index === 0) {
        const targets = listAt(answer.json).map((entry) => instanceTarget(entry, config.tagSeparator));
        this.put({ source: name, targets, labels });
      }
      this.settled(name);
      return answer.index;
    });
  }

  /**
   * Asks at most once in a refresh interval, from the index of the last answer on; null: that was all. After a failure it
   * asks with back-off, without waiting for a change, so that it is known at once when all is well.
   */
  private async repeat(
    name: string,
    signal: AbortSignal,
    ask: (index: number) => Promise<number | null>,
  ): Promise<void> {
    const { config, clock } = this.options;
    const backoff = new Backoff();
    let index = 0;
    while (!signal.aborted) {
      const start = clock.monotonic();
      let wait: Millis;
      try {
        const next = await ask(index);
        if (next === null) return;
        index = nextIndex(index, next);
        this.setError(name, null);
        backoff.reset();
        wait = Math.max(0, start + config.refreshInterval - clock.monotonic());
      } catch (error) {
        if (signal.aborted) return;
        index = 0;
        this.options.metrics.consulFailures.inc();
        this.setError(name, errorMessage(error));
        wait = backoff.next();
      }
      await clock.sleep(wait, signal).catch(() => {});
    }
  }

  private async timed<T>(call: 'services' | 'service', ask: () => Promise<T>): Promise<T> {
    const { clock, metrics } = this.options;
    const started = clock.monotonic();
    try {
      return await ask();
    } finally {
      metrics.consulCalled(call, (clock.monotonic() - started) / 1000);
    }
  }

  private put(group: TargetGroup): void {
    const before = this.known.get(group.source);
    if (before !== undefined && sameGroup(before, group)) return;
    this.known.set(group.source, group);
    this.changed.set(group.source, group);
    this.options.onChange();
  }

  private settled(name: string): void {
    this.waiting.delete(name);
    this.setError(name, null);
    this.options.onChange();
  }

  private setError(name: string, error: string | null): void {
    if (error === null) this.errors.delete(name);
    else this.errors.set(name, error);
    this.options.onChange();
  }
}

/** An index that went back was reset: the next question must not wait for the old one. */
function nextIndex(before: number, now: number): number {
  return now < before ? 0 : now;
}
