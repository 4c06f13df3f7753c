import type { Queryable } from '#storage/queryable';
import { evaluateRange, type QueryOptions } from '../engine.ts';
import type { RangeJob } from '../job.ts';
import { QueryGuard } from '../limits.ts';
import type { QueryResult, StepGrid } from '../value.ts';
import { type CachedAnswer, type DataHistory, runCached } from './run-cached.ts';

export interface CachedJobOptions extends QueryOptions {
  /** Of the storage, as of now; without it no result is kept. */
  readonly history?: DataHistory;
}

// A value as text with its time.
const TEXT_BYTES = 32;

/** Answers a range query with the help of the cache; null when the cache has no part in this job. */
export async function runCachedJob(
  storage: Queryable,
  job: RangeJob,
  options: CachedJobOptions,
): Promise<CachedAnswer | null> {
  const { history, lookbackDelta, defaultStep } = options;
  const { expr, start, end, step, cache, form, stats, limit, pixels = 0 } = job;
  const grid = { start, step, count: Math.floor((end - start) / step) + 1 };
  if (!history || !cache || (form !== 'json' && form !== 'points') || stats || limit > 0 || grid.count < 1) return null;
  const guard = new QueryGuard(options);
  const evaluate = async ({ start: from, count }: StepGrid) => {
    const result = await evaluateRange(storage, { expr, start: from, end: from + (count - 1) * step, step }, options);
    // Its text is made as a whole.
    guard.hold(samplesOf(result) * TEXT_BYTES);
    return result;
  };
  return runCached({ expr, grid, known: cache.known, form, pixels }, { history, lookbackDelta, defaultStep, evaluate });
}

function samplesOf(result: QueryResult): number {
  let samples = 0;
  if (result.type !== 'matrix') return 0;
  for (const { present } of result.frames) for (let i = 0; i < present.length; i++) samples += present[i]!;
  return samples;
}
