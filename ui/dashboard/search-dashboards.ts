import { request } from '../api/server.ts';

/** A dashboard in a list, as /api/search gives it. */
export interface DashboardHit {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** '' at the top. */
  readonly folderTitle: string;
}

/** All dashboards of this server, by title. Throws RequestError. */
export async function searchDashboards(signal: AbortSignal): Promise<readonly DashboardHit[]> {
  const answer = await request('/api/search', { params: { type: 'dash-db' }, signal });
  const hits = (await answer.json()) as readonly (Omit<DashboardHit, 'folderTitle'> & {
    readonly folderTitle?: string;
  })[];
  return hits.map((hit) => ({ ...hit, folderTitle: hit.folderTitle ?? '' }));
}

/** A file in the dashboards' folder that is no dashboard. */
export interface DashboardFault {
  readonly path: string;
  readonly message: string;
}

/** Files that could not be read. Throws RequestError. */
export async function dashboardFaults(signal: AbortSignal): Promise<readonly DashboardFault[]> {
  return (await (await request('/api/dashboards/problems', { signal })).json()) as readonly DashboardFault[];
}
