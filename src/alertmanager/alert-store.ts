import type { Clock } from '#lib/clock';
import type { MetaDatabase } from '#meta/meta-database';
import { type Alert, fingerprint } from '#model/alert';
import type { Millis } from '#model/time';
import { isResolved, mergeAlert } from './merge.ts';
import { SentLabels } from './sent-labels.ts';
import type { LabelRecord } from './view.ts';

/** An alert with its fingerprint, computed once. */
export interface HeldAlert {
  readonly fingerprint: string;
  readonly alert: Alert;
}

/** What `put` did with one alert. */
export interface StoredAlert extends HeldAlert {
  /** What was held before, if anything. */
  readonly previous: Alert | undefined;
}

/** The times that the disk knows of an alert. */
interface WrittenTimes {
  readonly endsAt: Millis;
  /** How long its sender promised it to live when it was last heard of. */
  readonly promise: Millis;
}

/** Promises that differ by less are the same: a request does not always take the same time. */
const PROMISE_TOLERANCE: Millis = 1_000;
/** How long a longer life of a known firing alert may wait before it is written: many of them then go in one write. */
const REFRESH_DELAY: Millis = 5_000;
/** Alerts of one write when many are refreshed. */
const REFRESH_BATCH = 500;

/**
 * All alerts, by labels, written through to the alert log: a new alert, a resolve or another text at once. A mere
 * extension of `endsAt` is written, within five seconds, when half of the life that the disk knows of is over or the
 * sender promises another one: senders say it again four times in that life, and a restart counts it anew.
 */
export class AlertStore {
  private readonly meta: MetaDatabase;
  private readonly clock: Clock;
  private readonly held = new Map<string, Alert>();
  private readonly written = new Map<string, WrittenTimes>();
  private readonly stale = new Set<string>();
  private readonly settled = new Set<string>();
  private readonly sent = new SentLabels();
  private cancelRefresh: (() => void) | null = null;

  constructor({ meta, clock }: { readonly meta: MetaDatabase; readonly clock: Clock }) {
    this.meta = meta;
    this.clock = clock;
  }

  /**
   * Takes back what was held when the program ended. An alert that was firing then gets at least the life it had been
   * promised, at most `grace`, counted from now: its sender could not extend it meanwhile, and silence is no resolve.
   */
  restore(grace: Millis): void {
    const now = this.clock.now();
    for (const alert of this.meta.alertLog.alerts()) {
      const promised = Math.min(promiseOf(alert), grace);
      const endsAt = promised > 0 ? Math.max(alert.endsAt, now + promised) : alert.endsAt;
      const key = fingerprint(alert.labels);
      this.held.set(key, { ...alert, endsAt });
      this.written.set(key, { endsAt: alert.endsAt, promise: promiseOf(alert) });
    }
  }

  /** Merges the alerts in. `durable` resolves when all that must survive is on the disk and rejects when it is not. */
  put(alerts: readonly HeldAlert[]): { readonly stored: readonly StoredAlert[]; readonly durable: Promise<void> } {
    const now = this.clock.now();
    const stored = alerts.map(({ fingerprint: key, alert: incoming }) => {
      const previous = this.held.get(key);
      const alert = previous ? withTextsOf(previous, mergeAlert(previous, incoming, now)) : incoming;
      this.held.set(key, alert);
      this.settled.delete(key);
      return { fingerprint: key, alert, previous };
    });
    const urgent = new Set<string>();
    for (const each of stored) {
      const previous = this.written.has(each.fingerprint) ? each.previous : undefined;
      if (!previous || !onlyExtended(previous, each.alert, now)) urgent.add(each.fingerprint);
      else if (!urgent.has(each.fingerprint)) this.extend(each);
    }
    return { stored, durable: this.write(urgent) };
  }

  /** The alert that is held with these labels, if they were remembered as they are written here. */
  recall(labels: LabelRecord): HeldAlert | undefined {
    const key = this.sent.find(labels);
    const alert = key === undefined ? undefined : this.held.get(key);
    return alert?.labels.equalsRecord(labels) ? { fingerprint: key!, alert } : undefined;
  }

  /** Labels with this fingerprint are written like this: `recall` will find them while an alert has them. */
  remember(labels: LabelRecord, key: string): void {
    this.sent.note(labels, key);
  }

