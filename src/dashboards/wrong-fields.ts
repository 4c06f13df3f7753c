import { isObject, type Json, type JsonObject } from './dashboard.ts';

/** A field of a dashboard file that holds something else than it should: its default counts in its place. */
export interface WrongField {
  /** `panels[3].gridPos.w` */
  readonly path: string;
  readonly wanted: string;
  readonly found: string;
}

/** What a field may hold: one of several kinds, a list of one shape, or an object of known members. */
type Shape = 'text' | 'number' | 'flag' | 'object' | 'any' | readonly Shape[] | ListOf | Members;
interface ListOf {
  readonly listOf: Shape;
}
interface Members {
  readonly members: Readonly<Record<string, Shape>>;
}

const listOf = (shape: Shape): ListOf => ({ listOf: shape });
const members = (known: Readonly<Record<string, Shape>>): Members => ({ members: known });
/** The same shape for each of these names. */
const each = (shape: Shape, names: string): Record<string, Shape> =>
  Object.fromEntries(names.split(' ').map((name) => [name, shape]));

const SOURCE: Shape = ['text', members(each('text', 'uid type'))];
const TARGET = members({
  ...each('text', 'refId expr legendFormat format interval'),
  ...each('flag', 'instant range hide exemplar'),
  ...{ intervalFactor: 'number', datasource: SOURCE },
});
const LEGEND = members({
  ...each('text', 'displayMode placement sortBy'),
  ...each('flag', 'showLegend sortDesc'),
  ...{ width: 'number', calcs: listOf('text') },
});
const OPTIONS = members({
  legend: ['flag', LEGEND],
  tooltip: members({ ...each('text', 'mode sort'), ...each('number', 'maxWidth maxHeight'), hideZeros: 'flag' }),
  reduceOptions: members({ calcs: listOf('text'), fields: 'text', values: 'flag', limit: 'number' }),
  ...each('text', 'orientation colorMode graphMode textMode justifyMode content pieType showValue'),
  ...each('text', 'alignValue colorByField sizing'),
  ...each('number', 'perPage barRadius barWidth groupWidth colWidth rowHeight minVizWidth minVizHeight maxVizHeight'),
  ...each('flag', 'fullHighlight mergeValues'),
});
const DEFAULTS = members({
  ...each('text', 'unit displayName noValue'),
  ...each('number', 'min max decimals'),
  fieldMinMax: 'flag',
  color: members(each('text', 'mode fixedColor seriesBy')),
  thresholds: members({ mode: 'text', steps: listOf(members({ color: 'text', value: 'number' })) }),
  mappings: listOf('object'),
  links: listOf('object'),
  custom: 'object',
});
const OVERRIDE = members({
  matcher: members({ id: 'text' }),
  properties: listOf(members({ id: 'text' })),
});
const GRID = members(each('number', 'x y w h'));
const PANEL_FIELDS: Readonly<Record<string, Shape>> = {
  ...each('number', 'id maxDataPoints maxPerRow minSpan'),
  ...each('text', 'type title description interval timeFrom timeShift repeat repeatDirection'),
  ...{ transparent: 'flag', gridPos: GRID, datasource: SOURCE, targets: listOf(TARGET), options: OPTIONS },
  fieldConfig: members({ defaults: DEFAULTS, overrides: listOf(OVERRIDE) }),
  transformations: listOf(members({ id: 'text', options: 'object', disabled: 'flag' })),
  links: listOf('object'),
};
/** A row, too: it holds panels, and old ones are objects of `rows`. */
const PANEL = members({
  ...PANEL_FIELDS,
  ...{ collapsed: 'flag', panels: listOf(members(PANEL_FIELDS)) },
});
const OLD_ROW = members({
  ...{ title: 'text', repeat: 'text', height: ['number', 'text'], panels: listOf(members(PANEL_FIELDS)) },
  ...each('flag', 'collapse showTitle'),
});
const CURRENT_VALUE: Shape = ['text', 'flag', listOf(['text', 'flag'])];
const VARIABLE = members({
  ...each('text', 'name label type regex allValue auto_min'),
  ...each('flag', 'multi includeAll auto'),
  ...each('number', 'sort hide auto_count'),
  query: ['text', members({ query: 'text' })],
  refresh: ['number', 'flag'],
  current: members({ text: CURRENT_VALUE, value: CURRENT_VALUE }),
  filters: listOf('object'),
  datasource: SOURCE,
});
const ANNOTATION = members({
  ...each('text', 'name expr step iconColor titleFormat textFormat tagKeys'),
  ...each('flag', 'enable hide'),
  ...{ builtIn: ['number', 'flag'], useValueForTime: ['flag', 'text'], datasource: SOURCE },
  target: members({ expr: 'text', type: 'text', tags: listOf('text'), limit: 'number', matchAny: 'flag' }),
  filter: members({ ids: listOf('number'), exclude: 'flag' }),
});
const DASHBOARD = members({
  ...each('text', 'uid title description timezone weekStart'),
  ...{ tags: listOf('text'), schemaVersion: 'number', time: members(each('text', 'from to')) },
  ...{ refresh: ['text', 'flag'], graphTooltip: 'number', sharedCrosshair: 'flag' },
  templating: members({ list: listOf(VARIABLE) }),
  annotations: members({ list: listOf(ANNOTATION) }),
  links: listOf('object'),
  panels: listOf(PANEL),
  rows: listOf(OLD_ROW),
});

