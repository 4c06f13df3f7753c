import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import { type MetricFamily, MetricRegistry } from '#lib/metrics';
import { compareUtf8 } from '#lib/utf8';
import type { AlertSink } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { BatchWriter } from '#storage/write-batch';
import { createRuleDurations } from './durations.ts';
import { type EarlyGroup, earlyGroups } from './early.ts';
import type { GroupQueries, GroupQuery } from './evaluate.ts';
import { type GroupEnvironment, GroupRunner } from './group.ts';
import { groupMetrics } from './metrics.ts';
import type { ForStateReader } from './restore.ts';
import { groupKey, type RuleGroup } from './rule.ts';
import { activeAlertStatus } from './rule-state.ts';
import type { AlertRelabeling } from './send.ts';
import type { ActiveAlertStatus, RuleGroupStatus } from './status.ts';
import { turns } from './turns.ts';

export interface RuleManagerOptions {
  readonly query: GroupQuery;
  /** For rules that do not depend on each other. Absent: they are asked one by one. */
  readonly together?: GroupQueries;
  readonly write: BatchWriter['write'];
  /** Where `for` is restored from; `forStatesFrom(queryable)` makes one. */
  readonly forStates: ForStateReader;
  readonly sink: AlertSink;
  readonly clock: Clock;
  readonly log: Log;
  /** Without a trailing slash, as in `--web.external-url`. */
  readonly externalURL: string;
  readonly externalLabels: Labels;
  /** Absent: alerts are told as they are. */
  readonly relabelAlert?: AlertRelabeling;
  /** Shortest time to firing after a restart for rules with a `for` at least this long. Default 10 minutes. */
  readonly forGracePeriod?: Millis;
  /** How old the last ALERTS_FOR_STATE sample may be to be restored. Default 1 hour. */
  readonly outageTolerance?: Millis;
  /** Shortest time between two sends of one alert. Default 1 minute. */
  readonly resendDelay?: Millis;
  /** Groups that evaluate at the same time. Default 4. */
  readonly maxConcurrentEvals?: number;
  /** Learns which scrapes to report with `fed`. Absent: groups are evaluated at their slots only. */
  readonly watchScrapes?: (groups: readonly EarlyGroup[]) => void;
}

/** What a new configuration changes beside the groups; what is absent stays. */
export interface RuleSettings {
  readonly externalLabels?: Labels;
  readonly relabelAlert?: AlertRelabeling;
}

/** Evaluates rule groups: writes their series, keeps their alerts, hands due alerts to the sink. */
export interface RuleManager {
  /**
   * Replaces all groups; resolves when the new ones run. An unchanged group goes on undisturbed; a changed one of the
   * same file and name keeps the state of its rules with the same name and labels; series of vanished rules and groups
   * become stale. Calls are carried out one after the other.
   */
  update(groups: readonly RuleGroup[], settings?: RuleSettings): Promise<void>;
  /** Samples of these groups' series were scraped and can be read: what may be evaluated before its slot, is. */
  fed(groupKeys: readonly string[]): void;
  /** Begins evaluating. Groups that are there by now restore the `for` state of their alerts. */
  start(): void;
  /** Ends evaluating for good; resolves when running evaluations have ended. Series are not made stale: a restart goes on with them. */
  stop(): Promise<void>;
  /** All groups ordered by file and name. */
  groups(): readonly RuleGroupStatus[];
  /** All pending and firing alerts, by group, rule and labels. */
  alerts(): readonly ActiveAlertStatus[];
  /** Self-metrics under Prometheus' names. */
  metrics(): MetricFamily[];
}

const MINUTE = 60_000;

/** A manager without groups, not started. */
export function createRuleManager(options: RuleManagerOptions): RuleManager {
  return new Manager(options);
}

/** Intervals after which a removed group's series end: a renamed rule has taken them over by then. */
const INTERVALS_BEFORE_STALE = 2;

class Manager implements RuleManager {
  private readonly environment: GroupEnvironment;
  private readonly registry = new MetricRegistry();
  private readonly watchScrapes: (groups: readonly EarlyGroup[]) => void;
  private readonly runners = new Map<string, GroupRunner>();
  private readonly pendingEnds = new Set<() => void>();
  private updating: Promise<void> = Promise.resolve();
  private state: 'new' | 'running' | 'stopped' = 'new';

