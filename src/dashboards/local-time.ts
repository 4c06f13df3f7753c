import type { Millis } from '#model/time';

/** Minutes that a zone is behind UTC at a time, as `getTimezoneOffset` counts. */
export type MinutesBehind = (time: Millis) => number;

const ofMachine: MinutesBehind = (time) => new Date(time).getTimezoneOffset();
let current = ofMachine;

/** Minutes that local time is behind UTC at a time. */
export function minutesBehind(time: Millis): number {
  return current(time);
}

/** What local time is from now on in this thread; null: the machine's. */
export function setLocalTime(zone: MinutesBehind | null): void {
  current = zone ?? ofMachine;
}
