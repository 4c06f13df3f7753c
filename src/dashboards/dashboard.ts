/** JSON as a dashboard file holds it. Nothing in it can be relied on before it was looked at. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Where a panel stands: Grafana's grid has 24 columns and rows of 30 px with 8 px between them. */
export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A query of a panel. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  /** One value per series at the end of the range, instead of the whole range. */
  readonly instant: boolean;
  /** Both: two queries. */
  readonly range: boolean;
  readonly format: 'time_series' | 'table' | 'heatmap';
  /** Least step, as `30s`; '' = the panel's. */
  readonly interval: string;
  /** Fewer points by this factor (a field of old dashboards). */
  readonly intervalFactor: number;
  readonly hide: boolean;
  /** Exemplars of its series are drawn with them. */
  readonly exemplar: boolean;
  /** As written; null where the panel's counts. */
  readonly datasource: DatasourceRef | null;
}

/** A data source by name or uid, possibly a variable's reference. Both null: the default. */
export interface DatasourceRef {
  readonly type: string | null;
  readonly uid: string | null;
}

export interface Transformation {
  readonly id: string;
  readonly options: JsonObject;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly position: GridPosition;
  readonly targets: readonly Target[];
  readonly datasource: DatasourceRef | null;
  readonly options: JsonObject;
  /** `fieldConfig.defaults`. */
  readonly defaults: JsonObject;
  readonly overrides: readonly FieldOverride[];
  readonly transformations: readonly Transformation[];
  readonly maxDataPoints: number | null;
  readonly interval: string;
  /** A range of its own, relative to now (`1h`). */
  readonly timeFrom: string;
  readonly timeShift: string;
  readonly repeat: string;
  readonly repeatDirection: 'h' | 'v';
  readonly maxPerRow: number;
  readonly transparent: boolean;
  /** As written, for what has no field here. */
  readonly source: JsonObject;
}

export interface FieldOverride {
  readonly matcher: { readonly id: string; readonly options: Json };
  readonly properties: readonly { readonly id: string; readonly value: Json }[];
}

/** A heading with the panels below it. Panels of a collapsed row are not queried. */
export interface Row {
  readonly title: string;
  readonly collapsed: boolean;
  readonly repeat: string;
  readonly y: number;
  readonly panels: readonly Panel[];
  readonly id: number;
}

/** The first day of a week, as `Date.getDay` counts. */
export type WeekStart = 0 | 1 | 6;

/** Panels before the first row, then rows. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly time: { readonly from: string; readonly to: string };
  /** Seconds-like text (`30s`), or '' for none. */
  readonly refresh: string;
  readonly timezone: string;
  /** The day that `now/w` begins with; null: Monday. */
  readonly weekStart: WeekStart | null;
  /** 0: crosshair of its own, 1: shared crosshair, 2: shared tooltip. */
  readonly graphTooltip: 0 | 1 | 2;
  readonly variables: readonly VariableDefinition[];
  readonly panels: readonly Panel[];
  readonly rows: readonly Row[];
  readonly links: readonly JsonObject[];
  readonly annotations: readonly AnnotationDefinition[];
}

/** Which stored events are wanted. */
export interface StoredAnnotations {
  /** Those of the dashboard, or, with tags, those of any. */
  readonly of: 'dashboard' | 'tags';
  readonly tags: readonly string[];
  /** One of the tags is enough. */
  readonly matchAny: boolean;
  readonly limit: number;
}

/** Events that a dashboard asks for and draws on its charts. */
export interface AnnotationDefinition {
  readonly name: string;
  /** Those that people and tools stored here; null: a query finds them. */
  readonly stored: StoredAnnotations | null;
  /** Where the query goes. */
  readonly datasource: DatasourceRef | null;
  readonly expr: string;
  /** Least step, as `30s`; '' = a minute. */
  readonly step: string;
  readonly enabled: boolean;
  /** No switch for it is shown. */
  readonly hidden: boolean;
  readonly color: string;
  readonly titleFormat: string;
  readonly textFormat: string;
  /** Labels whose values become tags. */
  readonly tagKeys: readonly string[];
  /** The value is the time of the event, in Unix ms. */
  readonly useValueForTime: boolean;
  /** Panels that do, or with `exclude` do not, show it; null for all. */
  readonly panels: { readonly ids: readonly number[]; readonly exclude: boolean } | null;
}

export interface VariableDefinition {
  readonly name: string;
  readonly label: string;
  /** query, datasource, interval, custom, textbox, constant, adhoc; others are named on screen. */
  readonly type: string;
  /** The query's text, the options of custom and interval, the type of a data source, the value of a constant. */
  readonly query: string;
  readonly regex: string;
  readonly multi: boolean;
  readonly includeAll: boolean;
  /** What "All" is written as; '' = all options joined. */
  readonly allValue: string;
  readonly sort: number;
  /** 0 never again, 1 when the dashboard opens, 2 when the time range changes. */
  readonly refresh: number;
  /** 0 shown, 1 without label, 2 not shown. */
  readonly hide: number;
  readonly current: { readonly text: string; readonly values: readonly string[] };
  readonly auto: { readonly count: number; readonly min: string } | null;
  readonly datasource: DatasourceRef | null;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of a list that are objects; anything else is an empty list. */
export function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function text(value: Json | undefined, fallback = ''): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : fallback;
}

export function number(value: Json | undefined, fallback: number): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : fallback;
}

export function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The value at a path of keys; undefined where a step is missing. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let current = value;
  for (const key of path) current = isObject(current) ? current[key] : undefined;
  return current;
}
