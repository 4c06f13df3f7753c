import '../dashboard/dashboard.css';
import '../library/library.css';
import '../panels/panels.css';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { RequestError } from '../api/server.ts';
import { DashboardView } from '../dashboard/dashboard-view.tsx';
import { useDashboard } from '../dashboard/read-dashboard.ts';
import { DashboardActions } from '../library/dashboard-actions.tsx';
import { loadStored } from '../library/library-api.ts';
import { noteRecent } from '../library/recents.ts';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { Toolbar } from '../parts/toolbar.tsx';
import type { PageProps } from './page-props.ts';

/** One dashboard, by the uid in its path. */
export function DashboardPage({ params }: PageProps) {
  const uid = params['uid'] ?? '';
  const stored = useQuery({
    queryKey: ['dashboard', uid],
    queryFn: ({ signal }) => loadStored(uid, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const { data } = stored;
  const { dashboard, error: fault } = useDashboard(data?.text, uid);
  useEffect(() => {
    if (dashboard === null) return;
    document.title = `${dashboard.title} · Barograph`;
    noteRecent({ uid, title: dashboard.title });
  }, [dashboard, uid]);
  if (stored.error instanceof RequestError && stored.error.status === 404) {
    return (
      <EmptyNote title="There is no such dashboard">
        Neither a saved one nor a file has the uid <span className="mono">{uid}</span>.
      </EmptyNote>
    );
  }
  return (
    <>
      <LoadingLine active={stored.isPending} />
      {data === undefined ? null : (
        <Toolbar>
          <DashboardActions stored={data} />
        </Toolbar>
      )}
      {stored.isError ? (
        <ErrorNote
          what="The dashboard"
          error={stored.error}
          retry={() => void stored.refetch()}
          stale={data !== undefined}
        />
      ) : null}
      {fault === null ? null : (
        <ErrorNote what="The dashboard" error={fault} retry={() => void stored.refetch()} stale={false} />
      )}
      {dashboard === null ? null : <DashboardView key={uid} dashboard={dashboard} />}
    </>
  );
}
