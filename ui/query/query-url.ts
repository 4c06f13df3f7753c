import type { Millis } from '#model/time';
import { durationText, parseDurationText } from '../format/duration.ts';
import { formatDateTime, resolveTime } from '../state/time-range.ts';

/** How a graph's step is chosen: by the width of the picture, a coarser or finer one, or a fixed number of seconds. */
export type Resolution =
  | { readonly kind: 'auto'; readonly density: 'low' | 'medium' | 'high' }
  | { readonly kind: 'fixed'; readonly step: Millis };

/** One panel of the query page, as Prometheus keeps it in the URL. */
export interface QueryPanel {
  readonly expr: string;
  readonly tab: 'table' | 'graph';
  /** What each part of the expression costs stands below the editor. */
  readonly showTree: boolean;
  readonly stacked: boolean;
  readonly yAxisMin: 'auto' | 'zero';
  readonly exemplars: boolean;
  readonly range: Millis;
  /** The end of the graph, or null for now. */
  readonly end: Millis | null;
  /** The instant of the table, or null for now. */
  readonly moment: Millis | null;
  readonly resolution: Resolution;
}

/** A panel as it is when the URL says nothing. */
export const NEW_PANEL: QueryPanel = {
  expr: '',
  tab: 'table',
  showTree: false,
  stacked: false,
  yAxisMin: 'auto',
  exemplars: false,
  range: 3_600_000,
  end: null,
  moment: null,
  resolution: { kind: 'auto', density: 'medium' },
};

/**
 * Reads the panels of a URL: `g0.expr`, `g0.tab` (`table`, `graph`, or 1 and 0 of Prometheus 2), `g0.range_input` and
 * the others. One empty panel when there are none. What cannot be read keeps its default.
 */
export function parsePanels(search: string): QueryPanel[] {
  const byIndex = new Map<number, Map<string, string>>();
  for (const [key, value] of new URLSearchParams(search)) {
    const match = /^g(\d{1,4})\.(\w+)$/.exec(key);
    if (match === null) continue;
    const index = Number(match[1]);
    const fields = byIndex.get(index) ?? new Map<string, string>();
    byIndex.set(index, fields.set(match[2]!, value));
  }
  const panels = [...byIndex].sort(([a], [b]) => a - b).map(([, fields]) => panelOf(fields));
  return panels.length === 0 ? [NEW_PANEL] : panels;
}

function panelOf(fields: ReadonlyMap<string, string>): QueryPanel {
  const tab = fields.get('tab');
  return {
    expr: fields.get('expr') ?? '',
    tab: tab === 'graph' || tab === '0' ? 'graph' : 'table',
    showTree: fields.get('show_tree') === '1',
    stacked: fields.get('display_mode') === 'stacked' || fields.get('stacked') === '1',
    yAxisMin: fields.get('y_axis_min') === 'zero' ? 'zero' : 'auto',
    exemplars: fields.get('show_exemplars') === '1',
    range: parseDurationText(fields.get('range_input') ?? '') ?? NEW_PANEL.range,
    end: timeOf(fields.get('end_input')),
    moment: timeOf(fields.get('moment_input')),
    resolution: resolutionOf(fields),
  };
}

/** Times in these URLs are UTC, as `2026-01-31 12:00:00`. */
function timeOf(text: string | undefined): Millis | null {
  return text === undefined || text === '' ? null : resolveTime(text, 'end', { now: Date.now(), timeZone: 'utc' });
}

function resolutionOf(fields: ReadonlyMap<string, string>): Resolution {
  const type = fields.get('res_type');
  const step = Number(fields.get(type === undefined ? 'step_input' : 'res_step'));
  if (type !== 'auto' && Number.isFinite(step) && step > 0) return { kind: 'fixed', step: Math.round(step * 1000) };
  const density = fields.get('res_density');
  return { kind: 'auto', density: density === 'low' || density === 'high' ? density : 'medium' };
}

/** The query string of panels, with its `?`; Prometheus' own page reads it too. Other keys of `search` are kept. */
export function printPanels(panels: readonly QueryPanel[], search = ''): string {
  const params = new URLSearchParams();
  panels.forEach((panel, i) => {
    for (const [key, value] of panelFields(panel)) params.set(`g${i}.${key}`, value);
  });
  for (const [key, value] of new URLSearchParams(search)) if (!/^g\d+\./.test(key)) params.append(key, value);
  return `?${params.toString()}`;
}

function panelFields(panel: QueryPanel): (readonly [string, string])[] {
  const { resolution } = panel;
  return [
    ['expr', panel.expr],
    ['tab', panel.tab],
    ...(panel.showTree ? [['show_tree', '1'] as const] : []),
    ...(panel.stacked ? [['display_mode', 'stacked'] as const] : []),
    ...(panel.yAxisMin === 'zero' ? [['y_axis_min', 'zero'] as const] : []),
    ...(panel.exemplars ? [['show_exemplars', '1'] as const] : []),
    ['range_input', durationText(panel.range)],
    ...(panel.end === null ? [] : [['end_input', formatDateTime(panel.end, 'utc')] as const]),
    ...(panel.moment === null ? [] : [['moment_input', formatDateTime(panel.moment, 'utc')] as const]),
    ...(resolution.kind === 'fixed'
      ? [['res_type', 'fixed'] as const, ['res_step', String(resolution.step / 1000)] as const]
      : []),
    ...(resolution.kind === 'auto' && resolution.density !== 'medium'
      ? [['res_type', 'auto'] as const, ['res_density', resolution.density] as const]
      : []),
  ];
}

/** The path of the query page with expressions, one panel each. */
export function queryUrl(
  expressions: readonly string[],
  { tab, range }: { readonly tab: 'table' | 'graph'; readonly range?: string },
): string {
  const length = parseDurationText(range ?? '') ?? NEW_PANEL.range;
  return `/query${printPanels(expressions.map((expr) => ({ ...NEW_PANEL, expr, tab, range: length })))}`;
}
