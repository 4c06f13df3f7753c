import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import type { MetricMetadata } from '#model/metadata';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import type { Appendable } from '#storage/appender';
import type { ScrapeConfig } from './config.ts';
import { DueRuns } from './due-runs.ts';
import { ScrapeFeeds, type ScrapeWatcher } from './feeds.ts';
import type { LocalSource, TargetFetcher } from './fetch-target.ts';
import { createHttpFetcher } from './http-fetcher.ts';
import { createLocalFetcher } from './local-fetcher.ts';
import type { FailureLog } from './loop.ts';
import { createScrapeMetrics } from './metrics.ts';
import { type PoolParts, ScrapePool } from './pool.ts';
import { hashSeed, TIMESTAMP_TOLERANCE } from './schedule.ts';
import type { TargetMetadata, TargetsSnapshot } from './status.ts';

/** What scraping takes from the program around it. */
export interface ScrapeManagerOptions {
  readonly appendable: Appendable;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the metrics about scraping go. */
  readonly registry: MetricRegistry;
  /** Sent as User-Agent. */
  readonly userAgent: string;
  /** Different for each server: host name and external labels. Two servers then scrape a target at different moments. */
  readonly seed: string;
  /** host:port by which other machines reach this server; stands in `globalUrl` for loopback hosts. */
  readonly ownAddress: string;
  /** How close to its slot the timestamp of a scrape is put on it, but for 1 % of the interval; 2 ms unless said otherwise. */
  readonly timestampTolerance?: Millis;
  /** Targets that are this process: asked with the URL of each target, null for one on the network. */
  readonly localSource?: (url: string) => LocalSource | null;
  /** Instead of HTTP, for tests. */
  readonly createFetcher?: (config: ScrapeConfig) => TargetFetcher;
  /** Opens a `scrape_failure_log_file` for appending. Without it such files are not written, and the log says so. */
  readonly openFailureLog?: (path: string) => FailureLog;
  /** For `proxy_from_environment`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Hears the ids of the watchers that a scrape feeds, when its samples can be read. */
  readonly onFed?: (ids: readonly string[]) => void;
}

/**
 * Scrapes all jobs. Jobs are defined by `applyConfig`, their targets by `applyGroups`, in any order. Targets that stay the
 * same keep their place in time and their cache over both. One thread; everything it gives is plain data.
 */
export class ScrapeManager {
  private readonly pools = new Map<string, ScrapePool>();
  /** Jobs that are gone and whose series still wait for their markers. */
  private readonly retiring = new Set<ScrapePool>();
  /** Groups of jobs, also of those whose configuration has not come yet. */
  private readonly groups = new Map<string, ReadonlyMap<string, TargetGroup>>();
  private readonly parts: PoolParts;
  private readonly feeds: ScrapeFeeds;

  constructor(options: ScrapeManagerOptions) {
    const http = options.createFetcher ?? ((config) => createHttpFetcher(config, options));
    const { localSource } = options;
    const createFetcher = localSource ? (config: ScrapeConfig) => createLocalFetcher(localSource, http(config)) : http;
    this.feeds = new ScrapeFeeds(options.onFed ?? (() => {}));
    this.parts = {
      feeds: this.feeds,
      appendable: options.appendable,
      clock: options.clock,
      due: new DueRuns(options.clock),
      log: options.log,
      metrics: createScrapeMetrics(options.registry, options.clock, () => this.poolStats()),
      createFetcher,
      openFailureLog: options.openFailureLog ?? null,
      offsetSeed: hashSeed(options.seed),
      timestampTolerance: options.timestampTolerance ?? TIMESTAMP_TOLERANCE,
      ownAddress: options.ownAddress,
    };
  }

  /**
   * Makes these the jobs that run. A job that changed restarts with its new settings and keeps its caches and schedule; one
   * that is gone ends, and its series get staleness markers. Jobs are told apart by name; names are unique. A job that cannot
   * begin or change is logged, and the others do; the next call tries it again.
   */
  applyConfig(configs: readonly ScrapeConfig[]): void {
    const names = new Set(configs.map(({ jobName }) => jobName));
    for (const [name, pool] of this.pools) {
      if (names.has(name)) continue;
      this.pools.delete(name);
      this.groups.delete(name);
      this.parts.metrics.removed(name);
      this.retiring.add(pool);
      void pool.retire().then(() => this.retiring.delete(pool));
    }
    for (const config of configs) {
      const pool = this.pools.get(config.jobName);
      if (pool) this.reload(pool, config);
      else this.open(config);
    }
  }

  /**
   * Takes over groups of a job: each replaces the group of the same source, one without targets removes it. Kept for later
   * when the job is not configured yet.
   */
  applyGroups(job: string, groups: readonly TargetGroup[]): void {
    const known = new Map(this.groups.get(job));
    for (const group of groups) {
      if (group.targets.length === 0) known.delete(group.source);
      else known.set(group.source, group);
    }
    const pool = this.pools.get(job);
    if (pool || known.size > 0) this.groups.set(job, known);
    else this.groups.delete(job);
    pool?.sync([...known.values()]);
  }

  /** Makes these the ones that `onFed` hears of; before the first call there are none. */
  watch(watchers: readonly ScrapeWatcher[]): void {
    this.feeds.watch(watchers);
  }

  /** All targets of all jobs as they are now. */
  targets(): TargetsSnapshot {
    const pools = this.sorted();
    return {
      active: pools.flatMap((pool) => pool.active()),
      dropped: pools.flatMap((pool) => pool.dropped()),
      rejected: pools.flatMap((pool) => pool.rejected()),
      droppedCounts: Object.fromEntries(pools.map((pool) => [pool.name, pool.droppedCount])),
    };
  }

  /** What the targets said of their metrics in their last good scrapes, in no particular order. */
  metadata(): readonly TargetMetadata[] {
    return this.sorted().flatMap((pool) => pool.metadata());
  }

  /** The same without saying who said it: a map by metric for each target. Not copied: read it at once. */
  sayings(): readonly ReadonlyMap<string, MetricMetadata>[] {
    return this.sorted().flatMap((pool) => pool.sayings());
  }

  /** Ends all scrapes without staleness markers: a server that stops does not mean that its targets are gone. */
  async stop(): Promise<void> {
    const pools = [...this.pools.values(), ...this.retiring];
    this.pools.clear();
    this.retiring.clear();
    await Promise.all(pools.map((pool) => pool.stop()));
  }

  private reload(pool: ScrapePool, config: ScrapeConfig): void {
    try {
      pool.reload(config);
    } catch (error) {
      this.parts.metrics.reloadsFailed.inc();
      this.parts.log.error('Reloading a job failed', { scrape_pool: config.jobName, err: error });
    }
  }

  private open(config: ScrapeConfig): void {
    const { metrics, log } = this.parts;
    metrics.poolsOpened.inc();
    let pool: ScrapePool;
    try {
      pool = new ScrapePool(config, this.parts);
    } catch (error) {
      metrics.poolsFailed.inc();
      log.error('Scraping of a job cannot begin', { scrape_pool: config.jobName, err: error });
      return;
    }
    this.pools.set(config.jobName, pool);
    const groups = this.groups.get(config.jobName);
    if (groups) pool.sync([...groups.values()]);
  }

  private sorted(): ScrapePool[] {
    return [...this.pools.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private poolStats() {
    return this.sorted().map((pool) => pool.stats());
  }
}
