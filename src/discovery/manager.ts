import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import type { DiscoveryConfigs } from './config.ts';
import type { DiscoveryStatus, FoundGroups } from './discoverer.ts';
import { KubernetesClusters } from './kubernetes/clusters.ts';
import type { MechanismMetrics } from './mechanism-metrics.ts';
import type { DiscoveryMetrics, ManagerMetrics } from './metrics.ts';
import { type ConfiguredDiscovery, configuredDiscoveries, isSupported } from './registry.ts';
import type { DiscoveryParts } from './registry-parts.ts';
import { sameConfig } from './same-config.ts';

/** Gets the groups of a job that changed, the first time all of them. A group without targets is gone. */
type GroupsListener = (job: string, groups: readonly TargetGroup[]) => void;

/** What discovery takes from the program around it. */
export interface DiscoveryManagerOptions extends DiscoveryParts {
  readonly log: Log;
  /** Shared with the other managers of the program. */
  readonly metrics: DiscoveryMetrics;
  readonly onGroups: GroupsListener;
  /** Whose discoveries these are, in the metrics: `scrape` unless said otherwise. */
  readonly name?: 'scrape' | 'notify';
  /** At least this long between two updates of a job; what comes in between is joined. 5 s unless said otherwise. */
  readonly updateInterval?: Millis;
}

/** What is to be discovered for one job. */
export interface DiscoveryJob {
  readonly name: string;
  readonly discovery: DiscoveryConfigs;
}

const UPDATE_INTERVAL: Millis = 5000;

/**
 * Runs the discoveries of all jobs and tells the listener what they find. The first update of a job comes as soon as all
 * its discoveries have answered. What was found stands until something else is found: an error takes nothing away, and a
 * job whose configuration changed keeps its groups until the new discoveries have answered.
 */
export class DiscoveryManager {
  private readonly options: JobOptions;
  private readonly jobs = new Map<string, JobDiscovery>();

  constructor(options: DiscoveryManagerOptions) {
    const { name = 'scrape' } = options;
    const metrics = options.metrics.mechanisms;
    this.options = {
      ...{ ...options, metrics, clusters: new KubernetesClusters({ ...options, metrics }) },
      counts: options.metrics.manager({ name, status: () => this.status(), isSupported }),
    };
  }

  /** Makes these the jobs. One that says the same goes on; one that is gone ends, and its groups are said to be gone. */
  applyConfig(jobs: readonly DiscoveryJob[]): void {
    const names = new Set(jobs.map(({ name }) => name));
    for (const [name, job] of this.jobs) {
      if (names.has(name)) continue;
      this.jobs.delete(name);
      job.stop();
      job.tellGone();
    }
    for (const { name, discovery } of jobs) {
      let job = this.jobs.get(name);
      if (job === undefined) {
        job = new JobDiscovery(name, this.options);
        this.jobs.set(name, job);
      }
      job.apply(discovery);
    }
  }

  /** How each discovery of each job fares. */
  status(): readonly DiscoveryStatus[] {
    return [...this.jobs.values()].flatMap((job) => job.status());
  }

  /** Ends all discoveries. The listener is not called any more. */
  stop(): void {
    for (const job of this.jobs.values()) job.stop();
    this.jobs.clear();
  }
}

/** What the discoveries of all jobs share. */
interface JobOptions extends Omit<DiscoveryManagerOptions, 'metrics'> {
  readonly metrics: MechanismMetrics;
  readonly counts: ManagerMetrics;
  readonly clusters: KubernetesClusters;
}

/** One running discovery and what it found. */
interface Running {
  readonly mechanism: string;
  readonly index: number;
  readonly groups: Map<string, TargetGroup>;
  /** Makes groups that were found but not made yet. */
  later: (() => readonly TargetGroup[]) | null;
  error: string | null;
  errorSince: Millis | null;
  lastUpdate: Millis | null;
}

class JobDiscovery {
  private readonly name: string;
  private readonly options: JobOptions;
  private config: DiscoveryConfigs | null = null;
  private running: Running[] = [];
  private ending = new AbortController();
  /** What the listener knows. */
  private told = new Map<string, TargetGroup>();
  private lastTold = Number.NEGATIVE_INFINITY;
  private cancelUpdate: (() => void) | null = null;

  constructor(name: string, options: JobOptions) {
    this.name = name;
    this.options = options;
  }

