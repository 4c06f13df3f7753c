import { useSyncExternalStore } from 'react';
import { type MinutesBehind, setLocalTime } from '#dashboards/local-time';
import type { TimeZone } from './time-range.ts';

const TIME_ZONE = 'barograph.time-zone';
const listeners = new Set<() => void>();

/** A zone that times are shown in. */
export interface ShownZone {
  /** `UTC` or an IANA name; '' for the browser's. */
  readonly name: string;
  /** Null for the browser's. */
  readonly zone: MinutesBehind | null;
}

export const UTC: ShownZone = { name: 'UTC', zone: () => 0 };
export const OF_BROWSER: ShownZone = { name: '', zone: null };

let ofPage: ShownZone | null = null;

/** Shows times in the zone of the page, or without one (null) in the one that is stored for this browser. */
export function showZone(zone: ShownZone | null): void {
  ofPage = zone;
  setLocalTime(shownZone().zone);
  for (const listener of listeners) listener();
}

function shownZone(): ShownZone {
  return ofPage ?? (readStored(TIME_ZONE) === 'utc' ? UTC : OF_BROWSER);
}

/** The zone that times are shown in: `UTC`, an IANA name, or '' for the browser's. */
export function timeZoneName(): string {
  return shownZone().name;
}

/** Whether times are shown in UTC, or else in local time, which is what the page's zone says or the browser's. */
export function currentTimeZone(): TimeZone {
  return timeZoneName() === 'UTC' ? 'utc' : 'local';
}

/** Stores the choice for this browser. It also holds on a page with a zone of its own. */
export function setTimeZone(timeZone: TimeZone): void {
  writeStored(TIME_ZONE, timeZone);
  showZone(null);
}

/** The time zone, as React state. */
export function useTimeZone(): TimeZone {
  return useSyncExternalStore(onTimeZoneChange, currentTimeZone);
}

/** The name of the zone, as React state. */
export function useTimeZoneName(): string {
  return useSyncExternalStore(onTimeZoneChange, timeZoneName);
}

/** Calls back after every change of zone until the returned function is called. */
export function onTimeZoneChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A text kept by this browser, or null. Storage that is off or full behaves as empty. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a text in this browser where it lets us. */
export function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse: the choice then lasts as long as the page asks for it again.
  }
}
