import { BarographError } from '#lib/errors';
import { filterText, parseFilters } from './adhoc.ts';
import { parseAnnotations } from './annotations.ts';
import {
  at,
  type Dashboard,
  type FieldOverride,
  isObject,
  type Json,
  type JsonObject,
  number,
  object,
  objects,
  type Panel,
  type Row,
  type Target,
  type Transformation,
  text,
  type VariableDefinition,
  type WeekStart,
} from './dashboard.ts';
import { datasourceRef } from './datasource-ref.ts';

/** How the forms of older and other files become today's; each gives what needs nothing as it is. */
export interface Upgrade {
  readonly whole: (source: JsonObject) => JsonObject;
  readonly panel: (panel: JsonObject) => JsonObject;
}

const NO_UPGRADE: Upgrade = { whole: (source) => source, panel: (panel) => panel };

/** Panels stand this wide where a file says nothing. */
const DEFAULT_WIDTH = 12;
const DEFAULT_HEIGHT = 8;
const GRID_COLUMNS = 24;
/** Others, and none, leave it to the reader. */
const WEEK_STARTS: ReadonlyMap<string, WeekStart> = new Map([
  ['sunday', 0],
  ['monday', 1],
  ['saturday', 6],
]);

/**
 * Reads a Grafana dashboard whose panels are in today's form, or become so by `upgrade`: with `panels`, or with the `rows`
 * of old files. Wrong types of fields are replaced by their defaults; unknown fields stay in `source`. Throws `bad-request`
 * only when the text is no dashboard at all. `fallbackUid` names a dashboard whose file has no uid.
 */
export function parseCurrent(json: Json, fallbackUid: string, upgrade = NO_UPGRADE): Dashboard {
  const source = unwrapped(json, upgrade);
  if (!isObject(source) || (!Array.isArray(source['panels']) && !Array.isArray(source['rows']))) {
    throw new BarographError('this is not a Grafana dashboard: it has neither "panels" nor "rows"', {
      kind: 'bad-request',
      code: 'not-a-dashboard',
      hint: 'Export the dashboard as JSON in Grafana: Share, Export, Save to file.',
    });
  }
  const { panels, rows } = layout(source, upgrade);
  const tooltip = number(source['graphTooltip'], source['sharedCrosshair'] === true ? 1 : 0);
  return {
    uid: text(source['uid']) || fallbackUid,
    title: text(source['title'], 'Untitled'),
    description: text(source['description']),
    tags: Array.isArray(source['tags']) ? source['tags'].filter((tag) => typeof tag === 'string') : [],
    schemaVersion: number(source['schemaVersion'], 0),
    time: { from: text(at(source, 'time', 'from'), 'now-1h'), to: text(at(source, 'time', 'to'), 'now') },
    refresh: text(source['refresh']),
    timezone: text(source['timezone']),
    weekStart: WEEK_STARTS.get(text(source['weekStart'])) ?? null,
    graphTooltip: tooltip === 1 || tooltip === 2 ? tooltip : 0,
    variables: objects(at(source, 'templating', 'list')).map(parseVariable),
    panels,
    rows,
    links: objects(source['links']),
    annotations: parseAnnotations(objects(at(source, 'annotations', 'list'))),
  };
}

/** Files made by the API wrap the dashboard; those of the app platform hold it as `spec`, perhaps of the second schema. */
function unwrapped(json: Json, upgrade: Upgrade): Json {
  if (!isObject(json)) return json;
  if (isObject(json['dashboard'])) return unwrapped(json['dashboard'], upgrade);
  const platform = text(json['kind']) === 'Dashboard' && isObject(json['spec']);
  const spec = platform ? object(json['spec']) : json;
  const named = platform ? { ...spec, uid: spec['uid'] ?? at(json, 'metadata', 'name') ?? null } : spec;
  return upgrade.whole(named);
}

function layout(source: JsonObject, upgrade: Upgrade): { panels: Panel[]; rows: Row[] } {
  const rowsOnly = !Array.isArray(source['panels']) || (source['panels'].length === 0 && Array.isArray(source['rows']));
  const items = rowsOnly ? fromLegacyRows(objects(source['rows'])) : objects(source['panels']);
  const panels: Panel[] = [];
  const rows: Row[] = [];
  for (const item of [...items].sort(byPosition)) {
    if (text(item['type']) === 'row') rows.push(parseRow(item, upgrade));
    else if (rows.length === 0) panels.push(parsePanel(item, upgrade));
    else {
      const last = rows.pop()!;
      rows.push({ ...last, panels: [...last.panels, parsePanel(item, upgrade)] });
    }
  }
  return { panels, rows };
}

function byPosition(a: JsonObject, b: JsonObject): number {
  const y = number(at(a, 'gridPos', 'y'), 0) - number(at(b, 'gridPos', 'y'), 0);
  return y !== 0 ? y : number(at(a, 'gridPos', 'x'), 0) - number(at(b, 'gridPos', 'x'), 0);
}

function parseRow(item: JsonObject, upgrade: Upgrade): Row {
  return {
    id: number(item['id'], 0),
    title: text(item['title']),
    collapsed: item['collapsed'] === true,
    repeat: text(item['repeat']),
    y: number(at(item, 'gridPos', 'y'), 0),
    panels: objects(item['panels']).map((panel) => parsePanel(panel, upgrade)),
  };
}

