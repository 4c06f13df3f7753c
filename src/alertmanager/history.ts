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

/** A place of which something can stay true for a while. */
export interface StandingPlace extends EventPlace {
  readonly groupKey: string;
  readonly detail: string;
}

/** Writes down what happens to alerts: the answer to "why was I (not) told". Never delays or fails what it records. */
export class History {
  private readonly options: HistoryOptions;
  /** What was last said of an alert, by place: while it stays the same it is not said again. */
  private readonly standing = new Map<string, Map<string, string>>();
  /** Alerts whose end is already written down. */
  private readonly ended = new Set<string>();

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
    const { groupKey = '', receiver = '', integration = '', detail = '' } = place;
    const at = this.options.clock.now();
    const event: AlertEvent = { at, kind, fingerprint, groupKey, receiver, integration, detail };
    this.write(() => this.options.meta.alertHistory.append(event));
  }

  /** A stage kept the alert back; written once for as long as the reason stays the same. */
  suppressed(fingerprint: string, place: StandingPlace): void {
    this.addChange('suppressed', fingerprint, place);
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

  /** An integration did not accept the alert; written once for as long as it fails in the same way. */
  failed(fingerprint: string, place: StandingPlace): void {
    this.addChange('failed', fingerprint, place);
  }

  query(query: AlertHistoryQuery): LabelledAlertEvent[] {
    this.options.meta.flush();
    return this.options.meta.alertHistory.query(query);
  }

  /** Deletes what is older than the retention. */
  collectGarbage(): void {
    const before = this.options.clock.now() - this.options.retention;
    this.write(() => this.options.meta.alertHistory.deleteBefore(before));
  }

  private addChange(kind: 'suppressed' | 'failed', fingerprint: string, place: StandingPlace): void {
    const key = standingKey(kind, place);
    const known = this.standing.get(fingerprint) ?? new Map<string, string>();
    if (known.get(key) === place.detail) return;
    this.standing.set(fingerprint, known.set(key, place.detail));
    this.add(kind, fingerprint, place);
  }

  private write(work: () => void): void {
    this.options.meta.commit(work).catch((error: unknown) => {
      this.options.log.warn('the history of alerts could not be written', { err: error });
    });
  }
}

function standingKey(kind: string, { groupKey, integration = '' }: EventPlace): string {
  return JSON.stringify([kind, groupKey, integration]);
}
