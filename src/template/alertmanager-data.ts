import { compareUtf8 } from '#lib/utf8';
import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { GoTime, ZERO_TIME } from './time.ts';
import { type FunctionTable, GoList, GoMap, GoStruct, type Value } from './value.ts';

/** A notification as its templates see it. */
export interface NotificationData {
  readonly receiver: string;
  /** In the order in which they are shown. */
  readonly alerts: readonly Alert[];
  readonly groupLabels: Labels;
  readonly externalURL: string;
  /** Decides which alerts are resolved. */
  readonly now: Millis;
  readonly routeLabels?: Labels;
  /** Why it is sent; '' when nobody says. */
  readonly reason?: string;
}

/**
 * Alertmanager's template data (`.Receiver .Status .Alerts .GroupLabels .CommonLabels .CommonAnnotations .RouteLabels
 * .NotificationReason .ExternalURL`) with its methods. A firing alert shows the zero time as its end.
 */
export function notificationData(data: NotificationData): GoStruct {
  const { alerts, now } = data;
  const firing = alerts.some((alert) => !isResolved(alert, now));
  const fields = {
    Receiver: data.receiver.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
    Status: firing ? 'firing' : 'resolved',
    Alerts: alertList(alerts.map((alert) => alertValue(alert, now))),
    NotificationReason: data.reason ?? '',
    GroupLabels: keyValues(data.groupLabels),
    CommonLabels: keyValues(common(alerts.map(({ labels }) => labels))),
    CommonAnnotations: keyValues(common(alerts.map(({ annotations }) => annotations))),
    RouteLabels: keyValues(data.routeLabels ?? Labels.EMPTY),
    ExternalURL: data.externalURL,
  };
  return dataStruct(fields, '*template.Data');
}

/** The data of a notification from its fields, in their order. */
export function dataStruct(
  fields: Readonly<Record<string, Value>>,
  type: 'template.Data' | '*template.Data',
): GoStruct {
  return new GoStruct(type, fields, { json: DATA_JSON });
}

const DATA_JSON = {
  Receiver: 'receiver',
  Status: 'status',
  Alerts: 'alerts',
  NotificationReason: 'notification_reason',
  GroupLabels: 'groupLabels',
  CommonLabels: 'commonLabels',
  CommonAnnotations: 'commonAnnotations',
  RouteLabels: 'routeLabels',
  ExternalURL: 'externalURL',
};

const ALERT_JSON = {
  Status: 'status',
  Labels: 'labels',
  Annotations: 'annotations',
  StartsAt: 'startsAt',
  EndsAt: 'endsAt',
  GeneratorURL: 'generatorURL',
  Fingerprint: 'fingerprint',
};

/** The labels that all sets have with one value. */
export function common(sets: readonly Labels[]): Labels {
  const [first, ...rest] = sets;
  return first ? first.filter((name, value) => rest.every((other) => other.get(name) === value)) : Labels.EMPTY;
}

function isResolved({ endsAt }: Alert, now: Millis): boolean {
  return endsAt <= now;
}

function alertValue(alert: Alert, now: Millis): GoStruct {
  const resolved = isResolved(alert, now);
  const fields = {
    Status: resolved ? 'resolved' : 'firing',
    Labels: keyValues(alert.labels),
    Annotations: keyValues(alert.annotations),
    StartsAt: GoTime.fromMillis(alert.startsAt),
    EndsAt: GoTime.fromMillis(resolved ? alert.endsAt : ZERO_TIME),
    GeneratorURL: alert.generatorURL,
    Fingerprint: fingerprint(alert.labels),
  };
  return alertStruct(fields);
}

/** An alert of a notification from its fields, in their order. */
export function alertStruct(fields: Readonly<Record<string, Value>>): GoStruct {
  return new GoStruct('template.Alert', fields, { json: ALERT_JSON });
}

/** The alerts of a notification, with `Firing` and `Resolved`. */
export function alertList(alerts: readonly GoStruct[]): GoList {
  const withStatus = (status: string) => ({
    params: [],
    call: () =>
      new GoList(
        'template.Alert',
        alerts.filter((alert) => alert.fields.get('Status') === status),
      ),
  });
  const methods = { Firing: withStatus('firing'), Resolved: withStatus('resolved') };
  return new GoList('template.Alert', alerts, { type: 'template.Alerts', methods });
}

/** Alertmanager's KV: a `map[string]string` with methods, printed as `a=b, c=d` with alertname first. */
export function keyValues(labels: { entries(): Iterable<Pair> }): GoMap {
  const pairs = sortedPairs(labels.entries());
  const methods: FunctionTable = {
    SortedPairs: { params: [], call: () => pairList(pairs) },
    Names: { params: [], call: () => texts(pairs.map(([name]) => name)) },
    Values: { params: [], call: () => texts(pairs.map(([, value]) => value)) },
    Remove: { params: ['[]string'], call: ([names = null]) => keyValues(without(pairs, namesOf(names))) },
    String: { params: [], call: () => pairText(pairs) },
  };
  return new GoMap('string', labels.entries(), { type: 'template.KV', methods, text: () => pairText(pairs) });
}

type Pair = readonly [name: string, value: string];

function without(pairs: readonly Pair[], names: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map(pairs.filter(([name]) => !names.has(name)));
}

function sortedPairs(pairs: Iterable<Pair>): readonly Pair[] {
  return [...pairs].sort(([a], [b]) => Number(b === 'alertname') - Number(a === 'alertname') || compareUtf8(a, b));
}

function pairText(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join(', ');
}

function pairList(pairs: readonly Pair[]): GoList {
  const items = pairs.map(([name, value]) => new GoStruct('template.Pair', { Name: name, Value: value }));
  const methods: FunctionTable = {
    Names: { params: [], call: () => texts(pairs.map(([name]) => name)) },
    Values: { params: [], call: () => texts(pairs.map(([, value]) => value)) },
    String: { params: [], call: () => pairText(pairs) },
  };
  return new GoList('template.Pair', items, { type: 'template.Pairs', methods, text: () => pairText(pairs) });
}

function texts(items: readonly string[]): GoList {
  const methods: FunctionTable = {
    Join: { params: ['string'], call: ([separator]) => items.join(separator as string) },
  };
  return new GoList('string', items, { type: 'template.Strings', methods });
}

function namesOf(value: Value): ReadonlySet<string> {
  return new Set(value instanceof GoList ? (value.items as string[]) : []);
}
