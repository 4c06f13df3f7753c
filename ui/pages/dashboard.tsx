import '../dashboard/dashboard.css';
import '../panels/panels.css';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Json } from '#dashboards/dashboard';
import { parseDashboard } from '#dashboards/parse';
import { RequestError, request } from '../api/server.ts';
import { DashboardView } from '../dashboard/dashboard-view.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import type { PageProps } from './page-props.ts';

/** One dashboard, by the uid in its path. */
export function DashboardPage({ params }: PageProps) {
  const uid = params['uid'] ?? '';
  const stored = useQuery({
    queryKey: ['dashboard', uid],
    queryFn: ({ signal }) => loadDashboard(uid, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const { data } = stored;
  const dashboard = useMemo(() => (data === undefined ? null : parseDashboard(data, uid)), [data, uid]);
  useEffect(() => {
    if (dashboard !== null) document.title = `${dashboard.title} · Barograph`;
  }, [dashboard]);
  if (stored.error instanceof RequestError && stored.error.status === 404) {
    return (
      <EmptyNote title="There is no such dashboard">
        No file in the dashboards' folder has the uid <span className="mono">{uid}</span>.
      </EmptyNote>
    );
  }
  return (
    <>
      <LoadingLine active={stored.isPending} />
      {stored.isError ? (
        <ErrorNote
          what="The dashboard"
          error={stored.error}
          retry={() => void stored.refetch()}
          stale={data !== undefined}
        />
      ) : null}
      {dashboard === null ? null : <DashboardView key={uid} dashboard={dashboard} />}
    </>
  );
}

async function loadDashboard(uid: string, signal: AbortSignal): Promise<Json> {
  const answer = await request(`/api/dashboards/uid/${encodeURIComponent(uid)}`, { signal });
  return ((await answer.json()) as { readonly dashboard: Json }).dashboard;
}
