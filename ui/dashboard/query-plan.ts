import type { Panel, Target } from '#dashboards/dashboard';
import { interpolate, type Scope } from '#dashboards/interpolate';
import { intervalMillis, macros, queryStep } from '#dashboards/macros';
import type { Millis, TimeRange } from '#model/time';
import { alignTimeRange } from '../state/time-range.ts';

/** What of a panel its queries depend on. */
export interface PlanQuestion {
  readonly panel: Panel;
  readonly scope: Scope;
  /** The panel's own, where it has one. */
  readonly range: TimeRange;
  /** The width of the picture. */
  readonly pixels: number;
  readonly scrapeInterval: Millis;
}

/** A query as it is sent. */
export interface QueryPlan {
  readonly expr: string;
  readonly step: Millis;
  /** On the grid of the step, so that a refresh computes only what is new. */
  readonly range: TimeRange;
  /** When an instant query is evaluated: at the end of the range, in whole seconds. On the grid it could be a step behind. */
  readonly at: Millis;
  /** The dashboard's variables and those that Grafana defines for a query. */
  readonly scope: Scope;
}

/** Decides expression, step and times of a target's query. */
export function queryPlan(target: Target, { panel, scope, range, pixels, scrapeInterval }: PlanQuestion): QueryPlan {
  const own = interpolate(target.interval || panel.interval, scope, 'text');
  const step = queryStep({
    range,
    points: panel.maxDataPoints ?? pixels,
    // An interval that names `$__rate_interval` or an unknown variable says nothing here.
    minInterval: intervalMillis(own) === null ? '' : own,
    scrapeInterval,
    intervalFactor: target.intervalFactor,
  });
  const full: Scope = new Map([...scope, ...macros({ range, step, scrapeInterval })]);
  return {
    expr: interpolate(target.expr, full, 'promql'),
    step,
    range: alignTimeRange(range, step),
    at: Math.floor(range.end / 1000) * 1000,
    scope: full,
  };
}
