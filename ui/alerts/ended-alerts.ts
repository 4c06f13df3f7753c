import type { Millis } from '#model/time';
import type { AlertEventJson } from '../api/alerting.ts';
import type { LabelSet } from '../api/prometheus.ts';
import { alertFilter, searchText } from './alert-rows.ts';

/** An alert that is over. */
export interface EndedAlert {
  readonly fingerprint: string;
  readonly labels: LabelSet;
  readonly endedAt: Millis;
  /** It stopped being pending: it never fired, so nobody was to be told. */
  readonly onlyPending: boolean;
}

/** The alerts behind the ends of alerts (newest first), each once, at its last end; without those of `live`. */
export function endedAlerts(ends: readonly AlertEventJson[], live: ReadonlySet<string>): readonly EndedAlert[] {
  const last = new Map<string, EndedAlert>();
  for (const { fingerprint, labels, at, kind } of ends) {
    if (live.has(fingerprint) || last.has(fingerprint)) continue;
    last.set(fingerprint, { fingerprint, labels, endedAt: Date.parse(at), onlyPending: kind === 'inactive' });
  }
  return [...last.values()];
}

/** Since when all of these lists of events (newest first, of at most `limit`) are whole; null: for as long as was asked. */
export function wholeSince(lists: readonly (readonly AlertEventJson[])[], limit: number): Millis | null {
  const full = lists.filter(({ length }) => length >= limit);
  return full.length === 0 ? null : Math.max(...full.map((events) => Date.parse(events.at(-1)!.at)));
}

/** Those that the words or matchers of a filter let through. */
export function filterEnded(ended: readonly EndedAlert[], filter: string): readonly EndedAlert[] {
  const wanted = alertFilter(filter);
  return ended.filter(({ labels }) => wanted({ labels, text: searchText(labels, {}) }));
}
