import { crc32c } from '#lib/crc32c';
import { BarographError } from '#lib/errors';
import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { AlertEvent, AlertEventKind } from './alert-history.ts';
import type { NotificationEntry } from './notification-log.ts';

/** One thing that the alert log remembers. The later one of the same key wins; events have no key but their id. */
export type LogRecord =
  | { readonly kind: 'alert'; readonly fingerprint: string; readonly alert: Alert }
  /** The alert is held no more. */
  | { readonly kind: 'settled'; readonly fingerprint: string }
  /** The labels behind a fingerprint, for its events. */
  | { readonly kind: 'labels'; readonly fingerprint: string; readonly labels: Labels; readonly at: Millis }
  | { readonly kind: 'event'; readonly id: number; readonly event: AlertEvent }
  /** The event of this time, alert, kind and place has another detail now. */
  | { readonly kind: 'amended'; readonly event: AlertEvent }
  | { readonly kind: 'notified'; readonly entry: NotificationEntry };

/** How records stand in a line: the first element tells them apart. */
type Written =
  | readonly ['alert', string, Pairs, Pairs, Millis, Millis, Millis, number, string]
  | readonly ['settled', string]
  | readonly ['labels', string, Pairs, Millis]
  | readonly ['event', number, ...EventFields]
  | readonly ['amended', ...EventFields]
  | readonly ['notified', NotificationEntry];

type Pairs = readonly string[];
type EventFields = readonly [Millis, AlertEventKind, string, string, string, string, string];

const CRC_LENGTH = 8;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The records as one line of the log, good as a whole or not at all:
 *
 *     ┌──────────────────────────┬───┬──────────────────────┬────┐
 *     │ CRC-32C, 8 hex digits    │ ␠ │ JSON, a list         │ \n │
 *     └──────────────────────────┴───┴──────────────────────┴────┘
 */
export function encodeLine(records: readonly LogRecord[]): Uint8Array {
  const json = encoder.encode(JSON.stringify(records.map(written)));
  const line = new Uint8Array(CRC_LENGTH + 1 + json.length + 1);
  encoder.encodeInto(checksum(json), line);
  line[CRC_LENGTH] = SPACE;
  line.set(json, CRC_LENGTH + 1);
  line[line.length - 1] = NEWLINE;
  return line;
}

/** Reads the bytes of a line, without its end. Throws `corrupt-data` for what no whole line is. */
export function decodeLine(line: Uint8Array): LogRecord[] {
  const json = line.subarray(CRC_LENGTH + 1);
  if (line.length <= CRC_LENGTH || decoder.decode(line.subarray(0, CRC_LENGTH)) !== checksum(json)) {
    throw corrupt('the checksum is wrong');
  }
  return (JSON.parse(decoder.decode(json)) as Written[]).map(read);
}

/** The lines of a file with their offsets. The last one may lack its end: then it is what a death cut off. */
export function* linesOf(bytes: Uint8Array): Generator<{ readonly at: number; readonly line: Uint8Array }> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, at);
    const to = end === -1 ? bytes.length : end;
    yield { at, line: bytes.subarray(at, to) };
    at = to + 1;
  }
}

function written(record: LogRecord): Written {
  switch (record.kind) {
    case 'alert': {
      const { labels, annotations, startsAt, endsAt, updatedAt, timeout, generatorURL } = record.alert;
      const texts = [labels.pairs, annotations.pairs] as const;
      return ['alert', record.fingerprint, ...texts, startsAt, endsAt, updatedAt, timeout ? 1 : 0, generatorURL];
    }
    case 'settled':
      return ['settled', record.fingerprint];
    case 'labels':
      return ['labels', record.fingerprint, record.labels.pairs, record.at];
    case 'event':
      return ['event', record.id, ...eventFields(record.event)];
    case 'amended':
      return ['amended', ...eventFields(record.event)];
    case 'notified':
      return ['notified', record.entry];
  }
}

function read(record: Written): LogRecord {
  switch (record[0]) {
    case 'alert': {
      const [kind, fingerprint, labels, annotations, startsAt, endsAt, updatedAt, timeout, generatorURL] = record;
      const texts = { labels: Labels.fromSorted(labels), annotations: Labels.fromSorted(annotations), generatorURL };
      return { kind, fingerprint, alert: { ...texts, startsAt, endsAt, updatedAt, timeout: timeout === 1 } };
    }
    case 'settled':
      return { kind: 'settled', fingerprint: record[1] };
    case 'labels':
      return { kind: 'labels', fingerprint: record[1], labels: Labels.fromSorted(record[2]), at: record[3] };
    case 'event': {
      const [kind, id, ...fields] = record;
      return { kind, id, event: eventOf(fields) };
    }
    case 'amended': {
      const [kind, ...fields] = record;
      return { kind, event: eventOf(fields) };
    }
    case 'notified':
      return { kind: 'notified', entry: record[1] };
    default:
      throw corrupt(`a record is of the unknown kind ${JSON.stringify(record[0])}`);
  }
}

function eventFields({ at, kind, fingerprint, groupKey, receiver, integration, detail }: AlertEvent): EventFields {
  return [at, kind, fingerprint, groupKey, receiver, integration, detail];
}

function eventOf([at, kind, fingerprint, groupKey, receiver, integration, detail]: EventFields): AlertEvent {
  return { at, kind, fingerprint, groupKey, receiver, integration, detail };
}

function checksum(bytes: Uint8Array): string {
  return crc32c(bytes).toString(16).padStart(CRC_LENGTH, '0');
}

function corrupt(reason: string): BarographError {
  return new BarographError(`a line of the alert log cannot be read: ${reason}`, {
    kind: 'corrupt-data',
    code: 'alert-log-line',
  });
}
