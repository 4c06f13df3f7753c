import type { ListedAlert } from '#dashboards/alert-list';
import type { Annotation } from '#dashboards/annotations';
import type { Dashboard, Panel } from '#dashboards/dashboard';
import { layoutDashboard, type PlacedItem, type PlacedPanel } from '#dashboards/layout';
import type { LinkContext } from '#dashboards/links';
import type { PictureRequest } from '#dashboards/picture';
import { EVERY_SERIES, type SeriesChoice } from '#dashboards/series-choice';
import { BarographError } from '#lib/errors';
import type { Millis, TimeRange } from '#model/time';
import { prometheus } from '../api/prometheus.ts';
import { RequestError } from '../api/server.ts';
import { AnnotationSource } from '../dashboard/annotation-source.ts';
import { apiSeries } from '../dashboard/api-series.ts';
import { apiVariables } from '../dashboard/api-variables.ts';
import { dashboardScope, scrapeIntervalOf, withOpenRows } from '../dashboard/dashboard-scope.ts';
import { linkContext } from '../dashboard/link-context.ts';
import { loadPanel, type PanelData } from '../dashboard/panel-data.ts';
import { withVariableTexts } from '../dashboard/panel-texts.ts';
import { readDashboard } from '../dashboard/read-dashboard.ts';
import { resolveVariables } from '../dashboard/resolve-variables.ts';
import { filtersOf, type ResolvedVariable, repeatsOf, scopeOf } from '../dashboard/resolved-variable.ts';
import { type DashboardHit, searchDashboards } from '../dashboard/search-dashboards.ts';
import { whyEmpty } from '../dashboard/why-empty.ts';
import { loadStored } from '../library/library-api.ts';
import { loadAlerts } from '../panels/alert-source.ts';
import { currentTimeZone } from '../state/preferences.ts';
import { resolveTimeRange } from '../state/time-range.ts';

/** A dashboard with what its variables and its time range are at a moment. */
export interface LoadedDashboard {
  readonly dashboard: Dashboard;
  readonly items: readonly PlacedItem[];
  readonly range: TimeRange;
  readonly text: { readonly from: string; readonly to: string };
  readonly variables: readonly ResolvedVariable[];
  readonly links: LinkContext;
  readonly annotations: AnnotationSource;
  readonly scrapeInterval: Millis;
  /** By the keys of panels. */
  readonly series: PictureRequest['series'];
}

/** Everything that a panel is drawn from. */
export interface LoadedPanel {
  readonly placed: PlacedPanel;
  /** With the variables' values in its texts. */
  readonly panel: Panel;
  readonly data: PanelData;
  readonly links: LinkContext;
  readonly annotations: readonly Annotation[];
  /** Why queries that succeeded gave no series; '' where there are some. */
  readonly reason: string;
  /** Of a list of alerts or dashboards. */
  readonly alerts: readonly ListedAlert[];
  readonly dashboards: readonly DashboardHit[];
  readonly now: Millis;
  /** Which series are drawn. */
  readonly series: SeriesChoice;
}

/** Rejects with a BarographError where the dashboard is not there or its range cannot be read. */
export async function loadDashboard(uid: string): Promise<Dashboard> {
  try {
    return await readDashboard((await loadStored(uid)).json, uid);
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 404) throw error;
    throw new BarographError('Dashboard not found', { kind: 'bad-request', code: 'dashboard-not-found' });
  }
}

/** Finds the values of variables, the events and where everything stands. */
export async function openDashboard(
  dashboard: Dashboard,
  request: PictureRequest,
  now: Millis,
): Promise<LoadedDashboard> {
  const text = { from: request.from ?? dashboard.time.from, to: request.to ?? dashboard.time.to };
  const range = resolveTimeRange(text, { now, timeZone: currentTimeZone(), weekStart: dashboard.weekStart });
  if (range === null) {
    const hint = 'Times are like now-6h or Unix milliseconds, and "from" is before "to".';
    throw new BarographError(`not a time range: from ${JSON.stringify(text.from)} to ${JSON.stringify(text.to)}`, {
      ...{ kind: 'bad-request', code: 'picture-refused', hint },
    });
  }
  const { data: config } = await prometheus<{ readonly yaml: string }>('status/config');
  const scrapeInterval = scrapeIntervalOf(config.yaml);
  const wished = new Map(Object.entries(request.variables));
  const source = apiVariables(range);
  const variables = await resolveVariables(dashboard.variables, { wished, range, scrapeInterval, source });
  const annotations = new AnnotationSource();
  for (const { name, enabled } of dashboard.annotations) annotations.show(name, enabled);
  const definitions = dashboard.annotations.filter(({ enabled }) => enabled);
  await annotations.load({ definitions, dashboardUid: request.uid, range, scrapeInterval, scope: scopeOf(variables) });
  const items = layoutDashboard(request.panel === null ? dashboard : withOpenRows(dashboard), {
    ...{ scope: dashboardScope(dashboard, variables), repeats: repeatsOf(variables), toggled: new Set<string>() },
  });
  const links = linkContext(variables, { text });
  const { series } = request;
  return { dashboard, items, range, text, variables, links, annotations, scrapeInterval, series };
}

/** The panel with a key, else the first with that id. */
export function findPanel({ items }: LoadedDashboard, wanted: string): PlacedPanel {
  const panels = items.filter((item) => item.kind === 'panel');
  const found = panels.find(({ key }) => key === wanted) ?? panels.find(({ panel }) => String(panel.id) === wanted);
  if (found !== undefined) return found;
  throw new BarographError(`Panel with id ${wanted} not found`, { kind: 'bad-request', code: 'panel-not-found' });
}

/** Asks what a panel draws. Queries that fail are said in its data. */
export async function loadPanelOf(
  opened: LoadedDashboard,
  placed: PlacedPanel,
  { pixels, now }: { readonly pixels: number; readonly now: Millis },
): Promise<LoadedPanel> {
  const { range, scrapeInterval, variables, links, annotations } = opened;
  const panel = withVariableTexts(placed.panel, placed.scope);
  const { signal } = new AbortController();
  const filters = filtersOf(variables);
  const question = { panel, scope: placed.scope, range, pixels, scrapeInterval, filters, signal };
  const data = await loadPanel(question);
  return {
    ...{ placed, panel, data, links, now, annotations: annotations.of(panel.id) },
    series: opened.series[placed.key] ?? EVERY_SERIES,
    reason: await reasonOf(data),
    alerts: panel.type === 'alertlist' ? (await loadAlerts(panel, placed.scope, signal)).alerts : [],
    dashboards: panel.type === 'dashlist' ? await searchDashboards(signal) : [],
  };
}

async function reasonOf({ queries, range }: PanelData): Promise<string> {
  if (queries.length === 0 || queries.some(({ series }) => series !== 0)) return '';
  try {
    return await whyEmpty(
      queries.map(({ expr }) => expr),
      apiSeries(range),
    );
  } catch {
    return 'No data: no series match.';
  }
}
