import type { Expr } from '#promql/ast';
import { parse } from '#promql/parse';
import { formatExpr } from '#promql/print';
import type { SlowQuery } from '#promql/query-activity';
import { adviseRecordingRule } from '#promql/recording-rule';

/** A run of an expression. Times are Unix ms. */
export interface QueryRun {
  readonly query: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly client: string;
  readonly at: number;
  /** In a thread, without waiting. */
  readonly seconds: number;
  /** Null when it failed. */
  readonly cost: { readonly series: number; readonly samplesRead: number } | null;
}

type Entry = Omit<SlowQuery, 'recordingRule'>;

/** From here on a run is worth remembering. */
const SLOW_SECONDS = 0.05;
const MOST_ENTRIES = 200;
/** Longer ones are neither parsed here, on the main thread, nor kept whole. */
const LONGEST_QUERY = 4096;

/** Remembers expressions that took long, by their canonical form: at most 200, those with the most time in total. */
export class SlowQueries {
  private readonly entries = new Map<string, Entry>();

  note(run: QueryRun): void {
    if (run.seconds < SLOW_SECONDS) return;
    const query = canonical(run.query);
    const { start, end, step, client, at, seconds, cost } = run;
    const known = this.entries.get(query);
    this.entries.set(query, {
      ...{ query, start, end, step, client },
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
      .map((entry) => ({ ...entry, recordingRule: ruleFor(entry.query) }));
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

function ruleFor(query: string) {
  const expr = parsed(query);
  return expr && adviseRecordingRule(expr);
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
