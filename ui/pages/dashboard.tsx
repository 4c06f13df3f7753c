import '../dashboard/dashboard.css';
import '../library/library.css';
import '../panels/panels.css';
import { Suspense, useEffect } from 'react';
import { RequestError } from '../api/server.ts';
import { DashboardView } from '../dashboard/dashboard-view.tsx';
import { afterFirstDraw } from '../dashboard/draw-queue.ts';
import { useDashboard } from '../dashboard/read-dashboard.ts';
import { namePage } from '../layout/page-title.ts';
import { noteRecent } from '../library/recents.ts';
import { useStoredDashboard } from '../library/stored-dashboard.ts';
import { lazyPart } from '../parts/lazy-part.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { Toolbar } from '../parts/toolbar.tsx';
import type { PageProps } from './page-props.ts';

const DashboardActions = lazyPart(async () => {
  await new Promise<void>((resolve) => afterFirstDraw(resolve));
  return (await import('../library/dashboard-actions.tsx')).DashboardActions;
});

const DashboardWatch = lazyPart(async () => {
  // Nothing has changed at first, and what it takes to look would only be in the way of the panels.
  await new Promise((resolve) => afterFirstDraw(() => setTimeout(resolve, 3000)));
  return (await import('../library/dashboard-watch.tsx')).DashboardWatch;
});

/** One dashboard, by the uid in its path. */
export function DashboardPage({ params }: PageProps) {
  const uid = params['uid'] ?? '';
  const { stored, error, again } = useStoredDashboard(uid);
  const { dashboard, error: fault } = useDashboard(stored?.json, uid);
  useEffect(() => {
    if (dashboard === null) return;
    namePage(dashboard.title);
    noteRecent({ uid, title: dashboard.title });
  }, [dashboard, uid]);
  if (error instanceof RequestError && error.status === 404) {
    return (
      <EmptyNote title="There is no such dashboard">
        Neither a saved one nor a file has the uid <span className="mono">{uid}</span>.
      </EmptyNote>
    );
  }
  return (
    <>
      <LoadingLine active={stored === null && error === null} />
      {stored === null ? null : (
        <Toolbar place="first">
          <Suspense fallback={null}>
            <DashboardActions stored={stored} />
          </Suspense>
        </Toolbar>
      )}
      {stored === null ? null : (
        <Suspense fallback={null}>
          <DashboardWatch stored={stored} />
        </Suspense>
      )}
      {error === null ? null : <ErrorNote what="The dashboard" error={error} retry={again} stale={stored !== null} />}
      {fault === null ? null : <ErrorNote what="The dashboard" error={fault} retry={again} stale={false} />}
      {dashboard === null ? null : <DashboardView key={uid} dashboard={dashboard} />}
    </>
  );
}