/** Rows of 12 spans, one below the other, as dashboards before version 16 have them. */
function fromLegacyRows(rows: readonly JsonObject[]): JsonObject[] {
  const items: JsonObject[] = [];
  let y = 0;
  const headings = rows.some(
    (row) => row['collapse'] === true || row['showTitle'] === true || text(row['repeat']) !== '',
  );
  for (const row of rows) {
    const height = Math.max(3, Math.round(pixels(row['height']) / 38));
    if (headings) {
      items.push({
        type: 'row',
        title: row['title'] ?? '',
        collapsed: row['collapse'] === true,
        repeat: row['repeat'] ?? null,
        gridPos: { x: 0, y, w: 24, h: 1 },
      });
      y += 1;
    }
    let x = 0;
    for (const panel of objects(row['panels'])) {
      const w = Math.min(GRID_COLUMNS, Math.max(1, Math.round(number(panel['span'], 4) * 2)));
      if (x + w > GRID_COLUMNS) {
        x = 0;
        y += height;
      }
      items.push({ ...panel, gridPos: { x, y, w, h: height } });
      x += w;
    }
    y += height;
  }
  return items;
}

function pixels(value: Json | undefined): number {
  return number(typeof value === 'string' ? value.replace(/px$/, '') : value, 250);
}

function parsePanel(written: JsonObject, upgrade: Upgrade): Panel {
  const item = upgrade.panel(written);
  return {
    id: number(item['id'], 0),
    type: text(item['type']),
    title: text(item['title']),
    description: text(item['description']),
    position: {
      x: number(at(item, 'gridPos', 'x'), 0),
      y: number(at(item, 'gridPos', 'y'), 0),
      w: number(at(item, 'gridPos', 'w'), DEFAULT_WIDTH),
      h: number(at(item, 'gridPos', 'h'), DEFAULT_HEIGHT),
    },
    targets: objects(item['targets']).map(parseTarget),
    datasource: datasourceRef(item['datasource']),
    options: object(item['options']),
    defaults: object(at(item, 'fieldConfig', 'defaults')),
    overrides: objects(at(item, 'fieldConfig', 'overrides')).map(parseOverride),
    transformations: objects(item['transformations']).filter(isEnabled).map(parseTransformation),
    maxDataPoints: item['maxDataPoints'] === undefined ? null : number(item['maxDataPoints'], 0) || null,
    interval: text(item['interval']),
    timeFrom: text(item['timeFrom']),
    timeShift: text(item['timeShift']),
    repeat: text(item['repeat']),
    repeatDirection: text(item['repeatDirection']) === 'v' ? 'v' : 'h',
    // Before version 17 a repeat said how narrow its panels may become.
    maxPerRow: number(item['maxPerRow'], Math.floor(GRID_COLUMNS / (2 * number(item['minSpan'], 3)))),
    transparent: item['transparent'] === true,
    source: written,
  };
}

function parseTarget(item: JsonObject, index: number): Target {
  const format = text(item['format']);
  const instant = item['instant'] === true;
  return {
    refId: text(item['refId']) || String.fromCharCode(65 + (index % 26)),
    expr: text(item['expr']),
    legendFormat: text(item['legendFormat']),
    instant,
    range: item['range'] === true || !instant,
    format: format === 'table' || format === 'heatmap' ? format : 'time_series',
    interval: text(item['interval']),
    intervalFactor: Math.max(1, number(item['intervalFactor'], 1)),
    hide: item['hide'] === true,
    exemplar: item['exemplar'] === true,
    datasource: datasourceRef(item['datasource']),
  };
}

function parseOverride(item: JsonObject): FieldOverride {
  return {
    matcher: { id: text(at(item, 'matcher', 'id')), options: at(item, 'matcher', 'options') ?? null },
    properties: objects(item['properties']).map((property) => ({
      id: text(property['id']),
      value: property['value'] ?? null,
    })),
  };
}

function isEnabled(item: JsonObject): boolean {
  return item['disabled'] !== true;
}

function parseTransformation(item: JsonObject): Transformation {
  return { id: text(item['id']), options: object(item['options']) };
}

/** What "All" is called in the `current` of a variable. */
const ALL = '$__all';

function parseVariable(item: JsonObject): VariableDefinition {
  const query = item['query'];
  const value = text(item['type']) === 'adhoc' ? filterTexts(item) : at(item, 'current', 'value');
  const values = (Array.isArray(value) ? value : [value]).map((entry) => text(entry)).filter((entry) => entry !== '');
  const shown = at(item, 'current', 'text');
  return {
    name: text(item['name']),
    label: text(item['label']),
    type: text(item['type'], 'query'),
    query: isObject(query) ? text(query['query']) : text(query),
    regex: text(item['regex']),
    multi: item['multi'] === true,
    includeAll: item['includeAll'] === true,
    allValue: text(item['allValue']),
    sort: number(item['sort'], 0),
    refresh: item['refresh'] === true ? 1 : number(item['refresh'], 0),
    hide: number(item['hide'], 0),
    current: { text: Array.isArray(shown) ? shown.map((entry) => text(entry)).join(' + ') : text(shown), values },
    auto: item['auto'] === true ? { count: number(item['auto_count'], 30), min: text(item['auto_min'], '10s') } : null,
    datasource: datasourceRef(item['datasource']),
  };
}

/** The filters that a file begins with, as URLs write them. */
function filterTexts(item: JsonObject): string[] {
  const written = objects(item['filters']).map(({ key, operator, value }) =>
    [key, operator, value].map((part) => text(part)).join('|'),
  );
  return parseFilters(written).map(filterText);
}

/** Whether the selection of a variable is "All". */
export function isAll(values: readonly string[]): boolean {
  return values.includes(ALL) || (values.length === 1 && values[0] === 'All');
}
