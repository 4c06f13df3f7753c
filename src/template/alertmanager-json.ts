import { alertList, alertStruct, dataStruct, keyValues } from './alertmanager-data.ts';
import { GoTime, parseTime, ZERO_TIME } from './time.ts';
import type { GoStruct } from './value.ts';

const RFC3339 = '2006-01-02T15:04:05Z07:00';

/**
 * A notification's data from a JSON object like the one webhooks get, taken as it says: what is common to the alerts,
 * which of them are resolved and their fingerprints are not worked out. What is absent is empty. Throws when the text
 * is not JSON or a value is not of its type.
 */
export function notificationFromJson(text: string): GoStruct {
  const data = objectOf(JSON.parse(text), 'the data');
  const alerts = arrayOf(data['alerts'], 'alerts').map((alert, i) => alertOf(objectOf(alert, `alerts[${i}]`)));
  const fields = {
    Receiver: stringOf(data, 'receiver'),
    Status: stringOf(data, 'status'),
    Alerts: alertList(alerts),
    NotificationReason: stringOf(data, 'notification_reason'),
    GroupLabels: keyValues(labelsOf(data, 'groupLabels')),
    CommonLabels: keyValues(labelsOf(data, 'commonLabels')),
    CommonAnnotations: keyValues(labelsOf(data, 'commonAnnotations')),
    RouteLabels: keyValues(labelsOf(data, 'routeLabels')),
    ExternalURL: stringOf(data, 'externalURL'),
  };
  // Here it is the data itself, where notifications pass a pointer.
  return dataStruct(fields, 'template.Data');
}

function alertOf(alert: JsonObject): GoStruct {
  return alertStruct({
    Status: stringOf(alert, 'status'),
    Labels: keyValues(labelsOf(alert, 'labels')),
    Annotations: keyValues(labelsOf(alert, 'annotations')),
    StartsAt: timeOf(alert, 'startsAt'),
    EndsAt: timeOf(alert, 'endsAt'),
    GeneratorURL: stringOf(alert, 'generatorURL'),
    Fingerprint: stringOf(alert, 'fingerprint'),
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function objectOf(value: unknown, name: string): JsonObject {
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  throw new Error(`${name} must be an object`);
}

function arrayOf(value: unknown, name: string): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new Error(`${name} must be a list`);
}

function stringOf(object: JsonObject, name: string): string {
  const value = object[name] ?? '';
  if (typeof value === 'string') return value;
  throw new Error(`${name} must be a string`);
}

function labelsOf(object: JsonObject, name: string): ReadonlyMap<string, string> {
  const labels = objectOf(object[name], name);
  return new Map(Object.keys(labels).map((key) => [key, stringOf(labels, key)]));
}

function timeOf(object: JsonObject, name: string): GoTime {
  const text = stringOf(object, name);
  if (text === '') return GoTime.fromMillis(ZERO_TIME);
  const time = parseTime(RFC3339, text);
  if (time) return time;
  throw new Error(`${name} must be a time as in RFC 3339, not ${JSON.stringify(text)}`);
}
