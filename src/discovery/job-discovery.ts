import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import { sameConfig } from '#lib/same-config';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import type { DiscoveryConfigs } from './config.ts';
import type { DiscoveryStatus } from './discoverer.ts';
import type { ManagerMetrics } from './metrics.ts';
import { type ConfiguredDiscovery, configuredDiscoveries } from './registry.ts';
import type { MechanismParts } from './registry-parts.ts';
import { beginRunning, dropUnconfirmed, makeLater, planDiscoveries, type Running, takeFound } from './running.ts';

/** Gets the groups of a job that changed, the first time all of them. A group without targets is gone. */
export type GroupsListener = (job: string, groups: readonly TargetGroup[]) => void;

/** What the discoveries of all jobs share. */
export interface JobOptions extends Omit<MechanismParts, 'job'> {
  readonly log: Log;
  readonly counts: ManagerMetrics;
  readonly onGroups: GroupsListener;
  /** At least this long between two updates of a job. */
  readonly updateInterval: Millis;
}

/** The discoveries of one job. */
export class JobDiscovery {
  private readonly name: string;
  private readonly options: JobOptions;
  private config: DiscoveryConfigs | null = null;
  private running: readonly Running[] = [];
  /** What the listener knows. */
  private told = new Map<string, TargetGroup>();
  private lastTold = Number.NEGATIVE_INFINITY;
  private nextUpdate: { readonly due: Millis; readonly cancel: () => void } | null = null;

  constructor(name: string, options: JobOptions) {
    this.name = name;
    this.options = options;
  }

  /** Discoveries that say the same go on; the groups of one that changed stand until it has answered anew. */
  apply(config: DiscoveryConfigs): void {
    if (this.config !== null && sameConfig(this.config, config)) return;
    this.config = config;
    const before = this.running;
    const planned = planDiscoveries(before, configuredDiscoveries(config, { ...this.options, job: this.name }));
    this.running = planned.map((plan) => plan.kept ?? beginRunning(plan));
    planned.forEach(({ discovery, kept }, i) => {
      if (kept === undefined) void this.run(discovery, this.running[i]!);
    });
    // Those that take over may use what these have open.
    for (const running of before) if (!this.running.includes(running)) running.ending.abort();
    this.forgetMechanisms(before);
    // Even an answer that does not come must not hold back the others for ever.
    this.schedule(planned.length === 0 ? 0 : this.options.updateInterval);
  }

  /** The listener is not called any more. */
  stop(): void {
    const before = this.running;
    this.running = [];
    for (const { ending } of before) ending.abort();
    this.forgetMechanisms(before);
    this.nextUpdate?.cancel();
    this.nextUpdate = null;
  }

  /** Tells that all groups are gone. */
  tellGone(): void {
    this.options.onGroups(this.name, [...this.told.keys()].map(goneGroup));
  }

  status(): DiscoveryStatus[] {
    return this.running.map(({ mechanism, groups, error, errorSince, lastUpdate }) => {
      const targets = [...groups.values()].reduce((sum, group) => sum + group.targets.length, 0);
      return { job: this.name, mechanism, error, errorSince, targets, lastUpdate };
    });
  }

  private forgetMechanisms(before: readonly Running[]): void {
    const left = new Set(this.running.map(({ mechanism }) => mechanism));
    for (const { mechanism } of before) if (!left.has(mechanism)) this.options.metrics.removed(mechanism, this.name);
  }

  private async run(discovery: ConfiguredDiscovery, running: Running): Promise<void> {
    const { signal } = running.ending;
    const report = (error: string | null) => this.report(running, error);
    try {
      for await (const found of discovery.create(report).run(signal)) {
        if (signal.aborted) return;
        takeFound(running, found);
        this.options.counts.received.inc();
        running.lastUpdate = this.options.clock.now();
        this.changed();
      }
    } catch (error) {
      report(errorMessage(error));
    }
  }

  private report(running: Running, error: string | null): void {
    if (running.error === error || running.ending.signal.aborted) return;
    // Another wording of the same trouble is no new beginning.
    running.errorSince = error === null ? null : (running.errorSince ?? this.options.clock.now());
    running.error = error;
    const fields = { job: this.name, mechanism: running.mechanism };
    if (error !== null) {
      const left =
        running.groups.size === 0 && running.later === null
          ? 'it has found no targets yet'
          : 'the last good targets stand';
      this.options.log.error(`Discovery failed, ${left}`, { ...fields, err: error });
      return;
    }
    this.options.log.info('Discovery is well again', fields);
    // What it still does not speak of is gone; groups that come with the good news are to be told together with it.
    if (running.unconfirmed.size > 0) this.schedule(this.options.updateInterval);
  }

  private changed(): void {
    const complete = this.running.every(({ answered, error }) => answered || error !== null);
    if (!complete) return;
    const delay = Math.max(0, this.lastTold + this.options.updateInterval - this.options.clock.now());
    if (delay > 0) this.options.counts.delayed.inc();
    this.schedule(delay);
  }

  /** An update that is due sooner wins. */
  private schedule(delay: Millis): void {
    const { clock } = this.options;
    const due = clock.now() + delay;
    if (this.nextUpdate !== null && this.nextUpdate.due <= due && delay > 0) return;
    this.nextUpdate?.cancel();
    this.nextUpdate = null;
    if (delay === 0) this.tell();
    else this.nextUpdate = { due, cancel: clock.after(delay, () => this.update()) };
  }

  private update(): void {
    this.nextUpdate = null;
    this.tell();
  }

  private tell(): void {
    for (const running of this.running) {
      makeLater(running);
      dropUnconfirmed(running);
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

function goneGroup(source: string): TargetGroup {
  return { source, targets: [], labels: Labels.EMPTY };
}
