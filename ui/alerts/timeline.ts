import type { Millis, TimeRange } from '#model/time';
import type { AlertEventJson, AlertEventKind } from '../api/alerting.ts';

/** Something that happened, at one point of a lane. */
interface TimelineMark {
  readonly at: Millis;
  readonly kind: AlertEventKind;
  readonly detail: string;
}

/** What happened at one place: the alert itself, a group, an integration. */
export interface TimelineLane {
  readonly name: string;
  /** When the alert fired; of the first lane only. */
  readonly spans: readonly TimeRange[];
  /** When its rule waited for its `for`; of the first lane only. */
  readonly waits: readonly TimeRange[];
  readonly marks: readonly TimelineMark[];
}

const HOUR: Millis = 3_600_000;

/** How far back one can look; the history is kept for the last of them. */
export const TIMELINE_RANGES: readonly (readonly [name: string, length: Millis])[] = [
  ['1h', HOUR],
  ['6h', 6 * HOUR],
  ['1d', 24 * HOUR],
  ['7d', 168 * HOUR],
  ['90d', 2160 * HOUR],
];

/** The shortest range that holds all events. */
export function fittingRange(events: readonly AlertEventJson[], now: Millis): string {
  const first = events[0] === undefined ? now : Date.parse(events[0].at);
  return TIMELINE_RANGES.find(([, length]) => now - length <= first)?.[0] ?? '90d';
}

/** Lanes of the events (oldest first) of one alert, cut to a range: the alert, then groups and integrations as they came. */
export function timelineLanes(events: readonly AlertEventJson[], range: TimeRange): readonly TimelineLane[] {
  const lanes = new Map<string, TimelineMark[]>();
  for (const { at, kind, detail, receiver, integration } of events) {
    const name = receiver === '' ? '' : `${receiver} ${integration === '' ? 'group' : integration}`;
    if (name === '') continue;
    const marks = lanes.get(name) ?? [];
    lanes.set(name, marks);
    const time = Date.parse(at);
    if (time >= range.start && time <= range.end) marks.push({ at: time, kind, detail });
  }
  const own = { name: 'Alert', spans: firingSpans(events, range), waits: pendingSpans(events, range), marks: [] };
  return [own, ...[...lanes].map(([name, marks]) => ({ name, spans: [], waits: [], marks }))];
}

/** When it fired. A history that begins in the middle of an alert begins with it firing. */
function firingSpans(events: readonly AlertEventJson[], range: TimeRange): TimeRange[] {
  const spans: TimeRange[] = [];
  let since: Millis | null = null;
  for (const { at, kind } of events.filter((each) => !isPending(each))) {
    const time = Date.parse(at);
    if (kind === 'resolved') {
      if (since !== null) spans.push({ start: since, end: time });
      since = null;
    } else since ??= kind === 'created' || kind === 'firing' || spans.length === 0 ? time : null;
  }
  if (since !== null) spans.push({ start: since, end: range.end });
  return within(spans, range);
}

/** When it was pending: until it fired, or was no longer pending. */
function pendingSpans(events: readonly AlertEventJson[], range: TimeRange): TimeRange[] {
  const spans: TimeRange[] = [];
  let since: Millis | null = null;
  for (const { at, kind } of events) {
    const time = Date.parse(at);
    if (kind === 'pending') since ??= time;
    else if (since !== null) {
      spans.push({ start: since, end: time });
      since = null;
    }
  }
  if (since !== null) spans.push({ start: since, end: range.end });
  return within(spans, range);
}

function isPending({ kind }: AlertEventJson): boolean {
  return kind === 'pending' || kind === 'inactive';
}

/** Spans cut to a range. */
function within(spans: readonly TimeRange[], range: TimeRange): TimeRange[] {
  return spans
    .filter(({ start, end }) => end >= range.start && start <= range.end)
    .map(({ start, end }) => ({ start: Math.max(start, range.start), end: Math.min(end, range.end) }));
}
