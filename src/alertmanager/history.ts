import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { AlertEvent, AlertEventKind, AlertHistoryQuery, LabelledAlertEvent } from '#meta/alert-history';
import type { MetaDatabase } from '#meta/meta-database';
import type { PendingChange } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';

export interface HistoryOptions {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** How long events are kept. */
  readonly retention: Millis;
}

/** Where an event happened; what plays no part is left out. */
export interface EventPlace {
  readonly groupKey?: string;
  readonly receiver?: string;
  readonly integration?: string;
  readonly detail?: string;
}

/** What is true of a place, and how often that was found. */
interface Standing {
  readonly detail: string;
  readonly times: number;
}

/** A place of which something can stay true for a while. */
export interface StandingPlace extends EventPlace {
  readonly groupKey: string;
  readonly detail: string;
}

/** How long an event may wait for others, so that one transaction takes them all. */
const WRITE_DELAY: Millis = 200;
/** Events that wait at most: more in one transaction would keep everything else waiting. */
const WRITE_BATCH = 1_000;

/**
 * Writes down what happens to alerts: the answer to "why was I (not) told". Never delays or fails what it records; a kill
 * may cost the events of the last moment.
 */
export class History {
  private readonly options: HistoryOptions;
  /** What was last said of an alert, by place: while it stays the same it is not said again, but counted. */
  private readonly standing = new Map<string, Map<string, Standing>>();
  /** Alerts whose end is already written down. */
  private readonly ended = new Set<string>();
  private waiting: (() => void)[] = [];
  private cancelWriting: () => void = () => {};

  constructor(options: HistoryOptions) {
    this.options = options;
  }

  /** An alert that was not known before and fires: also keeps its labels. */
  created(fingerprint: string, labels: Labels): void {
    this.ended.delete(fingerprint);
    const at = this.options.clock.now();
    this.write(() => this.options.meta.alertHistory.putLabels(fingerprint, labels, at));
    this.add('created', fingerprint);
  }

  /** Its rule began to wait for its `for`, or stopped waiting: nobody is told, but whoever asks later can see it. */
  pending(fingerprint: string, { labels, kind, detail }: PendingChange): void {
    const at = this.options.clock.now();
    this.write(() => this.options.meta.alertHistory.putLabels(fingerprint, labels, at));
    this.add(kind, fingerprint, { detail });
  }

  /** A known alert fires again. */
  firing(fingerprint: string): void {
    this.ended.delete(fingerprint);
    this.add('firing', fingerprint);
  }

  /** The alert has ended; written once until it fires again. */
  resolved(fingerprint: string): void {
    if (this.ended.has(fingerprint)) return;
    this.ended.add(fingerprint);
    this.add('resolved', fingerprint);
  }

  /** An alert came that had ended before it was ever seen: nothing to tell. */
  endedUnseen(fingerprint: string): void {
    this.ended.add(fingerprint);
  }

  /** Forgets what is known of an alert that has left the store; what is written stays. */
  forget(fingerprint: string): void {
    this.ended.delete(fingerprint);
    this.standing.delete(fingerprint);
  }

  add(kind: AlertEventKind, fingerprint: string, place: EventPlace = {}): void {
    const event = this.event(kind, fingerprint, place);
    this.write(() => this.options.meta.alertHistory.append(event));
  }

  /** A stage kept the alert back; written once for as long as the reason stays the same. */
  suppressed(fingerprint: string, place: StandingPlace): void {
    this.times('suppressed', fingerprint, place);
  }

  /** Nothing keeps the alert back any more. */
  passed(fingerprint: string, groupKey: string): void {
    this.standing.get(fingerprint)?.delete(standingKey('suppressed', { groupKey }));
  }

  /** An integration accepted the alert. */
  sent(fingerprint: string, place: StandingPlace): void {
    this.standing.get(fingerprint)?.delete(standingKey('failed', place));
    this.add('sent', fingerprint, place);
  }

  /** An attempt failed. One event tells of all that fail in the same way: how many there were, and when the last one was. */
  failed(fingerprint: string, place: StandingPlace): void {
    const times = this.times('failed', fingerprint, place);
    if (times === 1) return;
    const last = new Date(this.options.clock.now()).toISOString();
    const detail = `${place.detail}; ${times} attempts, the last at ${last}`;
    const event = this.event('failed', fingerprint, { ...place, detail });
    this.write(() => this.options.meta.alertHistory.amend(event));
  }

  /** Writes what waits, now. */
  flush(): void {
    this.writeWaiting();
    this.options.meta.flush();
  }

  query(query: AlertHistoryQuery): LabelledAlertEvent[] {
    this.flush();
    return this.options.meta.alertHistory.query(query);
  }

  /** Deletes what is older than the retention. */
  collectGarbage(): void {
    const before = this.options.clock.now() - this.options.retention;
    this.write(() => this.options.meta.alertHistory.deleteBefore(before));
  }

  /** Writes an event when it is something new; gives how often the same has happened by now. */
  private times(kind: 'suppressed' | 'failed', fingerprint: string, place: StandingPlace): number {
    const key = standingKey(kind, place);
    const known = this.standing.get(fingerprint) ?? new Map<string, Standing>();
    const before = known.get(key);
    const times = before?.detail === place.detail ? before.times + 1 : 1;
    this.standing.set(fingerprint, known.set(key, { detail: place.detail, times }));
    if (times === 1) this.add(kind, fingerprint, place);
    return times;
  }

  private event(kind: AlertEventKind, fingerprint: string, place: EventPlace): AlertEvent {
    const { groupKey = '', receiver = '', integration = '', detail = '' } = place;
    return { at: this.options.clock.now(), kind, fingerprint, groupKey, receiver, integration, detail };
  }

  private write(work: () => void): void {
    this.waiting.push(work);
    if (this.waiting.length === 1)
      this.cancelWriting = this.options.clock.after(WRITE_DELAY, () => this.writeWaiting());
    if (this.waiting.length === WRITE_BATCH) this.writeWaiting();
  }

  private writeWaiting(): void {
    this.cancelWriting();
    const works = this.waiting;
    if (works.length === 0) return;
    this.waiting = [];
    const written = this.options.meta.commit(() => {
      for (const work of works) work();
    });
    written.catch((error: unknown) => {
      this.options.log.warn('the history of alerts could not be written', { err: error });
    });
  }
}

function standingKey(kind: string, { groupKey, integration = '' }: EventPlace): string {
  return JSON.stringify([kind, groupKey, integration]);
}
