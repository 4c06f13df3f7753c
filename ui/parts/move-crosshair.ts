import type { Millis } from '#model/time';
import { type CrosshairGroup, crosshairGroups } from './crosshair.ts';

/**
 * So many are told within a frame. They are neighbours on the page: a browser without a graphics card draws anew all that
 * lies between what changed, which would be the whole page.
 */
const AT_ONCE = 8;

let scheduled = false;

/**
 * Tells the charts of a group, within the next frames; where the pointer has moved on by then, they are told that. `source`
 * lets the sender skip its own call.
 */
export function moveCrosshair(name: string, time: Millis | null, source: object): void {
  const group = crosshairGroups.get(name);
  if (group === undefined) return;
  Object.assign(group, { time, source, left: group.listeners.size });
  schedule();
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(tellNext);
}

function tellNext(): void {
  scheduled = false;
  for (const group of crosshairGroups.values()) if (group.left > 0) tellSome(group);
  if ([...crosshairGroups.values()].some(({ left }) => left > 0)) schedule();
}

function tellSome(group: CrosshairGroup): void {
  const all = [...group.listeners];
  if (group.next >= all.length) group.next = 0;
  const told = all.slice(group.next, group.next + AT_ONCE).slice(0, group.left);
  group.left -= told.length;
  group.next += told.length;
  for (const listener of told) listener(group.time, group.source);
}
