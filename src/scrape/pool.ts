import { readUrl } from '#lib/read-url';
import { sameConfig } from '#lib/same-config';
import type { MetricMetadata } from '#model/metadata';
import type { TargetGroup } from '#model/target';
import {
  type BuiltGroup,
  type BuiltTargets,
  buildGroup,
  droppedLabels,
  joinGroups,
  twinTargets,
} from './build-targets.ts';
import type { ScrapeConfig } from './config.ts';
import type { TargetFetcher } from './fetch-target.ts';
import { JobGrowth } from './job-growth.ts';
import { type FailureLog, type LoopParts, type LoopSettings, ScrapeLoop } from './loop.ts';
import { metadataLength } from './metric-metadata.ts';
import type { PoolStats } from './metrics.ts';
import { changesSeries } from './sample-labels.ts';
import { shownDiscovered } from './shown-discovered.ts';
import type { DroppedTargetStatus, RejectedTargetStatus, TargetMetadata, TargetStatus } from './status.ts';
import { discoveredLabels, type ScrapeTarget } from './target.ts';

/** What a pool takes from its manager. */
export interface PoolParts extends Omit<LoopParts, 'onGrowingLabel'> {
  readonly createFetcher: (config: ScrapeConfig) => TargetFetcher;
  readonly openFailureLog: ((path: string) => FailureLog) | null;
  /** host:port of this server. */
  readonly ownAddress: string;
}

const NOTHING: BuiltTargets = { targets: new Map(), dropped: [], droppedCount: 0, rejected: [] };

/** The targets of one job and their loops. */
export class ScrapePool {
  readonly name: string;
  private readonly parts: PoolParts;
  private readonly loopParts: LoopParts;
  private settings: LoopSettings;
  private groups: readonly TargetGroup[] = [];
  private built: BuiltTargets = NOTHING;
  /** What the group of each source came to under the settings as they are. */
  private builtGroups: ReadonlyMap<string, BuiltGroup> = new Map();
  private readonly loops = new Map<string, ScrapeLoop>();
  /** Targets that are gone and whose series still wait for their markers. */
  private readonly retiring = new Map<string, ScrapeLoop>();
  /** Of the last sync: what comes back is told anew, and what is gone takes no memory. */
  private toldRejections: ReadonlySet<string> = new Set();
  private toldTwins = false;
  private growth: JobGrowth;

  constructor(config: ScrapeConfig, parts: PoolParts) {
    this.name = config.jobName;
    this.parts = parts;
    this.growth = new JobGrowth(config.jobName, parts.log);
    this.loopParts = {
      ...parts,
      onGrowingLabel: ({ url }, news, series) => this.growth.found(url, news, { series, t: parts.clock.now() }),
    };
    this.settings = this.settingsFor(config);
  }

  /** Takes over the complete groups of the job. Loops of targets that stay are not touched. */
  sync(groups: readonly TargetGroup[]): void {
    const { clock, metrics } = this.parts;
    const started = clock.monotonic();
    this.groups = groups;
    this.makeTargets(groups);
    metrics.synced(this.name, (clock.monotonic() - started) / 1000);
  }

  /** Takes over new settings. Does nothing when they say the same. */
  reload(config: ScrapeConfig): void {
    const before = this.settings;
    if (sameConfig(before.config, config)) {
      this.reopenFailureLog();
      return;
    }
    const { clock, metrics } = this.parts;
    const started = clock.monotonic();
    // The rule that helps may be among them.
    if (changesSeries(before.config, config)) this.growth = new JobGrowth(this.name, this.parts.log);
    this.settings = this.settingsFor(config);
    this.builtGroups = new Map();
    this.makeTargets(this.groups);
    metrics.reloaded(config.scrapeInterval, (clock.monotonic() - started) / 1000);
    before.failureLog?.close();
    // Scrapes under way end over their old connections.
    void before.fetcher.close();
  }