  /** Everybody knows that this alert is resolved: a restart or reload need not bring it back. */
  settle(key: string): void {
    this.settled.add(key);
    this.stale.delete(key);
    this.meta.alertLog.settle(key);
  }

  /** What groups must know of: all but the settled. */
  unsettled(): HeldAlert[] {
    return [...this.all()].filter((each) => !this.settled.has(each.fingerprint));
  }

  /** The fingerprints of all alerts. */
  keys(): readonly string[] {
    return [...this.held.keys()];
  }

  get(key: string): Alert | undefined {
    return this.held.get(key);
  }

  has(key: string): boolean {
    return this.held.has(key);
  }

  *all(): Generator<HeldAlert> {
    for (const [key, alert] of this.held) yield { fingerprint: key, alert };
  }

  /** Drops resolved alerts that everybody knows of and gives what it dropped. They left the disk when they settled. */
  collectGarbage(): readonly HeldAlert[] {
    const now = this.clock.now();
    const dead = [...this.all()].filter(({ fingerprint: key, alert }) => {
      return this.settled.has(key) && isResolved(alert, now);
    });
    for (const each of dead) {
      this.held.delete(each.fingerprint);
      this.written.delete(each.fingerprint);
      this.stale.delete(each.fingerprint);
      this.settled.delete(each.fingerprint);
    }
    if (dead.length > 0) this.sent.keepOnly((key) => this.held.has(key));
    return dead;
  }

  /** Writes every extension that still waits. */
  async stop(): Promise<void> {
    this.cancelRefresh?.();
    this.cancelRefresh = null;
    await this.write(this.stale).catch(() => {});
  }

  private extend({ fingerprint: key, alert }: HeldAlert): void {
    const written = this.written.get(key);
    if (written && stillHolds(written, alert)) return;
    this.stale.add(key);
    this.cancelRefresh ??= this.clock.after(REFRESH_DELAY, () => {
      this.cancelRefresh = null;
      void this.refresh();
    });
  }

  // In small writes with turns of the event loop between them: ten thousand alerts must not stop the program.
  private async refresh(): Promise<void> {
    const keys = [...this.stale];
    for (let i = 0; i < keys.length; i += REFRESH_BATCH) {
      await this.write(keys.slice(i, i + REFRESH_BATCH)).catch(() => {});
    }
  }

  private async write(keys: Iterable<string>): Promise<void> {
    const alerts: HeldAlert[] = [];
    for (const key of keys) {
      const alert = this.held.get(key);
      this.stale.delete(key);
      if (alert) alerts.push({ fingerprint: key, alert });
    }
    if (alerts.length === 0) return;
    try {
      await this.meta.alertLog.putAlerts(alerts);
    } catch (error) {
      // It is written when the alert comes again, before that is acknowledged.
      for (const { fingerprint: key } of alerts) this.written.delete(key);
      throw error;
    }
    for (const { fingerprint: key, alert } of alerts) {
      this.written.set(key, { endsAt: alert.endsAt, promise: promiseOf(alert) });
    }
  }
}

function promiseOf({ endsAt, updatedAt }: Alert): Millis {
  return endsAt - updatedAt;
}

function stillHolds(written: WrittenTimes, alert: Alert): boolean {
  const promise = promiseOf(alert);
  const same = Math.abs(promise - written.promise) < PROMISE_TOLERANCE;
  return same && alert.endsAt - written.endsAt < promise / 2;
}

// Most alerts come again as they were: what is held for long is then not made anew each time.
function withTextsOf(previous: Alert, alert: Alert): Alert {
  const { labels } = previous;
  const annotations = previous.annotations.equals(alert.annotations) ? previous.annotations : alert.annotations;
  // Equal texts are two strings in memory, of which the older one may go on for long.
  const generatorURL = previous.generatorURL === alert.generatorURL ? previous.generatorURL : alert.generatorURL;
  return { ...alert, labels, annotations, generatorURL };
}

// The same alert, still firing, same text, only sent again.
function onlyExtended(previous: Alert, alert: Alert, now: Millis): boolean {
  return (
    !isResolved(previous, now) &&
    !isResolved(alert, now) &&
    alert.endsAt >= previous.endsAt &&
    alert.startsAt === previous.startsAt &&
    alert.generatorURL === previous.generatorURL &&
    alert.annotations.equals(previous.annotations)
  );
}
