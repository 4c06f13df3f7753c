import type { Clock } from '#lib/clock';
import type { AlertEvent, AlertEventKind, AlertHistoryQuery, LabelledAlertEvent } from '#meta/alert-history';
import type { MetaDatabase } from '#meta/meta-database';
import type { PendingChange } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';

export interface HistoryOptions {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
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

/** What is true of a place, since when, and how often that was found. */
interface Standing {
  readonly detail: string;
  readonly at: Millis;
  readonly times: number;
}

/** A place of which something can stay true for a while. */
export interface StandingPlace extends EventPlace {
  readonly groupKey: string;
  readonly detail: string;
}

/** What stays true for longer is written again, so that whoever looks at a day sees it. */
const WRITTEN_AGAIN: Millis = 6 * 3_600_000;

/** Writes down what happens to alerts: the answer to "why was I (not) told". Never delays or fails what it records. */
export class History {
  private readonly options: HistoryOptions;
  /** What was last said of an alert, by place: while it stays the same it is not said again, but counted. */
  private readonly standing = new Map<string, Map<string, Standing>>();
  /** Alerts whose end is already written down. */
  private readonly ended = new Set<string>();
  /** Alerts that were seen to fire and have not yet left all their groups. */
  private readonly begun = new Set<string>();

  constructor(options: HistoryOptions) {
    this.options = options;
  }

  /** An alert that was not known before and fires: also keeps its labels. */
  created(fingerprint: string, labels: Labels): void {
    this.goesOn(fingerprint);
    this.options.meta.alertLog.noteLabels(fingerprint, labels, this.options.clock.now());
    this.add('created', fingerprint);
  }

  /** Its rule began to wait for its `for`, or stopped waiting: nobody is told, but whoever asks later can see it. */
  pending(fingerprint: string, { labels, kind, detail }: PendingChange): void {
    this.options.meta.alertLog.noteLabels(fingerprint, labels, this.options.clock.now());
    this.add(kind, fingerprint, { detail });
  }

  /** An alert fires of which that is written already: the last process has seen it begin. */
  goesOn(fingerprint: string): void {
    this.ended.delete(fingerprint);
    this.begun.add(fingerprint);
  }

  /** A known alert fires again. */
  firing(fingerprint: string): void {
    this.goesOn(fingerprint);
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

  /** The alert is over for all its groups. When its sender tells of its end again, nothing new has happened. */
  settled(fingerprint: string): void {
    this.begun.delete(fingerprint);
  }

  /** Forgets what is known of an alert that has left the store; what is written stays. */
  forget(fingerprint: string): void {
    this.ended.delete(fingerprint);
    this.begun.delete(fingerprint);
    this.standing.delete(fingerprint);
  }

  add(kind: AlertEventKind, fingerprint: string, place: EventPlace = {}): void {
    this.options.meta.alertLog.noteEvent(this.event(kind, fingerprint, place));
  }

  /** A stage kept the alert back; written once every few hours while the reason stays the same. */
  suppressed(fingerprint: string, place: StandingPlace): void {
    this.standingOf('suppressed', fingerprint, place);
  }

  /** Nobody was told of the alert, for it was over by then. */
  cameAndWent(fingerprint: string, place: Omit<StandingPlace, 'detail'>): void {
    if (!this.begun.has(fingerprint)) return;
    this.suppressed(fingerprint, { ...place, detail: 'it had ended before the flush that would have told of it' });
  }

  /** Nothing keeps the alert back any more. */
  passed(fingerprint: string, groupKey: string): void {
    this.standing.get(fingerprint)?.delete(standingKey('suppressed', { groupKey }));
  }

  /** An integration accepted the alert. */
  sent(fingerprint: string, place: StandingPlace): void {
    this.sentElsewhere(fingerprint, place, this.options.clock.now());
  }

  /** An integration accepted the alert, at `at` by the clock of another instance: that may have been a while ago. */
  sentElsewhere(fingerprint: string, place: StandingPlace, at: Millis): void {
    this.standing.get(fingerprint)?.delete(standingKey('failed', place));
    const event = this.event('sent', fingerprint, place);
    this.options.meta.alertLog.noteEvent({ ...event, at: Math.min(event.at, at) });
  }

  /**
   * An attempt failed. One event tells of all of some hours that fail in the same way: how many there were, and when the
   * last one was.
   */
  failed(fingerprint: string, place: StandingPlace): void {
    const { times, at } = this.standingOf('failed', fingerprint, place);
    if (times === 1) return;
    const last = new Date(this.options.clock.now()).toISOString();
    const detail = `${place.detail}; ${times} attempts, the last at ${last}`;
    this.options.meta.alertLog.amendEvent({ ...this.event('failed', fingerprint, { ...place, detail }), at });
  }

  query(query: AlertHistoryQuery): LabelledAlertEvent[] {
    return this.options.meta.alertLog.history(query);
  }

  /** Deletes what is older than the retention. */
  async collectGarbage(): Promise<void> {
    await this.options.meta.alertLog.deleteEventsBefore(this.options.clock.now() - this.options.retention);
  }

  /** Writes an event when it is something new; gives since when and how often the same has happened by now. */
  private standingOf(kind: 'suppressed' | 'failed', fingerprint: string, place: StandingPlace): Standing {
    const key = standingKey(kind, place);
    const known = this.standing.get(fingerprint) ?? new Map<string, Standing>();
    const before = known.get(key);
    const at = this.options.clock.now();
    const isSame = before?.detail === place.detail && at - before.at < WRITTEN_AGAIN;
    const now = isSame ? { ...before, times: before.times + 1 } : { detail: place.detail, at, times: 1 };
    this.standing.set(fingerprint, known.set(key, now));
    if (!isSame) this.add(kind, fingerprint, place);
    return now;
  }

  private event(kind: AlertEventKind, fingerprint: string, place: EventPlace): AlertEvent {
    const { groupKey = '', receiver = '', integration = '', detail = '' } = place;
    return { at: this.options.clock.now(), kind, fingerprint, groupKey, receiver, integration, detail };
  }
}

function standingKey(kind: string, { groupKey, integration = '' }: EventPlace): string {
  return JSON.stringify([kind, groupKey, integration]);
}