  /** Ends without markers. */
  async stop(): Promise<void> {
    const loops = [...this.loops.values(), ...this.retiring.values()];
    this.loops.clear();
    this.retiring.clear();
    await Promise.all(loops.map((loop) => loop.stop()));
    await this.close();
  }

  /** Ends because the job is gone: resolves when all series have their markers. */
  async retire(): Promise<void> {
    for (const [id, loop] of this.loops) this.retireLoop(id, loop);
    await new Promise<void>((resolve) => {
      this.onRetired = () => this.retiring.size === 0 && resolve();
      this.onRetired();
    });
    await this.close();
  }

  /** The targets, in the order of their labels. */
  active(): TargetStatus[] {
    const loops = [...this.loops.values()].sort((a, b) => a.target.labels.compare(b.target.labels));
    const now = this.parts.clock.now();
    return loops.map(({ target, state, cache }) => ({
      discoveredLabels: shownDiscovered(discoveredLabels(target)),
      labels: target.labels.toRecord(),
      scrapePool: this.name,
      scrapeUrl: target.url,
      globalUrl: globalUrl(target.url, this.parts.ownAddress),
      lastError: state.lastError,
      lastScrape: state.lastScrape,
      lastScrapeDuration: state.lastDuration,
      health: state.health,
      scrapeInterval: target.interval,
      scrapeTimeout: target.timeout,
      growingLabels: cache.growth.growing(now).map((growing) => this.growth.status(growing)),
    }));
  }

  /** What relabeling dropped and is kept to be shown. */
  dropped(): DroppedTargetStatus[] {
    const { config } = this.settings;
    return this.built.dropped.map((target) => ({
      discoveredLabels: shownDiscovered(droppedLabels(config, target)),
      scrapePool: this.name,
    }));
  }

  /** How many relabeling dropped. */
  get droppedCount(): number {
    return this.built.droppedCount;
  }

  rejected(): RejectedTargetStatus[] {
    return this.built.rejected.map(({ discovered, error }) => ({
      discoveredLabels: shownDiscovered(discovered),
      scrapePool: this.name,
      error,
    }));
  }

  /** What each target said in its last good scrape, by metric. */
  sayings(): ReadonlyMap<string, MetricMetadata>[] {
    return [...this.loops.values()].map(({ cache }) => cache.metadata);
  }

  metadata(): TargetMetadata[] {
    return [...this.loops.values()].flatMap(({ target, cache }) => {
      const labels = target.labels.toRecord();
      return [...cache.metadata].map(([metric, metadata]) => ({ metric, target: labels, ...metadata }));
    });
  }

  stats(): PoolStats {
    const sayings = this.sayings();
    const { targetLimit } = this.settings.config;
    return {
      ...{ job: this.name, targets: this.loops.size, targetLimit, growingLabels: this.growingLabels() },
      metadataEntries: sayings.reduce((sum, { size }) => sum + size, 0),
      metadataBytes: sayings.reduce((sum, said) => sum + metadataLength(said), 0),
    };
  }

  private onRetired: () => void = () => {};

  private makeTargets(groups: readonly TargetGroup[]): void {
    const { config } = this.settings;
    const built = groups.map((group) => this.builtGroup(config, group));
    this.builtGroups = new Map(built.map((each) => [each.group.source, each]));
    this.built = joinGroups(config, built);
    this.tellRejected();
    const { targets } = this.built;
    this.tellTwins(twinTargets(targets.values()));
    for (const [id, loop] of this.loops) if (!targets.has(id)) this.retireLoop(id, loop);
    for (const target of targets.values()) this.keepOrStart(target);
    this.applyTargetLimit();
  }

  private builtGroup(config: ScrapeConfig, group: TargetGroup): BuiltGroup {
    const before = this.builtGroups.get(group.source);
    // Groups do not change: another one takes their place.
    return before?.group === group ? before : buildGroup(config, group, before);
  }

  private keepOrStart(target: ScrapeTarget): void {
    const running = this.loops.get(target.id);
    const returned = this.retiring.get(target.id);
    if (running) running.update(target, this.settings);
    else if (returned) this.bringBack(target, returned);
    else {
      const loop = new ScrapeLoop(target, this.settings, this.loopParts);
      this.loops.set(target.id, loop);
      loop.start();
    }
  }

