import type { Alert } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { RouteNode } from '../dispatch/route.ts';

/** An alert as one flush sees it: whether it is resolved does not change while the flush runs. */
export interface FlushedAlert {
  readonly fingerprint: string;
  readonly alert: Alert;
  readonly resolved: boolean;
}

/** What a group hands to the pipeline when its timer fires. */
export interface Flush {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly route: RouteNode;
  /** The time of the tick: what time intervals and the repeat interval are measured against. */
  readonly now: Millis;
  readonly alerts: readonly FlushedAlert[];
}

/** The two ways in which a flush under way is told to end. */
export interface FlushSignals {
  /** Ends waiting between attempts: the group's time is over, or the program stops. */
  readonly soft: AbortSignal;
  /** Ends a request under way as well. */
  readonly hard: AbortSignal;
}

/** One step of the pipeline. Fewer alerts out than in is how keeping back works; null ends the flush as a success. */
export type Stage = (flush: Flush) => Flush | null;

/** The flush with these alerts, or null when none are left. */
export function withAlerts(flush: Flush, alerts: readonly FlushedAlert[]): Flush | null {
  if (alerts.length === 0) return null;
  return alerts.length === flush.alerts.length ? flush : { ...flush, alerts };
}