  constructor(options: RuleManagerOptions) {
    const { query, write, forStates, sink, clock, log, externalURL, externalLabels } = options;
    this.watchScrapes = options.watchScrapes ?? (() => {});
    this.environment = {
      query,
      ...(options.together ? { together: options.together } : {}),
      write,
      forStates,
      sink,
      clock,
      log,
      externalURL,
      externalLabels,
      relabelAlert: options.relabelAlert ?? ((labels) => labels),
      forGracePeriod: options.forGracePeriod ?? 10 * MINUTE,
      outageTolerance: options.outageTolerance ?? 60 * MINUTE,
      resendDelay: options.resendDelay ?? MINUTE,
      durations: createRuleDurations(this.registry, clock),
      inTurn: turns(options.maxConcurrentEvals ?? 4),
    };
  }

  update(groups: readonly RuleGroup[], { externalLabels, relabelAlert }: RuleSettings = {}): Promise<void> {
    const done = this.updating.then(() => {
      if (externalLabels) this.environment.externalLabels = externalLabels;
      if (relabelAlert) this.environment.relabelAlert = relabelAlert;
      return this.replace(groups);
    });
    this.updating = done.catch(() => {});
    return done;
  }

  start(): void {
    if (this.state !== 'new') return;
    this.state = 'running';
    for (const runner of this.runners.values()) runner.start();
  }

  fed(groupKeys: readonly string[]): void {
    if (this.state !== 'running') return;
    for (const key of groupKeys) this.runners.get(key)?.fed();
  }

  async stop(): Promise<void> {
    this.state = 'stopped';
    await this.updating;
    for (const cancel of this.pendingEnds) cancel();
    await Promise.all([...this.runners.values()].map((runner) => runner.stop()));
  }

  groups(): readonly RuleGroupStatus[] {
    return this.ordered().map((runner) => runner.status());
  }

  alerts(): readonly ActiveAlertStatus[] {
    return this.ordered().flatMap(({ states }) => states.flatMap(activeAlertStatus));
  }

  metrics(): MetricFamily[] {
    return [...groupMetrics(this.ordered()), ...this.registry.collect()];
  }

  private ordered(): GroupRunner[] {
    return [...this.runners.values()].sort(
      (a, b) => compareUtf8(a.group.file, b.group.file) || compareUtf8(a.group.name, b.group.name),
    );
  }

  private async replace(groups: readonly RuleGroup[]): Promise<void> {
    const wanted = new Map(groups.map((group) => [groupKey(group), group]));
    const removed = [...this.runners].filter(([key]) => !wanted.has(key));
    await Promise.all([...wanted].map(([key, group]) => this.replaceOne(key, group)));
    await Promise.all(removed.map(([key, runner]) => this.remove(key, runner)));
    this.watchScrapes(earlyGroups(groups));
  }

  private async replaceOne(key: string, group: RuleGroup): Promise<void> {
    const old = this.runners.get(key);
    if (old && isSameGroup(old.group, group)) return;
    const next = new GroupRunner(group, this.environment, this.state === 'new');
    if (old) {
      await old.stop();
      next.adopt(old);
    }
    this.runners.set(key, next);
    if (this.state === 'running') next.start();
  }

  private async remove(key: string, runner: GroupRunner): Promise<void> {
    await runner.stop();
    this.runners.delete(key);
    const { clock } = this.environment;
    const series = runner.series();
    const at = clock.now();
    const cancel = clock.after(INTERVALS_BEFORE_STALE * runner.group.interval, () => {
      this.pendingEnds.delete(cancel);
      void runner.endSeries(series, at);
    });
    this.pendingEnds.add(cancel);
  }
}

/** Whether two definitions are equal in all that matters to evaluation and display. */
function isSameGroup(a: RuleGroup, b: RuleGroup): boolean {
  return definitionText(a) === definitionText(b);
}

function definitionText(group: RuleGroup): string {
  return JSON.stringify(group, (key, value) => (key === 'expr' ? undefined : value));
}
