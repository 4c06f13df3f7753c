import { at, isObject, type Json, type JsonObject, number, object, objects, text } from './dashboard.ts';

/** Whether this is a dashboard of the second schema: panels in `elements`, their places in `layout`. */
export function isV2(source: JsonObject): boolean {
  return isObject(source['elements']) && isObject(source['layout']);
}

/**
 * A dashboard of the second schema in the words of the first: rows and tabs become rows, automatic grids get places. Parts
 * that the first has no word for are left out of the answer; the file keeps them.
 */
export function fromV2(source: JsonObject): JsonObject {
  const elements = object(source['elements']);
  const time = object(source['timeSettings']);
  return {
    uid: source['uid'] ?? null,
    title: source['title'] ?? null,
    description: source['description'] ?? '',
    tags: source['tags'] ?? [],
    links: source['links'] ?? [],
    schemaVersion: 42,
    time: { from: time['from'] ?? 'now-1h', to: time['to'] ?? 'now' },
    refresh: time['autoRefresh'] ?? '',
    timezone: time['timezone'] ?? '',
    weekStart: time['weekStart'] ?? '',
    graphTooltip: ['Off', 'Crosshair', 'Tooltip'].indexOf(text(source['cursorSync'])),
    templating: { list: objects(source['variables']).map(variable) },
    annotations: { list: objects(source['annotations']).map(annotation) },
    panels: new Placing(elements).layout(object(source['layout']), ''),
  };
}

/** Puts panels and rows one below the other, in the order of the layout. */
class Placing {
  private readonly elements: JsonObject;
  private y = 0;

  constructor(elements: JsonObject) {
    this.elements = elements;
  }

  layout(layout: JsonObject, heading: string): JsonObject[] {
    const spec = object(layout['spec']);
    switch (text(layout['kind'])) {
      case 'GridLayout':
        return this.grid(objects(spec['items']));
      case 'AutoGridLayout':
        return this.automatic(spec);
      case 'RowsLayout':
        return objects(spec['rows']).flatMap((row) => this.section(object(row['spec']), heading));
      case 'TabsLayout':
        return objects(spec['tabs']).flatMap((tab) => this.section(object(tab['spec']), heading));
      default:
        return [];
    }
  }

  /** A row or a tab: a heading, then what is in it. The headings of nested ones name those around them. */
  private section(spec: JsonObject, around: string): JsonObject[] {
    const title = [around, text(spec['title'])].filter((part) => part !== '').join(' / ');
    const nested = object(spec['layout']);
    const kind = text(nested['kind']);
    if (kind === 'RowsLayout' || kind === 'TabsLayout') return this.layout(nested, title);
    const row = {
      type: 'row',
      title,
      collapsed: spec['collapse'] === true,
      repeat: at(spec, 'repeat', 'value') ?? null,
      gridPos: { x: 0, y: this.y, w: 24, h: 1 },
    };
    this.y += 1;
    const panels = this.layout(nested, title);
    return row.collapsed ? [{ ...row, panels }] : [{ ...row, panels: [] }, ...panels];
  }

  private grid(items: readonly JsonObject[]): JsonObject[] {
    const top = this.y;
    const placed = items.flatMap((item) => {
      const { x = 0, y = 0, width = 12, height = 8, element, repeat } = object(item['spec']);
      const at_ = { x: number(x, 0), y: top + number(y, 0), w: number(width, 12), h: number(height, 8) };
      this.y = Math.max(this.y, at_.y + at_.h);
      return this.panel(object(element), at_, object(repeat));
    });
    return placed;
  }

  private automatic(spec: JsonObject): JsonObject[] {
    const columns = Math.max(1, Math.min(24, number(spec['maxColumnCount'], 3)));
    const [w, h] = [Math.floor(24 / columns), ROW_HEIGHTS[text(spec['rowHeightMode'])] ?? 9];
    const top = this.y;
    return objects(spec['items']).flatMap((item, i) => {
      const { element, repeat } = object(item['spec']);
      const place = { x: (i % columns) * w, y: top + Math.floor(i / columns) * h, w, h };
      this.y = place.y + h;
      return this.panel(object(element), place, object(repeat));
    });
  }

