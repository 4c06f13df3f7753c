import type { Clock } from '#lib/clock';
import type { Alert } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { isResolved } from '../merge.ts';
import { timeOver } from '../notify/notify-error.ts';
import type { Flush, FlushedAlert, FlushSignals } from '../pipeline/flush.ts';
import type { StartGate } from '../start-gate.ts';
import { compareForMessage } from './order.ts';
import { groupKey, type Place, type RouteNode } from './route.ts';

/** Runs the pipeline on one flush. True: everybody who must know knows. Never throws. */
export type RunPipeline = (flush: Flush, signals: FlushSignals) => Promise<boolean>;

export interface GroupOptions {
  readonly place: Place;
  readonly clock: Clock;
  readonly run: RunPipeline;
  /** While it is closed a group that is due waits for `release`. */
  readonly gate: Pick<StartGate, 'isOpen'>;
  /** What a flush that begins now may wait for other instances, on top of its deadline. */
  readonly longestTurn: () => Millis;
  /** Told when the last alert is gone: the group does nothing any more and must be dropped. */
  readonly onEmpty: () => void;
  /** Told of each resolved alert that has left the group. */
  readonly onResolved: (fingerprint: string, alert: Alert) => void;
}

/** A flush may take as long as the group's interval, but at least this long. */
const SHORTEST_DEADLINE: Millis = 10_000;

/**
 * The alerts of one route with equal group labels, and the timer that makes notifications of them: first after
 * group_wait, then every group_interval. The timer is armed again before a flush begins; one flush runs at a time.
 */
export class AggregationGroup {
  readonly key: string;
  readonly place: Place;
  readonly route: RouteNode;
  readonly labels: Labels;
  private readonly options: GroupOptions;
  private readonly alerts = new Map<string, Alert>();
  private readonly soft = new AbortController();
  private readonly hard = new AbortController();
  private cancelTimer: () => void = () => {};
  private dueAt: Millis = 0;
  private running: Promise<void> | null = null;
  private missedTick = false;
  private isHeld = false;
  private ended = false;

  constructor(options: GroupOptions) {
    this.options = options;
    this.place = options.place;
    this.route = options.place.route;
    this.labels = options.place.labels;
    this.key = groupKey(this.route, this.labels);
    this.arm(this.route.groupWait);
  }

  /** When the group is looked at next. */
  get nextFlushAt(): Millis {
    return this.dueAt;
  }

  /** Adds or replaces an alert. True when it is new to the group. */
  insert(fingerprint: string, alert: Alert): boolean {
    const isNew = !this.alerts.has(fingerprint);
    this.alerts.set(fingerprint, alert);
    return isNew;
  }

  /** Makes the first flush happen now: for an alert that has waited long enough before it came. */
  flushSoon(): void {
    this.arm(0);
  }

  /** Makes the flush that is due now happen now: the timer would let other work go first. */
  flushDue(): void {
    this.cancelTimer();
    this.tick();
  }

  /** The gate is open: a group that was due meanwhile is flushed now. */
  release(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.tick();
  }

  has(fingerprint: string): boolean {
    return this.alerts.has(fingerprint);
  }

  *entries(): Generator<[fingerprint: string, alert: Alert]> {
    yield* this.alerts;
  }

  /** Stops the timer and the waiting between attempts; a request under way ends by itself or with `abort`. */
  async stop(): Promise<void> {
    this.ended = true;
    this.cancelTimer();
    this.soft.abort();
    await this.running;
  }

  /** Breaks off a request under way. */
  abort(): void {
    this.hard.abort(new DOMException('broken off: the program stops or has another configuration', 'AbortError'));
  }

  private arm(wait: Millis): void {
    this.cancelTimer();
    this.dueAt = this.options.clock.now() + wait;
    this.cancelTimer = this.options.clock.after(wait, () => this.tick());
  }

  private tick(): void {
    if (this.ended) return;
    if (!this.options.gate.isOpen) {
      this.isHeld = true;
      return;
    }
    if (this.running) {
      this.missedTick = true;
      return;
    }
    this.arm(this.route.groupInterval);
    this.running = this.flush(this.options.clock.now()).finally(() => {
      this.running = null;
      if (!this.missedTick) return;
      this.missedTick = false;
      this.tick();
    });
  }

  private async flush(now: Millis): Promise<void> {
    const alerts = this.frozen(now);
    const { route, labels } = this;
    const success = await this.withDeadline((signals) =>
      this.options.run({ groupKey: this.key, groupLabels: labels, route, now, alerts }, signals),
    );
    if (success) this.dropResolved(alerts);
  }

  // Whether an alert is resolved is decided once for the flush: time goes on while receivers are slow.
  private frozen(now: Millis): FlushedAlert[] {
    const alerts = [...this.alerts].map(([fingerprint, alert]) => {
      return { fingerprint, alert, resolved: isResolved(alert, now) };
    });
    return alerts.sort((a, b) => compareForMessage(a.alert.labels, b.alert.labels));
  }

  private async withDeadline(run: (signals: FlushSignals) => Promise<boolean>): Promise<boolean> {
    const deadline = new AbortController();
    const limit = Math.max(this.route.groupInterval, SHORTEST_DEADLINE) + this.options.longestTurn();
    const cancel = this.options.clock.after(limit, () => deadline.abort(timeOver('flush', limit)));
    try {
      return await run({
        soft: AbortSignal.any([deadline.signal, this.soft.signal]),
        hard: AbortSignal.any([deadline.signal, this.hard.signal]),
      });
    } finally {
      cancel();
    }
  }

  // One that was sent again during the flush is another object and stays.
  private dropResolved(flushed: readonly FlushedAlert[]): void {
    for (const { fingerprint, alert, resolved } of flushed) {
      if (!resolved || this.alerts.get(fingerprint) !== alert) continue;
      this.alerts.delete(fingerprint);
      this.options.onResolved(fingerprint, alert);
    }
    if (this.alerts.size > 0 || this.ended) return;
    this.ended = true;
    this.cancelTimer();
    this.options.onEmpty();
  }
}
