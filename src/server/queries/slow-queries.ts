import type { Expr } from '#promql/ast';
import { parse } from '#promql/parse';
import { formatExpr } from '#promql/print';
import type { SlowQuery } from '#promql/query-activity';
import { adviseRecordingRule, type RecordingRuleAdvice } from '#promql/recording-rule';

/** A run of an expression. Times are Unix ms. */
export interface QueryRun {
  readonly query: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly client: string;
  /** A rule evaluated it: it is recorded already, or alerts. */
  readonly byRule: boolean;
  readonly at: number;
  /** In a thread, without waiting. */
  readonly seconds: number;
  /** Null when it failed. */
  readonly cost: { readonly series: number; readonly samplesRead: number } | null;
}

interface Entry extends Omit<SlowQuery, 'recordingRule'> {
  readonly byRule: boolean;
}

/** From here on a run is worth remembering. */
export const SLOW_SECONDS = 0.05;
/** What was asked once may never be asked again. */
const RUNS_WORTH_A_RULE = 2;
/** Rules are evaluated once a minute unless told otherwise: a shorter window would leave samples out. */
const SHORTEST_WINDOW = 60_000;
const MOST_ENTRIES = 200;
/** Longer ones are neither parsed here, on the main thread, nor kept whole. */
const LONGEST_QUERY = 4096;

/** Remembers expressions that took long, by their canonical form: at most 200, those with the most time in total. */
export class SlowQueries {
  private readonly entries = new Map<string, Entry>();

  note(run: QueryRun): void {
    if (run.seconds < SLOW_SECONDS) return;
    const query = canonical(run.query);
    const { start, end, step, client, byRule, at, seconds, cost } = run;
    const known = this.entries.get(query);
    this.entries.set(query, {
      ...{ query, start, end, step, client },
      byRule: byRule || (known?.byRule ?? false),
      runs: (known?.runs ?? 0) + 1,
      totalSeconds: (known?.totalSeconds ?? 0) + seconds,
      lastSeconds: seconds,
      maxSeconds: Math.max(known?.maxSeconds ?? 0, seconds),
      series: cost?.series ?? known?.series ?? 0,
      samplesRead: cost?.samplesRead ?? known?.samplesRead ?? 0,
      last: at,
    });
    if (this.entries.size > MOST_ENTRIES) this.forgetLeast(query);
  }

  /** Those that took the most time in total first. */
  list(): SlowQuery[] {
    return [...this.entries.values()]
      .sort((a, b) => b.totalSeconds - a.totalSeconds)
      .map(({ byRule, ...entry }) => ({ ...entry, recordingRule: byRule ? null : ruleFor(entry) }));
  }

  /** The newest stays: a full list must not keep everything new out. */
  private forgetLeast(newest: string): void {
    let least: Entry | null = null;
    for (const entry of this.entries.values()) {
      if (entry.query !== newest && (least === null || entry.totalSeconds < least.totalSeconds)) least = entry;
    }
    if (least) this.entries.delete(least.query);
  }
}

function ruleFor({ query, runs }: Pick<SlowQuery, 'query' | 'runs'>): RecordingRuleAdvice | null {
  const expr = runs < RUNS_WORTH_A_RULE ? null : parsed(query);
  const advice = expr && adviseRecordingRule(expr);
  return advice && advice.window >= SHORTEST_WINDOW ? advice : null;
}

function canonical(query: string): string {
  const expr = parsed(query);
  return expr ? formatExpr(expr) : `${query.slice(0, LONGEST_QUERY)}…`;
}

function parsed(query: string): Expr | null {
  if (query.length > LONGEST_QUERY) return null;
  try {
    return parse(query);
  } catch {
    // What a thread refused can have taken long before that; it stays as it was written.
    return null;
  }
}
