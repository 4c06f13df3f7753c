import { useQuery } from '@tanstack/react-query';
import { type Dashboard, type JsonObject, text } from '#dashboards/dashboard';
import { resolveLinks } from '#dashboards/links';
import { queryClient } from '../api/query-client.ts';
import { PREFIX } from '../api/server.ts';
import { Icon } from '../parts/icon.tsx';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { linkContext } from './link-context.ts';
import type { ResolvedVariable } from './resolved-variable.ts';
import { searchDashboards } from './search-dashboards.ts';

export interface DashboardLinksProps {
  readonly dashboard: Dashboard;
  readonly variables: readonly ResolvedVariable[];
  readonly time: TimeRangeState;
}

/** Links of a dashboard to other dashboards, by address or by tag, and to other places. */
export function DashboardLinks({ dashboard, variables, time }: DashboardLinksProps) {
  const byTag = dashboard.links.filter((link) => text(link['type']) === 'dashboards');
  const { data: found = [] } = useQuery(
    {
      queryKey: ['dashboards', ''],
      queryFn: ({ signal }) => searchDashboards(signal),
      enabled: byTag.length > 0,
      staleTime: 60_000,
    },
    queryClient,
  );
  const context = linkContext(variables, time);
  const written = dashboard.links.flatMap((link): JsonObject[] => {
    if (text(link['type']) !== 'dashboards') return [{ ...link, url: onServer(text(link['url'])) }];
    const tags = Array.isArray(link['tags']) ? link['tags'] : [];
    return found
      .filter(({ uid, tags: own }) => uid !== dashboard.uid && tags.every((tag) => own.includes(text(tag))))
      .map(({ uid, title }) => ({ ...link, title, url: `${PREFIX}/d/${encodeURIComponent(uid)}` }));
  });
  return resolveLinks(written, context).map(({ title, url, newTab }) => (
    <a
      key={`${title} ${url}`}
      className="button dashboard-link"
      href={url}
      {...(newTab ? { target: '_blank', rel: 'noopener noreferrer' } : {})}
    >
      <Icon name="link" />
      {title}
    </a>
  ));
}

/** Addresses within Grafana (`/d/x`, `d/x`) are addresses within this server. */
function onServer(url: string): string {
  return /^\/?(d|dashboard|dashboards)\//.test(url) ? `${PREFIX}/${url.replace(/^\//, '')}` : url;
}
