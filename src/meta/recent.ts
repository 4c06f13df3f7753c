import type { Alert } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { AlertEvent } from './alert-history.ts';
import type { LogRecord } from './log-record.ts';
import { type NotificationEntry, notificationKey } from './notification-log.ts';

/** The labels behind a fingerprint, and when they were last said. */
export interface SeenLabels {
  readonly labels: Labels;
  readonly at: Millis;
}

/** An event with its number: the later it was noted, the higher. */
export interface NumberedEvent {
  readonly id: number;
  readonly event: AlertEvent;
}

/** What a part of the alert log comes to: the last state of everything in it. It wins over what the tables say. */
export class Recent {
  /** By fingerprint; null: held no more. */
  readonly alerts = new Map<string, Alert | null>();
  readonly labels = new Map<string, SeenLabels>();
  /** In the order of their numbers. */
  readonly events: NumberedEvent[] = [];
  /** Events that have another detail now, by `eventKey`. */
  readonly amended = new Map<string, AlertEvent>();
  readonly notified = new Map<string, NotificationEntry>();

  get isEmpty(): boolean {
    const { alerts, labels, events, amended, notified } = this;
    return alerts.size + labels.size + events.length + amended.size + notified.size === 0;
  }

  /** Records are taken in the order in which they were written. */
  take(record: LogRecord): void {
    switch (record.kind) {
      case 'alert':
        this.alerts.set(record.fingerprint, record.alert);
        break;
      case 'settled':
        this.alerts.set(record.fingerprint, null);
        break;
      case 'labels':
        this.labels.set(record.fingerprint, record);
        break;
      case 'event':
        this.events.push(record);
        break;
      case 'amended':
        this.amended.set(eventKey(record.event), record.event);
        break;
      case 'notified':
        this.notified.set(notificationKey(record.entry), record.entry);
    }
  }

  /** Takes what was written later than all that is here. */
  absorb(later: Recent): void {
    for (const [key, alert] of later.alerts) this.alerts.set(key, alert);
    for (const [key, seen] of later.labels) this.labels.set(key, seen);
    for (const event of later.events) this.events.push(event);
    for (const [key, event] of later.amended) this.amended.set(key, event);
    for (const [key, entry] of later.notified) this.notified.set(key, entry);
  }
}

/** What an event is known by: two of one alert at the same moment and place are the same. */
export function eventKey({ at, kind, fingerprint, groupKey, receiver, integration }: AlertEvent): string {
  return JSON.stringify([at, kind, fingerprint, groupKey, receiver, integration]);
}
