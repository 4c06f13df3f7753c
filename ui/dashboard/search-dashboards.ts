import { request } from '../api/server.ts';

/** A dashboard in a list, as /api/search gives it. */
export interface DashboardHit {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** '' at the top. */
  readonly folderUid: string;
  readonly folderTitle: string;
  readonly isStarred: boolean;
}

/** The dashboards whose title, tags, panels or queries hold all words; '' : all. By title. Throws RequestError. */
export async function searchDashboards(signal: AbortSignal, query = ''): Promise<readonly DashboardHit[]> {
  const answer = await request('/api/search', { params: { type: 'dash-db', limit: 5000, query }, signal });
  const hits = (await answer.json()) as readonly (Partial<DashboardHit> &
    Pick<DashboardHit, 'uid' | 'title' | 'tags'>)[];
  return hits.map((hit) => ({ folderUid: '', folderTitle: '', isStarred: false, ...hit }));
}

/** A file that is not shown as a dashboard. */
export interface DashboardFault {
  readonly path: string;
  readonly message: string;
}

/** Files that are not shown, and why. Throws RequestError. */
export async function dashboardFaults(signal: AbortSignal): Promise<readonly DashboardFault[]> {
  return (await (await request('/api/dashboards/problems', { signal })).json()) as readonly DashboardFault[];
}
