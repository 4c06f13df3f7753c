import type { Clock } from '#lib/clock';
import { isoTime } from '#lib/iso-time';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { HeldAlert } from '../alert-store.ts';
import type { History } from '../history.ts';
import { isResolved } from '../merge.ts';
import type { StartGate } from '../start-gate.ts';
import { AggregationGroup, type GroupOptions, type RunPipeline } from './group.ts';
import { matchRoutes, type Place, placeOf, type RouteNode } from './route.ts';

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
  private readonly byPlace = new Map<string, AggregationGroup>();
  /** Where each alert belongs, by fingerprint. */
  private readonly placesOf = new Map<string, readonly Place[]>();
  private readonly leaveGate: () => void;

  constructor(options: DispatcherOptions) {
    this.options = options;
    this.leaveGate = options.gate.whenOpen(() => {
      for (const group of [...this.byPlace.values()]) group.release();
    });
  }

  /**
   * Puts alerts into every group they belong to, making groups as needed. What is due at once is flushed when all of them
   * are in their groups, before anything else happens.
   */
  dispatch(alerts: readonly HeldAlert[]): void {
    const now = this.options.clock.now();
    const due = new Set<AggregationGroup>();
    for (const held of alerts) {
      for (const place of this.places(held.fingerprint, held.alert.labels)) {
        const group = this.insert(place, held, now);
        if (group.nextFlushAt <= this.options.clock.now()) due.add(group);
      }
    }
    for (const group of due) group.flushDue();
  }

  /** Names of the receivers that alerts with these labels are routed to, sorted. */
  receivers(fingerprint: string, labels: Labels): readonly string[] {
    const names = this.places(fingerprint, labels).map(({ route }) => route.receiver);
    return names.length === 1 ? names : [...new Set(names)].sort();
  }

  groups(): IterableIterator<AggregationGroup> {
    return this.byPlace.values();
  }

  /** The groups that an alert belongs to. */
  groupsOf(fingerprint: string, labels: Labels): readonly AggregationGroup[] {
    return this.places(fingerprint, labels).flatMap(({ id }) => this.byPlace.get(id) ?? []);
  }

  get groupCount(): number {
    return this.byPlace.size;
  }

  /** Forgets what is known of an alert that has left the store. */
  forget(fingerprint: string): void {
    this.placesOf.delete(fingerprint);
  }

  /** Stops all timers and waits for requests under way, for a bounded time. */
  async stop(): Promise<void> {
    this.leaveGate();
    const groups = [...this.byPlace.values()];
    const cancel = this.options.clock.after(DRAIN, () => {
      for (const group of groups) group.abort();
    });
    await Promise.all(groups.map((group) => group.stop()));
    cancel();
  }

  private places(fingerprint: string, labels: Labels): readonly Place[] {
    let places = this.placesOf.get(fingerprint);
    if (!places) {
      places = matchRoutes(this.options.root, labels).map((route) => this.place(route, labels));
      this.placesOf.set(fingerprint, places);
    }
    return places;
  }

  // Alerts of one group have the same object for it.
  private place(route: RouteNode, labels: Labels): Place {
    const place = placeOf(route, labels);
    return this.byPlace.get(place.id)?.place ?? place;
  }

  private insert(place: Place, { fingerprint, alert }: HeldAlert, now: Millis): AggregationGroup {
    const { route } = place;
    const known = this.byPlace.get(place.id);
    const group = known ?? this.create(place);
    if (group.insert(fingerprint, alert) && !isResolved(alert, now)) {
      const detail = `waits for the flush at ${isoTime(group.nextFlushAt)}`;
      this.options.history.add('grouped', fingerprint, { groupKey: group.key, receiver: route.receiver, detail });
    }
    if (!known && alert.startsAt + route.groupWait < now) group.flushSoon();
    return group;
  }

  private create(place: Place): AggregationGroup {
    const group: AggregationGroup = new AggregationGroup({
      place,
      clock: this.options.clock,
      run: this.options.run,
      gate: this.options.gate,
      longestTurn: this.options.longestTurn,
      onEmpty: () => this.byPlace.delete(place.id),
      onResolved: (fingerprint, alert) => {
        this.options.history.resolved(fingerprint);
        this.options.history.passed(fingerprint, group.key);
        if (!this.groupsOf(fingerprint, alert.labels).some((other) => other.has(fingerprint))) {
          this.options.onSettled(fingerprint);
        }
      },
    });
    this.byPlace.set(place.id, group);
    return group;
  }
}
