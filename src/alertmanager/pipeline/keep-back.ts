import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { AlertStore } from '../alert-store.ts';
import type { History } from '../history.ts';
import type { Inhibition } from '../inhibition.ts';
import type { Silences } from '../silences.ts';
import type { TimeIntervals } from '../time-intervals.ts';
import { type Flush, type FlushedAlert, type Stage, withAlerts } from './flush.ts';

/** What the stages ask. */
export interface KeepBackParts {
  readonly store: Pick<AlertStore, 'get'>;
  readonly inhibition: Inhibition;
  readonly silences: Silences;
  readonly intervals: TimeIntervals;
  readonly history: History;
}

/** The stages that may keep alerts back, in their order. */
export function keepBackStages(parts: KeepBackParts): readonly Stage[] {
  return [inhibit(parts), activeTime(parts), muteTime(parts), silence(parts)];
}

/** Names of the intervals because of which a route is mute at `now`; empty when it is not. */
export function mutedBy(intervals: TimeIntervals, route: Flush['route'], now: Millis): readonly string[] {
  const outside = outsideOf(intervals, route, now);
  return outside.length > 0 ? outside : intervals.holding(route.muteTimeIntervals, now);
}

function inhibit({ store, inhibition, history }: KeepBackParts): Stage {
  const reason = (alert: FlushedAlert, now: Millis) => {
    const source = inhibition.inhibitor(alert.alert.labels, now);
    return source && `inhibited by alert ${shownAlert(store, source)}`;
  };
  return (flush) => eachAlert(flush, history, (alert) => reason(alert, flush.now));
}

/** An alert of the store in a sentence: its name, and its fingerprint, which tells it apart from others of that name. */
export function shownAlert(store: Pick<AlertStore, 'get'>, fingerprint: string): string {
  return `${store.get(fingerprint)?.labels.get('alertname') ?? ''} (${fingerprint})`;
}

function silence({ silences, history }: KeepBackParts): Stage {
  const reason = (fingerprint: string, labels: Labels, now: Millis) => {
    const ids = silences.silencing(fingerprint, labels, now);
    return ids.length > 0 ? `silenced by ${ids.join(', ')}` : null;
  };
  return (flush) => eachAlert(flush, history, (each) => reason(each.fingerprint, each.alert.labels, flush.now));
}

function activeTime({ intervals, history }: KeepBackParts): Stage {
  return (flush) => {
    const names = outsideOf(intervals, flush.route, flush.now);
    return wholeGroup(flush, history, names.length > 0 ? `outside of time interval ${names.join(', ')}` : null);
  };
}

function muteTime({ intervals, history }: KeepBackParts): Stage {
  return (flush) => {
    const names = intervals.holding(flush.route.muteTimeIntervals, flush.now);
    return wholeGroup(flush, history, names.length > 0 ? `muted by time interval ${names.join(', ')}` : null);
  };
}

function outsideOf(intervals: TimeIntervals, route: Flush['route'], now: Millis): readonly string[] {
  const names = route.activeTimeIntervals;
  return names.length > 0 && intervals.holding(names, now).length === 0 ? names : [];
}

function eachAlert(flush: Flush, history: History, reason: (alert: FlushedAlert) => string | null): Flush | null {
  const passed = flush.alerts.filter((alert) => {
    const detail = reason(alert);
    if (detail !== null) keptBack(flush, history, { alert, detail });
    return detail === null;
  });
  return withAlerts(flush, passed);
}

function wholeGroup(flush: Flush, history: History, detail: string | null): Flush | null {
  if (detail === null) return flush;
  for (const alert of flush.alerts) keptBack(flush, history, { alert, detail });
  return null;
}

function keptBack(flush: Flush, history: History, kept: { alert: FlushedAlert; detail: string }): void {
  const { groupKey, route } = flush;
  history.suppressed(kept.alert.fingerprint, { groupKey, receiver: route.receiver, detail: kept.detail });
}
