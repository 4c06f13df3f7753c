import { type Labels, METRIC_NAME } from '#model/labels';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import type { Millis, TimeRange } from '#model/time';
import type { Queryable } from '#storage/queryable';
import { KIND_FLOAT, SampleBuffer } from '#storage/sample-buffer';
import { type ActiveAlert, type AlertSet, withActiveAt } from './alert-state.ts';
import type { AlertingRule } from './rule.ts';

/** The series that outlives a restart: its value is when the alert became active, in Unix seconds. */
export const FOR_STATE_METRIC = 'ALERTS_FOR_STATE';

/** The last sample of one ALERTS_FOR_STATE series. */
export interface ForState {
  /** Without the metric name. */
  readonly labels: Labels;
  /** When the sample was written: the last sign of life before the outage. */
  readonly at: Millis;
  /** Null: the series had ended, the alert was not active. */
  readonly activeAt: Millis | null;
}

/** Reads the last sample of each matching series in the range. */
export type ForStateReader = (matchers: readonly MatcherSpec[], range: TimeRange) => Promise<readonly ForState[]>;

/** A reader on a storage of this thread. */
export function forStatesFrom(storage: Queryable): ForStateReader {
  return async (matchers, range) => {
    const querier = storage.querier(range);
    try {
      const set = querier.select(matchers.map(createMatcher), range);
      const states: ForState[] = [];
      const buffer = new SampleBuffer();
      for (let batch = await set.next(); batch; batch = await set.next()) {
        for (const series of batch) {
          buffer.clear();
          series.read(buffer);
          if (buffer.length > 0) states.push(lastState(series.labels, buffer));
        }
      }
      return states;
    } finally {
      querier.close();
    }
  };
}

function lastState(labels: Labels, buffer: SampleBuffer): ForState {
  const last = buffer.length - 1;
  const isFloat = buffer.kind[last] === KIND_FLOAT;
  return {
    labels: labels.with({ [METRIC_NAME]: '' }),
    at: buffer.t[last]!,
    activeAt: isFloat ? Math.trunc(buffer.v[last]!) * 1000 : null,
  };
}

/** What finds all ALERTS_FOR_STATE series of the rule. Labels that are templates differ per alert and are left out. */
export function forStateMatchers(rule: AlertingRule): MatcherSpec[] {
  const fixed = rule.labels.filter((_, value) => !value.includes('{{'));
  const wanted = fixed.with({ [METRIC_NAME]: FOR_STATE_METRIC, alertname: rule.name });
  return [...wanted.entries()].map(([name, value]) => ({ name, operator: '=', value }));
}

export interface RestoreTiming {
  readonly now: Millis;
  readonly holdDuration: Millis;
  readonly gracePeriod: Millis;
}

/**
 * Gives alerts back how long they have been active. Time the program was down does not count as pending; an alert that
 * was nearly due still waits the grace period; one that was firing fires again at the next evaluation.
 */
export function restoreAlerts(alerts: AlertSet, states: readonly ForState[], timing: RestoreTiming): AlertSet {
  const byKey = new Map(states.map((state) => [state.labels.key, state]));
  return new Map([...alerts].map(([key, alert]) => [key, restored(alert, byKey.get(key), timing)]));
}

function restored(alert: ActiveAlert, state: ForState | undefined, timing: RestoreTiming): ActiveAlert {
  if (!state || state.activeAt === null) return alert;
  return withActiveAt(alert, restoredActiveAt({ downAt: state.at, activeAt: state.activeAt }, timing));
}

/** When the alert counts as having become active, after an outage that began at `downAt`. */
export function restoredActiveAt(
  { downAt, activeAt }: { readonly downAt: Millis; readonly activeAt: Millis },
  { now, holdDuration, gracePeriod }: RestoreTiming,
): Millis {
  const remaining = holdDuration - (downAt - activeAt);
  if (remaining <= 0) return activeAt;
  if (remaining < gracePeriod) return now + gracePeriod - holdDuration;
  return activeAt + (now - downAt);
}