  /** It was only away for a moment: its cache is still good, and its markers are no longer due. */
  private bringBack(target: ScrapeTarget, loop: ScrapeLoop): void {
    this.retiring.delete(target.id);
    this.loops.set(target.id, loop);
    loop.update(target, this.settings);
    void loop.stop().then(() => {
      if (this.loops.get(target.id) === loop) loop.start();
    });
  }

  private retireLoop(id: string, loop: ScrapeLoop): void {
    this.loops.delete(id);
    this.retiring.set(id, loop);
    loop.retire(() => {
      if (this.retiring.get(id) === loop) this.retiring.delete(id);
      this.onRetired();
    });
  }

  private applyTargetLimit(): void {
    const { targetLimit } = this.settings.config;
    const exceeded = targetLimit > 0 && this.loops.size > targetLimit;
    if (exceeded) this.parts.metrics.targetLimit.inc();
    const text = `target_limit exceeded (number of targets: ${this.loops.size}, limit: ${targetLimit})`;
    for (const loop of this.loops.values()) loop.refusal = exceeded ? text : null;
  }

  /** Once, until there are none any more. */
  private tellTwins(twins: ReturnType<typeof twinTargets>): void {
    const [pair] = twins;
    if (pair !== undefined && !this.toldTwins) {
      const [first, second] = pair.map(({ url }) => url);
      this.parts.log.warn(
        'Targets have the same labels after relabeling: their samples go to the same series; keep a label that differs, such as instance',
        { scrape_pool: this.name, targets: twins.length + new Set(twins.map(([one]) => one)).size, first, second },
      );
    }
    this.toldTwins = pair !== undefined;
  }

  private tellRejected(): void {
    const { metrics, log } = this.parts;
    const told = this.toldRejections;
    this.toldRejections = new Set(this.built.rejected.map(({ error }) => error));
    metrics.syncFailed.labels(this.name).inc(this.built.rejected.length);
    for (const error of this.toldRejections) {
      if (!told.has(error)) log.error('Creating target failed', { scrape_pool: this.name, err: error });
    }
  }

  /** Those that something is to be done about. */
  private growingLabels(): number {
    const now = this.parts.clock.now();
    const toldOf = ({ cache }: ScrapeLoop) => cache.growth.growing(now).map((growing) => this.growth.status(growing));
    return [...this.loops.values()].flatMap(toldOf).filter(({ rule }) => rule !== null).length;
  }

  private settingsFor(config: ScrapeConfig): LoopSettings {
    const { labels: growth } = this.growth;
    return { config, fetcher: this.parts.createFetcher(config), failureLog: this.failureLog(config), growth };
  }

  private failureLog({ scrapeFailureLogFile: path, jobName }: ScrapeConfig): FailureLog | null {
    if (path === '') return null;
    if (this.parts.openFailureLog) return this.parts.openFailureLog(path);
    this.parts.log.warn('scrape_failure_log_file is not written here', { scrape_pool: jobName, file: path });
    return null;
  }

  /** Log rotation: a reload opens the file anew. */
  private reopenFailureLog(): void {
    const { config, failureLog } = this.settings;
    if (failureLog === null) return;
    this.settings = { ...this.settings, failureLog: this.failureLog(config) };
    for (const loop of this.loops.values()) loop.update(loop.target, this.settings);
    failureLog.close();
  }

  private async close(): Promise<void> {
    this.settings.failureLog?.close();
    await this.settings.fetcher.close();
  }
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The URL as another machine can use it. */
function globalUrl(text: string, ownAddress: string): string {
  const url = readUrl(text);
  if (url === null || !LOOPBACK.test(url.hostname)) return text;
  const own = readUrl(`http://${ownAddress}`);
  if (own === null) return text;
  return text.replace(url.host, url.port === '' ? own.hostname : `${own.hostname}:${url.port}`);
}
