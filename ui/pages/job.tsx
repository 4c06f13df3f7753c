import '../dashboard/dashboard.css';
import '../panels/panels.css';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { dashboardText, jobDashboard } from '#dashboards/job-dashboard';
import { parseCurrent } from '#dashboards/parse-current';
import { queryClient } from '../api/query-client.ts';
import { DashboardView } from '../dashboard/dashboard-view.tsx';
import { jobMetrics } from '../dashboard/job-metrics.ts';
import { namePage } from '../layout/page-title.ts';
import { download } from '../parts/download.ts';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import type { PageProps } from './page-props.ts';

/** A dashboard made from whatever metrics a job has. Nothing is stored: its JSON can be taken along. */
export function JobPage({ params }: PageProps) {
  const job = decodeURIComponent(params['job'] ?? '');
  const asked = useQuery(
    {
      queryKey: ['job-metrics', job],
      queryFn: ({ signal }) => jobMetrics(job, signal),
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
    },
    queryClient,
  );
  const json = useMemo(() => (asked.data === undefined ? null : jobDashboard(job, asked.data)), [job, asked.data]);
  const dashboard = useMemo(() => (json === null ? null : parseCurrent(json, `job-${job}`)), [json, job]);
  useEffect(() => {
    namePage(`Job ${job}`);
  }, [job]);
  if (asked.data?.length === 0) {
    return (
      <EmptyNote title="Nothing is known of this job">
        No series of the last ten minutes has the label job=<span className="mono">{job}</span>.
      </EmptyNote>
    );
  }
  return (
    <>
      <LoadingLine active={asked.isPending} />
      {asked.isError ? (
        <ErrorNote what="The job's metrics" error={asked.error} retry={() => void asked.refetch()} stale={false} />
      ) : null}
      {dashboard === null || json === null ? null : (
        <>
          <p className="job-note dim">
            Made from {asked.data?.length} metrics of this job.{' '}
            <button
              type="button"
              className="link-button"
              onClick={() => download(`${dashboard.uid}.json`, dashboardText(json), 'application/json')}
            >
              Download its JSON
            </button>{' '}
            to keep and change it.
          </p>
          <DashboardView key={job} dashboard={dashboard} />
        </>
      )}
    </>
  );
}
