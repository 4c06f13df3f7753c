import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { explainQuery } from '../api/queries.ts';
import { queryClient } from '../api/query-client.ts';
import { lazyPart } from '../parts/lazy-part.tsx';
import { ErrorNote, LoadingLine } from '../parts/states.tsx';
import { ExplainTree } from './explain-tree.tsx';
import { graphRange } from './graph-range.ts';
import type { QueryPanel } from './query-url.ts';

const RuleDialog = lazyPart(async () => (await import('./rule-dialog.tsx')).RuleDialog);

export interface ExplainProps {
  readonly panel: QueryPanel;
  /** Counts how often Run was pressed. */
  readonly run: number;
  /** The query itself has failed: its error is shown already. */
  readonly failed: boolean;
}

/** What each part of the panel's expression costs, from a run of its own. */
export function Explain({ panel, run, failed }: ExplainProps) {
  const [advising, setAdvising] = useState(false);
  const { expr, tab, range, end, moment, resolution } = panel;
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(
    {
      queryKey: ['explain', expr, tab, range, end, moment, resolution, run],
      queryFn: ({ signal }) => explainQuery(expr, askedTimes(panel), signal),
      placeholderData: keepPreviousData,
      retry: false,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    },
    queryClient,
  );
  const rule = data?.data.recordingRule ?? null;
  return (
    <div className={isPlaceholderData ? 'explain old' : 'explain'} data-testid="explain">
      <LoadingLine active={isFetching} />
      {error === null || failed ? null : (
        <ErrorNote what="The explanation" error={error} retry={() => void refetch()} stale={data !== undefined} />
      )}
      {data === undefined && error === null ? (
        <p className="quiet-line">Running the expression to measure it…</p>
      ) : null}
      {data === undefined || error !== null ? null : <ExplainTree key={expr} tree={data.data.tree} />}
      {rule === null || error !== null ? null : (
        <button type="button" className="button" onClick={() => setAdvising(true)} data-testid="make-rule">
          Make a recording rule of the costly part
        </button>
      )}
      {advising && rule !== null ? (
        <Suspense fallback={null}>
          <RuleDialog rule={rule} close={() => setAdvising(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

function askedTimes(panel: QueryPanel) {
  const now = Date.now();
  if (panel.tab === 'table') {
    const at = (panel.moment ?? now) / 1000;
    return { start: at, end: at, step: 0 };
  }
  const { range, step } = graphRange(panel, now);
  return { start: range.start / 1000, end: range.end / 1000, step: step / 1000 };
}
