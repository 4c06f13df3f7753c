import { readStored, writeStored } from '../state/preferences.ts';

/** A dashboard that was open in this browser. */
export interface Recent {
  readonly uid: string;
  readonly title: string;
}

const KEY = 'barograph.recent-dashboards';
const KEPT = 8;

/** The newest first. */
export function recentDashboards(): readonly Recent[] {
  try {
    const list = JSON.parse(readStored(KEY) ?? '[]') as unknown;
    return Array.isArray(list) ? list.filter(isRecent).slice(0, KEPT) : [];
  } catch {
    // Somebody else wrote it.
    return [];
  }
}

export function noteRecent(recent: Recent): void {
  const others = recentDashboards().filter(({ uid }) => uid !== recent.uid);
  writeStored(KEY, JSON.stringify([recent, ...others].slice(0, KEPT)));
}

function isRecent(value: unknown): value is Recent {
  const { uid, title } = (value ?? {}) as Partial<Recent>;
  return typeof uid === 'string' && typeof title === 'string';
}
