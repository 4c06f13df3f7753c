import type { ComponentType } from 'react';
import { IS_ALERTMANAGER } from '../api/server.ts';
import type { PageProps } from './page-props.ts';

export interface PageEntry {
  /** A path pattern of wouter, below the prefix. */
  readonly path: string;
  readonly title: string;
  /** Stands in the top bar; its key is pressed after `g`. Pages reached through others have none. */
  readonly key?: string;
  /** Stands in the menu of narrow screens only: the bar has no room for it, and another page leads to it. */
  readonly menuOnly?: boolean;
  /** Other path prefixes that mark its link in the bar as the current one. */
  readonly within?: readonly string[];
  /** It has a heading of its own: the others get one that is not seen. */
  readonly headed?: boolean;
  readonly load: () => Promise<ComponentType<PageProps>>;
}

const ALL_PAGES: readonly PageEntry[] = [
  { path: '/', title: 'Home', key: 'h', load: async () => (await import('./home.tsx')).HomePage },
  { path: '/query', title: 'Query', key: 'q', load: async () => (await import('./query.tsx')).QueryPage },
  {
    path: '/dashboards',
    title: 'Dashboards',
    key: 'd',
    within: ['/d', '/job', '/datasources'],
    load: async () => (await import('./dashboards.tsx')).DashboardsPage,
  },
  {
    path: '/dashboards/import',
    title: 'Import a dashboard',
    headed: true,
    load: async () => (await import('./import-dashboard.tsx')).ImportPage,
  },
  {
    path: '/dashboards/f/:folder/:slug?',
    title: 'Folder',
    load: async () => (await import('./dashboards.tsx')).DashboardsPage,
  },
  {
    path: '/d/:uid/:slug?',
    title: 'Dashboard',
    headed: true,
    load: async () => (await import('./dashboard.tsx')).DashboardPage,
  },
  {
    path: '/d-solo/:uid/:slug?',
    title: 'Panel',
    headed: true,
    load: async () => (await import('./solo-panel.tsx')).SoloPanelPage,
  },
  {
    path: '/datasources',
    title: 'Data sources',
    load: async () => (await import('./data-sources.tsx')).DataSourcesPage,
  },
  {
    path: '/datasources/new',
    title: 'New data source',
    load: async () => (await import('./data-source.tsx')).DataSourcePage,
  },
  {
    path: '/datasources/edit/:uid',
    title: 'Data source',
    load: async () => (await import('./data-source.tsx')).DataSourcePage,
  },
  { path: '/job/:job', title: 'Job', headed: true, load: async () => (await import('./job.tsx')).JobPage },
  {
    path: '/alerts',
    title: 'Alerts',
    key: 'a',
    within: ['/silences'],
    load: async () => (await import('./alerts.tsx')).AlertsPage,
  },
  { path: '/alerts/why', title: 'Alert', headed: true, load: async () => (await import('./alert.tsx')).AlertPage },
  {
    path: '/alerts/notifications',
    title: 'Notifications',
    load: async () => (await import('./notifications.tsx')).NotificationsPage,
  },
  {
    path: '/alerts/routing',
    title: 'Routing',
    load: async () => (await import('./routing.tsx')).RoutingPage,
  },
  {
    path: '/alerts/receivers',
    title: 'Receivers',
    load: async () => (await import('./receivers.tsx')).ReceiversPage,
  },
  {
    path: '/alerts/preview',
    title: 'Preview',
    load: async () => (await import('./preview.tsx')).PreviewPage,
  },
  {
    path: '/silences',
    title: 'Silences',
    key: 'm',
    menuOnly: true,
    load: async () => (await import('./silences.tsx')).SilencesPage,
  },
  { path: '/rules', title: 'Rules', key: 'r', load: async () => (await import('./rules.tsx')).RulesPage },
  { path: '/targets', title: 'Targets', key: 't', load: async () => (await import('./targets.tsx')).TargetsPage },
  {
    path: '/targets/relabel',
    title: 'Relabelling',
    load: async () => (await import('./relabel.tsx')).RelabelPage,
  },
  {
    path: '/status',
    title: 'Status',
    key: 's',
    within: ['/queries'],
    load: async () => (await import('./status.tsx')).StatusPage,
  },
  { path: '/queries', title: 'Queries', load: async () => (await import('./queries.tsx')).QueriesPage },
];

/** Whether a page says something where there are alerts and nothing else. */
function isOfAlertmanager({ path }: PageEntry): boolean {
  return /^\/(alerts|silences|status)(\/|$)/.test(path);
}

/**
 * Every page of this server, in the order of the top bar. A page is loaded when it is opened for the first time. Silences
 * have a place in the bar of an Alertmanager.
 */
export const PAGES: readonly PageEntry[] = IS_ALERTMANAGER
  ? ALL_PAGES.filter(isOfAlertmanager).map((page) => ({ ...page, menuOnly: false }))
  : ALL_PAGES;

/** Paths of Prometheus' and Alertmanager's own pages and where they lead here. The query string goes along. */
export const REDIRECTS: Readonly<Record<string, string>> = {
  ...(IS_ALERTMANAGER ? { '/': '/alerts' } : {}),
  '/graph': '/query',
  '/service-discovery': '/targets',
  '/tsdb-status': '/status?tab=tsdb',
  '/connections/datasources': '/datasources',
  '/config': '/status?tab=config',
  '/flags': '/status?tab=flags',
  '/alertmanager-discovery': '/status',
};
