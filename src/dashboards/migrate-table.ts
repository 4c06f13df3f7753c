import { type Json, type JsonObject, number, object, objects, text } from './dashboard.ts';

/** A table of before Grafana 7, whose columns were styled by pattern and whose series became lines by `transform`. */
export function migrateTable(panel: JsonObject): JsonObject {
  // The first style that matches a column was the one that counted; of overrides it is the last.
  const overrides = objects(panel['styles'])
    .map((style) => {
      const pattern = text(style['pattern']);
      const regex = /^\/.*\/$/.test(pattern);
      return { matcher: { id: regex ? 'byRegexp' : 'byName', options: pattern }, properties: styleProperties(style) };
    })
    .reverse();
  const steps = transformations(panel);
  return {
    ...panel,
    type: 'table',
    fieldConfig: { defaults: {}, overrides },
    options: { ...sorting(panel), ...object(panel['options']) },
    ...(steps.length > 0 ? { transformations: [...steps, ...objects(panel['transformations'])] } : {}),
  };
}

function sorting(panel: JsonObject): JsonObject {
  const { col, desc } = object(panel['sort']);
  const column = typeof col === 'number' ? text(objects(panel['columns'])[col]?.['text']) : '';
  return column === '' ? {} : { sortBy: [{ displayName: column, desc: desc === true }] };
}

/** What the ways of making lines of series are called today. */
function transformations(panel: JsonObject): JsonObject[] {
  switch (text(panel['transform'])) {
    case 'timeseries_to_rows':
      return [{ id: 'seriesToRows', options: {} }];
    case 'timeseries_to_columns':
      return [{ id: 'seriesToColumns', options: { reducers: [] } }];
    case 'timeseries_aggregations': {
      const reducers = objects(panel['columns']).map(({ value }) => CALCS[text(value)] ?? text(value));
      return [{ id: 'reduce', options: { reducers: reducers.length > 0 ? reducers : ['mean'] } }];
    }
    case 'table':
      return [{ id: 'merge', options: { reducers: [] } }];
    default:
      return [];
  }
}

const CALCS: Readonly<Record<string, string>> = { avg: 'mean', current: 'lastNotNull', total: 'sum' };

const CELLS: Readonly<Record<string, string>> = {
  cell: 'color-background',
  row: 'color-background',
  value: 'color-text',
};

function styleProperties(style: JsonObject): JsonObject[] {
  const set = (id: string, value: Json | undefined, when = true): JsonObject[] => {
    return when && value !== undefined && value !== null && value !== '' ? [{ id, value }] : [];
  };
  const type = text(style['type']);
  const mode = text(style['colorMode']);
  const cell = CELLS[mode];
  return [
    ...set('custom.hidden', type === 'hidden'),
    ...set('displayName', text(style['alias'])),
    ...set(
      'unit',
      type === 'date' ? `time: ${text(style['dateFormat'], 'YYYY-MM-DD HH:mm:ss')}`.replace(': ', ':') : style['unit'],
    ),
    ...set('decimals', number(style['decimals'], Number.NaN), typeof style['decimals'] === 'number'),
    ...set('custom.align', style['align'], typeof style['align'] === 'string'),
    ...set('custom.cellOptions', { type: cell ?? '', applyToRow: mode === 'row' }, cell !== undefined),
    ...set('thresholds', { mode: 'absolute', steps: stepsOf(style) }, cell !== undefined),
    ...set('color', { mode: 'thresholds' }, cell !== undefined),
    ...set('mappings', mappingsOf(style), objects(style['valueMaps']).length > 0),
    ...set('links', [linkOf(style)], style['link'] === true),
  ];
}

/** `thresholds: ["80", "90"]` with one color more than numbers. */
function stepsOf(style: JsonObject): JsonObject[] {
  const limits = Array.isArray(style['thresholds']) ? style['thresholds'] : [];
  const colors = Array.isArray(style['colors']) ? style['colors'] : [];
  return [null, ...limits.map((limit) => number(limit, 0))].map((value, i) => {
    return { value, color: colors[i] ?? ['green', 'orange', 'red'][Math.min(i, 2)]! };
  });
}

function mappingsOf(style: JsonObject): JsonObject[] {
  return objects(style['valueMaps']).map((map) => {
    return { type: 'value', options: { [text(map['value'])]: { text: text(map['text']) } } };
  });
}

/** `${__cell}` and `${__cell_2}` of an address are the cell and its line's third one. */
function linkOf(style: JsonObject): JsonObject {
  const url = text(style['linkUrl']).replace(/\$\{?__cell(?::raw)?\}?(?!_)/g, '${__value.raw}');
  return { title: text(style['linkTooltip']), url, targetBlank: style['linkTargetBlank'] === true };
}
