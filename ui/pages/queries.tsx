import { usePrometheus } from '../api/answers.ts';
import type { QueriesJson } from '../api/queries.ts';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { RunningQuery } from '../queries/running-query.tsx';
import { SlowQuery } from '../queries/slow-query.tsx';

const EVERY = 1000;

/** The queries that run now, each with a button that ends it, and those that took the most time. */
export function QueriesPage() {
  const queries = usePrometheus<QueriesJson>('status/queries', { every: EVERY });
  const data = queries.data?.data;
  return (
    <div data-testid="queries" className="queries">
      <LoadingLine active={queries.isPending} />
      {queries.isError ? (
        <ErrorNote
          what="The queries"
          error={queries.error}
          stale={data !== undefined}
          retry={() => void queries.refetch()}
        />
      ) : null}
      <section aria-labelledby="running-title">
        <h2 id="running-title">Running now{data === undefined ? '' : ` (${data.running.length})`}</h2>
        {data?.running.length === 0 ? (
          <p className="quiet-line" data-testid="none-running">
            None at this moment. A query appears here when it arrives, also while it waits for a thread.
          </p>
        ) : null}
        {data?.running.map((query) => (
          <RunningQuery key={query.id} query={query} changed={() => void queries.refetch()} />
        ))}
      </section>
      <section aria-labelledby="slow-title">
        <h2 id="slow-title">Slow since the server started</h2>
        {data?.slow.length === 0 ? (
          <EmptyNote title="No query was slow">
            Expressions that keep a thread busy for 50 ms or longer are gathered here, those that took the most time in
            total first.
          </EmptyNote>
        ) : null}
        {data?.slow.map((query) => (
          <SlowQuery key={query.query} query={query} longest={data.slow[0]!.totalSeconds} />
        ))}
      </section>
    </div>
  );
}
