import type { ExplainedNode } from '#promql/explain';
import type { RecordingRuleAdvice, RecordingSaving } from '#promql/recording-rule';
import { type Answer, prometheus } from './prometheus.ts';

/** When an expression is asked: at a moment or over a range. Unix seconds; a step of 0 is a moment, `start`. */
export interface AskedTimes {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A recording rule for a part of an expression, and what it saves. */
export interface ExplainedRule extends RecordingRuleAdvice {
  readonly saving: RecordingSaving;
}

/** The answer of /api/v1/explain. */
export interface ExplainJson {
  readonly tree: ExplainedNode;
  readonly series: number;
  readonly recordingRule: ExplainedRule | null;
}

/** Runs an expression and gives what each part of it cost. */
export function explainQuery(
  query: string,
  { start, end, step }: AskedTimes,
  signal: AbortSignal,
): Promise<Answer<ExplainJson>> {
  const times = step > 0 ? { start, end, step } : { time: start };
  return prometheus('explain', { method: 'POST', params: { query, ...times }, signal });
}

export interface LiveQueryJson {
  readonly id: string;
  readonly query: string;
  readonly kind: string;
  readonly start: number | null;
  readonly end: number | null;
  readonly step: number | null;
  readonly client: string;
  readonly state: 'queued' | 'running';
  readonly queuedSeconds: number;
  readonly runningSeconds: number;
  readonly samples: number;
  readonly bytes: number;
}

export interface SlowQueryJson extends AskedTimes {
  readonly query: string;
  readonly runs: number;
  readonly totalSeconds: number;
  readonly lastSeconds: number;
  readonly maxSeconds: number;
  readonly series: number;
  readonly samplesRead: number;
  readonly client: string;
  readonly last: string;
  readonly recordingRule: RecordingRuleAdvice | null;
}

/** The answer of /api/v1/status/queries. */
export interface QueriesJson {
  readonly running: readonly LiveQueryJson[];
  readonly slow: readonly SlowQueryJson[];
}
