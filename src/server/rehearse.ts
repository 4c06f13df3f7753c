import type { Clock } from '#lib/clock';
import type { QueryAnswer, QueryJob } from '#promql/job';
import type { PoolRunOptions } from './threads/query-pool.ts';
import { rehearsalJobs } from './threads/rehearsal.ts';

export interface RehearsalParts {
  /** Threads that rehearse, each at the same time. */
  readonly threads: number;
  readonly pool: { run(job: QueryJob, options: PoolRunOptions): Promise<QueryAnswer> };
  readonly clock: Clock;
}

/** What a start still has to do, and who waits for it, comes first. */
const DELAY = 2_000;

/**
 * Lets the query threads answer queries of made-up data a while after the start, so that V8 has optimized their code when
 * somebody waits for it: the first queries of each kind otherwise take twice to three times as much. Real queries take
 * turns with these, of which each takes milliseconds. What is returned ends it.
 */
export function rehearse({ threads, pool, clock }: RehearsalParts): () => void {
  let isOver = false;
  const cancel = clock.after(DELAY, () => {
    void all();
  });
  const all = async () => {
    for (const job of rehearsalJobs()) {
      if (isOver) return;
      await Promise.all(Array.from({ length: threads }, () => pool.run(job, { uncounted: true }).catch(end)));
    }
  };
  const end = () => {
    isOver = true;
    cancel();
  };
  return end;
}