/** Nobody mends more at once. */
const MOST = 100;

/**
 * The fields of a dashboard of the first schema that hold another kind of thing than they should, in the order of the file,
 * a hundred at most. What is null or not there has its default and is right; a number for a text, and a text that is a
 * number for one, are taken as such. Fields that this program does not read are not looked at, nor is the second schema.
 */
export function wrongFields(json: Json): readonly WrongField[] {
  if (isObject(json) && (isObject(json['elements']) || isObject(json['spec']))) return [];
  const wrong: WrongField[] = [];
  look(json, DASHBOARD, '', wrong);
  return wrong.slice(0, MOST);
}

function look(value: Json | undefined, shape: Shape, path: string, wrong: WrongField[]): void {
  if (value === null || value === undefined || wrong.length >= MOST) return;
  const shapes = isOneOfSeveral(shape) ? shape : [shape];
  const fitting = shapes.find((one) => fits(value, one));
  if (fitting === undefined) wrong.push({ path, wanted: shapes.map(nameOf).join(' or '), found: nameOfValue(value) });
  else if (isList(fitting)) lookInside(value as readonly Json[], fitting, path, wrong);
  else if (isMembers(fitting)) {
    for (const [key, inside] of Object.entries(value as JsonObject)) {
      const known = Object.hasOwn(fitting.members, key) ? fitting.members[key]! : 'any';
      look(inside, known, path === '' ? key : `${path}.${key}`, wrong);
    }
  }
}

function lookInside(list: readonly Json[], { listOf: shape }: ListOf, path: string, wrong: WrongField[]): void {
  list.forEach((item, i) => {
    // A list has no defaults: what is nothing in it is left out.
    if (item === null) wrong.push({ path: `${path}[${i}]`, wanted: nameOf(shape), found: 'null' });
    else look(item, shape, `${path}[${i}]`, wrong);
  });
}

function fits(value: Json, shape: Shape): boolean {
  if (shape === 'any') return true;
  if (shape === 'text') return typeof value === 'string' || typeof value === 'number';
  if (shape === 'number')
    return typeof value === 'number' || (typeof value === 'string' && (value === '' || !Number.isNaN(Number(value))));
  if (shape === 'flag') return typeof value === 'boolean';
  if (shape === 'object' || isMembers(shape)) return isObject(value);
  return isOneOfSeveral(shape) ? shape.some((one) => fits(value, one)) : Array.isArray(value);
}

function isOneOfSeveral(shape: Shape): shape is readonly Shape[] {
  return Array.isArray(shape);
}

function isList(shape: Shape): shape is ListOf {
  return typeof shape === 'object' && 'listOf' in shape;
}

function isMembers(shape: Shape): shape is Members {
  return typeof shape === 'object' && 'members' in shape;
}

function nameOf(shape: Shape): string {
  if (isOneOfSeveral(shape)) return shape.map(nameOf).join(' or ');
  if (isList(shape)) return 'a list';
  if (isMembers(shape) || shape === 'object') return 'an object';
  return { text: 'a text', number: 'a number', flag: 'true or false', any: 'anything' }[shape];
}

function nameOfValue(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const written = JSON.stringify(value);
  return written.length > 40 ? `${written.slice(0, 39)}…` : written;
}
