import { useSyncExternalStore } from 'react';
import type { TimeZone } from './time-range.ts';

const TIME_ZONE = 'barograph.time-zone';
const listeners = new Set<() => void>();

/** Whether times are shown in the browser's zone (the default) or in UTC. */
export function currentTimeZone(): TimeZone {
  return readStored(TIME_ZONE) === 'utc' ? 'utc' : 'local';
}

/** Stores the choice for this browser. */
export function setTimeZone(timeZone: TimeZone): void {
  writeStored(TIME_ZONE, timeZone);
  for (const listener of listeners) listener();
}

/** The time zone, as React state. */
export function useTimeZone(): TimeZone {
  return useSyncExternalStore(onTimeZoneChange, currentTimeZone);
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
