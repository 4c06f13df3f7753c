import type { Millis } from '#model/time';

/** Where the pointer is on one of the charts of a group; null when it left. */
export type CrosshairListener = (time: Millis | null, source: object) => void;

/** Charts that show the same instant, and what those that are still to be told are told. */
export interface CrosshairGroup {
  readonly listeners: Set<CrosshairListener>;
  time: Millis | null;
  source: object;
  /** How many are still to be told, and who is the next. */
  left: number;
  next: number;
}

/** By name. */
export const crosshairGroups = new Map<string, CrosshairGroup>();

/** Calls back on every move in the group until the returned function is called. */
export function onCrosshair(name: string, listener: CrosshairListener): () => void {
  const group = crosshairGroups.get(name) ?? { listeners: new Set(), time: null, source: {}, left: 0, next: 0 };
  crosshairGroups.set(name, group);
  group.listeners.add(listener);
  return () => {
    group.listeners.delete(listener);
    // Those behind it have moved up.
    if (group.left > 0) group.left = group.listeners.size;
    if (group.listeners.size === 0) crosshairGroups.delete(name);
  };
}