  apply(config: DiscoveryConfigs): void {
    if (this.config !== null && sameConfig(this.config, config)) return;
    this.stop();
    this.config = config;
    this.ending = new AbortController();
    const discoveries = configuredDiscoveries(config, { ...this.options, job: this.name });
    this.running = discoveries.map(({ mechanism }, index) => ({
      mechanism,
      index,
      groups: new Map(),
      later: null,
      error: null,
      errorSince: null,
      lastUpdate: null,
    }));
    discoveries.forEach((discovery, index) => void this.run(discovery, index, this.ending.signal));
    // Even an answer that does not come must not hold back the others for ever.
    this.schedule(discoveries.length === 0 ? 0 : this.interval);
  }

  stop(): void {
    this.ending.abort();
    this.cancelUpdate?.();
    this.cancelUpdate = null;
  }

  tellGone(): void {
    this.options.onGroups(this.name, [...this.told.keys()].map(goneGroup));
  }

  status(): DiscoveryStatus[] {
    return this.running.map(({ mechanism, groups, error, errorSince, lastUpdate }) => {
      const targets = [...groups.values()].reduce((sum, group) => sum + group.targets.length, 0);
      return { job: this.name, mechanism, error, errorSince, targets, lastUpdate };
    });
  }

  private get interval(): Millis {
    return this.options.updateInterval ?? UPDATE_INTERVAL;
  }

  private async run(discovery: ConfiguredDiscovery, index: number, signal: AbortSignal): Promise<void> {
    const state = this.running[index]!;
    const report = (error: string | null) => this.report(state, error);
    try {
      for await (const found of discovery.create(report).run(signal)) {
        if (signal.aborted) return;
        takeFound(state, found);
        this.options.counts.received.inc();
        state.lastUpdate = this.options.clock.now();
        this.changed();
      }
    } catch (error) {
      if (!signal.aborted) report(errorMessage(error));
    }
  }

  private report(state: Running, error: string | null): void {
    if (state.error === error) return;
    // Another wording of the same trouble is no new beginning.
    state.errorSince = error === null ? null : (state.errorSince ?? this.options.clock.now());
    state.error = error;
    const fields = { job: this.name, mechanism: state.mechanism };
    if (error === null) this.options.log.info('Discovery is well again', fields);
    else this.options.log.error('Discovery failed, the last good targets stand', { ...fields, err: error });
  }

  private changed(): void {
    const complete = this.running.every(({ lastUpdate, error }) => lastUpdate !== null || error !== null);
    if (!complete) return;
    const delay = Math.max(0, this.lastTold + this.interval - this.options.clock.now());
    if (delay > 0) this.options.counts.delayed.inc();
    this.schedule(delay);
  }

  /** An update that is due sooner wins. */
  private schedule(delay: Millis): void {
    if (delay > 0 && this.cancelUpdate !== null) return;
    this.cancelUpdate?.();
    this.cancelUpdate = null;
    const update = () => {
      this.cancelUpdate = null;
      this.tell();
    };
    if (delay === 0) update();
    else this.cancelUpdate = this.options.clock.after(delay, update);
  }

  private tell(): void {
    for (const state of this.running) {
      if (state.later !== null) takeFound(state, state.later());
    }
    const now = new Map(this.running.flatMap(({ groups }) => [...groups]));
    const changed = [...now.values()].filter((group) => this.told.get(group.source) !== group);
    const gone = [...this.told.keys()].filter((source) => !now.has(source)).map(goneGroup);
    const first = this.lastTold === Number.NEGATIVE_INFINITY;
    this.told = now;
    this.lastTold = this.options.clock.now();
    if (!first && changed.length === 0 && gone.length === 0) return;
    this.options.counts.updates.inc();
    this.options.onGroups(this.name, [...changed, ...gone]);
  }
}

function takeFound(state: Running, found: FoundGroups): void {
  state.later = typeof found === 'function' ? found : null;
  if (typeof found === 'function') return;
  for (const group of found) {
    // Two discoveries of a job may use the same source names.
    const source = `${state.mechanism}/${state.index}:${group.source}`;
    if (group.targets.length === 0) state.groups.delete(source);
    else state.groups.set(source, { ...group, source });
  }
}

function goneGroup(source: string): TargetGroup {
  return { source, targets: [], labels: Labels.EMPTY };
}
