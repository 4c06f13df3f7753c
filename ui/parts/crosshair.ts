import type { Millis } from '#model/time';

/** Where the pointer is on one of the charts of a group; null when it left. */
export type CrosshairListener = (time: Millis | null, source: object) => void;

interface Group {
  readonly listeners: Set<CrosshairListener>;
  time: Millis | null;
  source: object;
  /** How many are still to be told, and who is the next. */
  left: number;
  next: number;
}

/**
 * So many are told within a frame. They are neighbours on the page: a browser without a graphics card draws anew all that
 * lies between what changed, which would be the whole page.
 */
const AT_ONCE = 8;

const groups = new Map<string, Group>();
let scheduled = false;

/**
 * Tells the charts of a group, within the next frames; where the pointer has moved on by then, they are told that. `source`
 * lets the sender skip its own call.
 */
export function moveCrosshair(name: string, time: Millis | null, source: object): void {
  const group = groups.get(name);
  if (group === undefined) return;
  Object.assign(group, { time, source, left: group.listeners.size });
  schedule();
}

/** Calls back on every move in the group until the returned function is called. */
export function onCrosshair(name: string, listener: CrosshairListener): () => void {
  const group = groups.get(name) ?? { listeners: new Set(), time: null, source: groups, left: 0, next: 0 };
  groups.set(name, group);
  group.listeners.add(listener);
  return () => {
    group.listeners.delete(listener);
    // Those behind it have moved up.
    if (group.left > 0) group.left = group.listeners.size;
    if (group.listeners.size === 0) groups.delete(name);
  };
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(tellNext);
}

function tellNext(): void {
  scheduled = false;
  for (const group of groups.values()) if (group.left > 0) tellSome(group);
  if ([...groups.values()].some(({ left }) => left > 0)) schedule();
}

function tellSome(group: Group): void {
  const all = [...group.listeners];
  if (group.next >= all.length) group.next = 0;
  const told = all.slice(group.next, group.next + AT_ONCE).slice(0, group.left);
  group.left -= told.length;
  group.next += told.length;
  for (const listener of told) listener(group.time, group.source);
}
