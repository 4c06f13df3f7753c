import { isoTime } from '#lib/iso-time';
import type { Millis } from '#model/time';
import { common } from '#template/alertmanager-data';
import type { FlushedAlert } from '../pipeline/flush.ts';
import type { LabelRecord } from '../view.ts';
import type { Notification } from './notifier.ts';

/** An alert in the webhook's JSON. */
export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: LabelRecord;
  readonly annotations: LabelRecord;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** Version 4 of the webhook's JSON, keys in the order in which Alertmanager writes them. */
export interface WebhookMessage {
  /** With regex metacharacters escaped, as upstream gives it. */
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly WebhookAlert[];
  readonly notification_reason: string;
  readonly groupLabels: LabelRecord;
  readonly commonLabels: LabelRecord;
  readonly commonAnnotations: LabelRecord;
  readonly routeLabels: LabelRecord;
  readonly externalURL: string;
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
}

/** The end of an alert that fires: Go's zero time. */
const ZERO_TIME = '0001-01-01T00:00:00Z';

/** The message about the notification's alerts. */
export function webhookMessage(
  notification: Notification,
  extra: Pick<WebhookMessage, 'externalURL' | 'truncatedAlerts'>,
): WebhookMessage {
  const { alerts, groupKey, groupLabels, routeLabels, reason, receiver } = notification;
  return {
    receiver: receiver.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
    status: alerts.some(({ resolved }) => !resolved) ? 'firing' : 'resolved',
    alerts: alerts.map(alertJson),
    notification_reason: reason,
    groupLabels: groupLabels.toRecord(),
    commonLabels: common(alerts.map(({ alert }) => alert.labels)).toRecord(),
    commonAnnotations: common(alerts.map(({ alert }) => alert.annotations)).toRecord(),
    routeLabels: routeLabels.toRecord(),
    externalURL: extra.externalURL,
    version: '4',
    groupKey,
    truncatedAlerts: extra.truncatedAlerts,
  };
}

function alertJson({ alert, fingerprint, resolved }: FlushedAlert): WebhookAlert {
  return {
    status: resolved ? 'resolved' : 'firing',
    labels: alert.labels.toRecord(),
    annotations: alert.annotations.toRecord(),
    startsAt: goTime(alert.startsAt),
    endsAt: resolved ? goTime(alert.endsAt) : ZERO_TIME,
    generatorURL: alert.generatorURL,
    fingerprint,
  };
}

/** RFC 3339 in UTC without trailing zeros in the fraction, as Go's JSON writes a time. */
export function goTime(time: Millis): string {
  return isoTime(time).replace(/\.?0+Z$/, 'Z');
}
