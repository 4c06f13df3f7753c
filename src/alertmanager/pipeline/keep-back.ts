import type { Millis } from '#model/time';
import type { AlertStore } from '../alert-store.ts';
import type { History } from '../history.ts';
import type { Inhibition } from '../inhibition.ts';
import type { Silences } from '../silences.ts';
import type { TimeIntervals } from '../time-intervals.ts';
import { type Flush, type FlushedAlert, type Stage, withAlerts } from './flush.ts';
import type { NotificationMetrics, SuppressedReason } from './metrics.ts';

/** What the stages ask. */
export interface KeepBackParts {
  readonly store: Pick<AlertStore, 'get'>;
  readonly inhibition: Inhibition;
  readonly silences: Silences;
  readonly intervals: TimeIntervals;
  readonly history: History;
  readonly metrics: NotificationMetrics;
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

function inhibit(parts: KeepBackParts): Stage {
  const { store, inhibition } = parts;
  const reason = (alert: FlushedAlert, now: Millis) => {
    const source = inhibition.inhibitor(alert.alert.labels, now);
    return source && `inhibited by alert ${shownAlert(store, source)}`;
  };
  return (flush) => eachAlert(flush, parts, { kind: 'inhibition', reason: (alert) => reason(alert, flush.now) });
}

/** An alert of the store in a sentence: its name, and its fingerprint, which tells it apart from others of that name. */
export function shownAlert(store: Pick<AlertStore, 'get'>, fingerprint: string): string {
  return `${store.get(fingerprint)?.labels.get('alertname') ?? ''} (${fingerprint})`;
}

function silence(parts: KeepBackParts): Stage {
  const reason = ({ fingerprint, alert }: FlushedAlert, now: Millis) => {
    const ids = parts.silences.silencing(fingerprint, alert.labels, now);
    return ids.length > 0 ? `silenced by ${ids.join(', ')}` : null;
  };
  return (flush) => eachAlert(flush, parts, { kind: 'silence', reason: (alert) => reason(alert, flush.now) });
}

function activeTime(parts: KeepBackParts): Stage {
  return (flush) => {
    const names = outsideOf(parts.intervals, flush.route, flush.now);
    if (names.length === 0) return flush;
    const detail = `outside of time interval ${names.join(', ')}`;
    return wholeGroup(flush, parts, { kind: 'active_time_interval', detail });
  };
}

function muteTime(parts: KeepBackParts): Stage {
  return (flush) => {
    const names = parts.intervals.holding(flush.route.muteTimeIntervals, flush.now);
    if (names.length === 0) return flush;
    const detail = `muted by time interval ${names.join(', ')}`;
    return wholeGroup(flush, parts, { kind: 'mute_time_interval', detail });
  };
}

function outsideOf(intervals: TimeIntervals, route: Flush['route'], now: Millis): readonly string[] {
  const names = route.activeTimeIntervals;
  return names.length > 0 && intervals.holding(names, now).length === 0 ? names : [];
}

function eachAlert(
  flush: Flush,
  { history, metrics }: KeepBackParts,
  stage: { readonly kind: SuppressedReason; readonly reason: (alert: FlushedAlert) => string | null },
): Flush | null {
  const passed = flush.alerts.filter((alert) => {
    const detail = stage.reason(alert);
    if (detail !== null) keptBack(flush, history, { alert, detail });
    return detail === null;
  });
  metrics.suppressed(stage.kind, flush.alerts.length - passed.length);
  return withAlerts(flush, passed);
}

function wholeGroup(
  flush: Flush,
  { history, metrics }: KeepBackParts,
  { kind, detail }: { readonly kind: SuppressedReason; readonly detail: string },
): null {
  for (const alert of flush.alerts) keptBack(flush, history, { alert, detail });
  metrics.suppressed(kind, flush.alerts.length);
  return null;
}

function keptBack(flush: Flush, history: History, kept: { alert: FlushedAlert; detail: string }): void {
  const { groupKey, route } = flush;
  history.suppressed(kept.alert.fingerprint, { groupKey, receiver: route.receiver, detail: kept.detail });
}
