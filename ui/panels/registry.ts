import type { CreatePanel } from './panel-view.ts';

type LoadPanel = () => Promise<CreatePanel>;

/** How each type of panel is drawn. What a type needs is fetched with the first panel of it. */
const PANELS: Readonly<Record<string, LoadPanel>> = {
  timeseries: async () => (await import('./time-series.ts')).createTimeSeries,
  stat: async () => (await import('./stat.ts')).createStat,
  gauge: async () => (await import('./gauge.ts')).createGauge,
  bargauge: async () => (await import('./bar-gauge.ts')).createBarGauge,
  table: async () => (await import('./table-view.ts')).createTable,
  text: async () => (await import('./text-view.ts')).createText,
  heatmap: async () => (await import('./heatmap.ts')).createHeatmap,
  piechart: async () => (await import('./pie.ts')).createPie,
  'state-timeline': async () => (await import('./state-lanes.ts')).createStateLanes,
  'status-history': async () => (await import('./state-lanes.ts')).createStateLanes,
  barchart: async () => (await import('./bars.ts')).createBarChart,
  histogram: async () => (await import('./bars.ts')).createHistogram,
  logs: async () => (await import('./logs.ts')).createLogs,
  alertlist: async () => (await import('./alert-list.ts')).createAlertList,
  annolist: async () => (await import('./annotation-list.ts')).createAnnotationList,
  dashlist: async () => (await import('./dashboard-list.ts')).createDashboardList,
};

/** How a type is drawn; types that are not known are named on screen with their data as a table. */
export async function loadPanelKind(type: string): Promise<CreatePanel> {
  return Object.hasOwn(PANELS, type) ? PANELS[type]!() : (await import('./other-view.ts')).createOther;
}
