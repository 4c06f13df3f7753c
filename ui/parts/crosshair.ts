import type { Millis } from '#model/time';

/** Where the pointer is on one of the charts of a group; null when it left. */
export type CrosshairListener = (time: Millis | null, source: object) => void;

const groups = new Map<string, Set<CrosshairListener>>();
const pending = new Map<string, { time: Millis | null; source: object }>();
let frame = 0;

/** Tells the charts of a group, once per frame however often it is called. `source` lets the sender skip its own call. */
export function moveCrosshair(group: string, time: Millis | null, source: object): void {
  pending.set(group, { time, source });
  if (frame !== 0) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    for (const [name, move] of pending) {
      for (const listener of groups.get(name) ?? []) listener(move.time, move.source);
    }
    pending.clear();
  });
}

/** Calls back on every move in the group until the returned function is called. */
export function onCrosshair(group: string, listener: CrosshairListener): () => void {
  const listeners = groups.get(group) ?? new Set();
  groups.set(group, listeners);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) groups.delete(group);
  };
}
