import type { Clock } from '#lib/clock';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { HeldAlert } from '../alert-store.ts';
import type { History } from '../history.ts';
import { isResolved } from '../merge.ts';
import type { StartGate } from '../start-gate.ts';
import { AggregationGroup, type GroupOptions, type RunPipeline } from './group.ts';
import { groupLabels, matchRoutes, type RouteNode } from './route.ts';

export interface DispatcherOptions {
  readonly root: RouteNode;
  readonly clock: Clock;
  readonly history: History;
  readonly run: RunPipeline;
  /** Nothing is flushed before it opens. */
  readonly gate: StartGate;
  readonly longestTurn: GroupOptions['longestTurn'];
  /** Told when a resolved alert has left all its groups: nobody needs to hear of it any more. */
  readonly onSettled: (fingerprint: string) => void;
}

/** How long a request under way may go on when the dispatcher stops. */
const DRAIN: Millis = 5_000;

/** Sends alerts down the routing tree into aggregation groups. Lives as long as one configuration. */
export class Dispatcher {
  private readonly options: DispatcherOptions;
  private readonly byKey = new Map<string, AggregationGroup>();
  private readonly routesOf = new Map<string, readonly RouteNode[]>();
  private readonly leaveGate: () => void;

  constructor(options: DispatcherOptions) {
    this.options = options;
    this.leaveGate = options.gate.whenOpen(() => {
      for (const group of [...this.byKey.values()]) group.release();
    });
  }

  /**
   * Puts alerts into every group they belong to, making groups as needed. What is due at once is flushed when all of them
   * are in their groups, before anything else happens.
   */
  dispatch(alerts: readonly HeldAlert[]): void {
    const due = new Set<AggregationGroup>();
    for (const held of alerts) {
      for (const route of this.routes(held.fingerprint, held.alert.labels)) {
        const group = this.insert(route, held);
        if (group.nextFlushAt <= this.options.clock.now()) due.add(group);
      }
    }
    for (const group of due) group.flushDue();
  }

  /** Names of the receivers that alerts with these labels are routed to, sorted. */
  receivers(fingerprint: string, labels: Labels): readonly string[] {
    const names = this.routes(fingerprint, labels).map((route) => route.receiver);
    return [...new Set(names)].sort();
  }

  groups(): IterableIterator<AggregationGroup> {
    return this.byKey.values();
  }

  /** The groups that an alert belongs to. */
  groupsOf(fingerprint: string, labels: Labels): readonly AggregationGroup[] {
    return this.routes(fingerprint, labels).flatMap((route) => {
      return this.byKey.get(identity(route, groupLabels(route, labels))) ?? [];
    });
  }

  get groupCount(): number {
    return this.byKey.size;
  }

  /** Forgets what is known of an alert that has left the store. */
  forget(fingerprint: string): void {
    this.routesOf.delete(fingerprint);
  }

  /** Stops all timers and waits for requests under way, for a bounded time. */
  async stop(): Promise<void> {
    this.leaveGate();
    const groups = [...this.byKey.values()];
    const cancel = this.options.clock.after(DRAIN, () => {
      for (const group of groups) group.abort();
    });
    await Promise.all(groups.map((group) => group.stop()));
    cancel();
  }

  private routes(fingerprint: string, labels: Labels): readonly RouteNode[] {
    let routes = this.routesOf.get(fingerprint);
    if (!routes) {
      routes = matchRoutes(this.options.root, labels);
      this.routesOf.set(fingerprint, routes);
    }
    return routes;
  }

  private insert(route: RouteNode, { fingerprint, alert }: HeldAlert): AggregationGroup {
    const labels = groupLabels(route, alert.labels);
    const id = identity(route, labels);
    const now = this.options.clock.now();
    const known = this.byKey.get(id);
    const group = known ?? this.create(id, route, labels);
    if (group.insert(fingerprint, alert) && !isResolved(alert, now)) {
      const detail = `waits for the flush at ${new Date(group.nextFlushAt).toISOString()}`;
      this.options.history.add('grouped', fingerprint, { groupKey: group.key, receiver: route.receiver, detail });
    }
    if (!known && alert.startsAt + route.groupWait < now) group.flushSoon();
    return group;
  }

  private create(id: string, route: RouteNode, labels: Labels): AggregationGroup {
    const group: AggregationGroup = new AggregationGroup({
      route,
      labels,
      clock: this.options.clock,
      run: this.options.run,
      gate: this.options.gate,
      longestTurn: this.options.longestTurn,
      onEmpty: () => this.byKey.delete(id),
      onResolved: (fingerprint, alert) => {
        this.options.history.resolved(fingerprint);
        this.options.history.passed(fingerprint, group.key);
        if (!this.groupsOf(fingerprint, alert.labels).some((other) => other.has(fingerprint))) {
          this.options.onSettled(fingerprint);
        }
      },
    });
    this.byKey.set(id, group);
    return group;
  }
}

// Two routes may have the same matchers and so the same group key: the position keeps their groups apart.
function identity(route: RouteNode, labels: Labels): string {
  return `${route.index} ${labels.key}`;
}