  private panel(reference: JsonObject, gridPos: JsonObject, repeat: JsonObject): JsonObject[] {
    const element = object(this.elements[text(reference['name'])]);
    const spec = object(element['spec']);
    if (Object.keys(spec).length === 0) return [];
    const data = object(at(spec, 'data', 'spec'));
    const viz = object(spec['vizConfig']);
    return [
      {
        ...object(data['queryOptions']),
        id: spec['id'] ?? 0,
        // Newer files name the type `group`, older ones `kind`.
        type: text(viz['group']) || text(viz['kind']),
        title: spec['title'] ?? '',
        description: spec['description'] ?? '',
        links: spec['links'] ?? [],
        transparent: spec['transparent'] === true,
        gridPos,
        options: at(viz, 'spec', 'options') ?? {},
        fieldConfig: at(viz, 'spec', 'fieldConfig') ?? {},
        targets: objects(data['queries']).map(target),
        transformations: objects(data['transformations']).map(transformation),
        ...(text(repeat['value']) === ''
          ? {}
          : {
              repeat: repeat['value']!,
              repeatDirection: repeat['direction'] ?? 'h',
              maxPerRow: repeat['maxPerRow'] ?? 4,
            }),
      },
    ];
  }
}

const ROW_HEIGHTS: Readonly<Record<string, number>> = { short: 5, standard: 9, tall: 14 };

function target(item: JsonObject): JsonObject {
  const spec = object(item['spec']);
  const query = object(spec['query']);
  return {
    ...object(query['spec']),
    refId: spec['refId'] ?? 'A',
    hide: spec['hidden'] === true,
    datasource: datasource(query, spec['datasource']),
  };
}

/** The type is the query's `group` (or `kind` of older files), the name that of its data source. */
function datasource(query: JsonObject, older: Json | undefined): Json {
  if (isObject(older)) return older;
  const kind = text(query['kind']);
  const type = text(query['group']) || (kind === 'DataQuery' ? '' : kind);
  return { type: type === '' ? null : type, uid: at(query, 'datasource', 'name') ?? null };
}

function transformation(item: JsonObject): JsonObject {
  const spec = object(item['spec']);
  return { ...spec, id: text(spec['id']) || text(item['group']) || text(item['kind']) };
}

const VARIABLES: Readonly<Record<string, string>> = {
  QueryVariable: 'query',
  TextVariable: 'textbox',
  ConstantVariable: 'constant',
  DatasourceVariable: 'datasource',
  IntervalVariable: 'interval',
  CustomVariable: 'custom',
  GroupByVariable: 'groupby',
  AdhocVariable: 'adhoc',
  SwitchVariable: 'switch',
};

const HIDE = ['dontHide', 'hideLabel', 'hideVariable'];
const REFRESH = ['never', 'onDashboardLoad', 'onTimeRangeChanged'];
const SORT = [
  ...['disabled', 'alphabeticalAsc', 'alphabeticalDesc', 'numericalAsc', 'numericalDesc'],
  ...['alphabeticalCaseInsensitiveAsc', 'alphabeticalCaseInsensitiveDesc', 'naturalAsc', 'naturalDesc'],
];

function variable(item: JsonObject): JsonObject {
  const spec = object(item['spec']);
  const query = object(spec['query']);
  const inner = object(query['spec']);
  const written = isObject(spec['query'])
    ? (inner['query'] ?? inner['expr'] ?? inner['__legacyStringValue'] ?? '')
    : spec['query'];
  return {
    ...spec,
    type: VARIABLES[text(item['kind'])] ?? text(item['kind']),
    query: spec['pluginId'] ?? written ?? '',
    datasource: isObject(spec['query']) ? datasource(query, spec['datasource']) : (spec['datasource'] ?? null),
    hide: Math.max(0, HIDE.indexOf(text(spec['hide']))),
    refresh: Math.max(0, REFRESH.indexOf(text(spec['refresh']))),
    sort: Math.max(0, SORT.indexOf(text(spec['sort']))),
  };
}

function annotation(item: JsonObject): JsonObject {
  const spec = object(item['spec']);
  const query = object(spec['query']);
  const options = object(spec['legacyOptions']);
  return {
    ...options,
    ...object(query['spec']),
    ...spec,
    builtIn: spec['builtIn'] === true ? 1 : 0,
    datasource: datasource(query, spec['datasource']),
  };
}
