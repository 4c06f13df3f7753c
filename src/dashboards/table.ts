import { at, type JsonObject, number, object, type Panel, text } from './dashboard.ts';
import { type Extent, type ExtentOf, extentsOf } from './extents.ts';
import { displayName, displayReduced, displayValue, type FieldConfig, fieldConfig } from './field-config.ts';
import type { DataFrame, Field } from './frames.ts';
import { type ColorTheme, cssColor, fieldColor, legible, readableOn } from './palette.ts';
import { reducer } from './reducers.ts';
import { formattedText, unitFormatter } from './units.ts';

/** What a cell looks like besides its text. */
export type CellLook =
  | 'plain'
  | 'color-text'
  | 'color-background'
  | 'gauge'
  | 'sparkline'
  | 'json'
  | 'image'
  | 'links'
  | 'pill';

/** A column of a table panel. */
export interface TableColumn {
  readonly name: string;
  readonly field: Field;
  readonly config: FieldConfig;
  readonly align: 'left' | 'right' | 'center';
  /** In pixels; null shares what is left. */
  readonly width: number | null;
  readonly minWidth: number;
  readonly look: CellLook;
  /** What its colors and gauges are measured on; only columns that have such are measured. */
  readonly min: number;
  readonly max: number;
  /** The ground of its cells is that of their whole line. */
  readonly colorsLine: boolean;
  /** Lines can be chosen by what stands in it. */
  readonly filterable: boolean;
  readonly wrap: boolean;
}

/** What stands in a cell. Colors are CSS; null is the table's own. */
export interface TableCell {
  readonly text: string;
  readonly color: string | null;
  readonly background: string | null;
  /** How full its gauge is, 0 to 1; null without one. */
  readonly share: number | null;
}

const LEAST_WIDTH = 60;

/** The columns of a frame that are shown, in order; it is one of the panel's `frames`. */
export function tableColumns(panel: Panel, frame: DataFrame, frames: readonly DataFrame[]): TableColumn[] {
  const extents = extentsOf(frames);
  return frame.fields
    .map((field) => tableColumn(fieldConfig(panel, frame, field), field, extents))
    .filter(({ config }) => config.custom['hidden'] !== true && at(config.custom, 'hideFrom', 'viz') !== true);
}

function tableColumn(config: FieldConfig, field: Field, extents: ExtentOf): TableColumn {
  const look = field.trends === undefined ? lookOf(config.custom) : 'sparkline';
  const align = text(config.custom['align']);
  const width = number(config.custom['width'], 0);
  return {
    name: displayName(config, field),
    field,
    config,
    align:
      align === 'left' || align === 'center' || align === 'right' ? align : field.type === 'number' ? 'right' : 'left',
    width: width > 0 ? width : null,
    minWidth: number(config.custom['minWidth'], LEAST_WIDTH),
    look,
    colorsLine: at(config.custom, 'cellOptions', 'applyToRow') === true,
    filterable: config.custom['filterable'] === true,
    wrap: at(config.custom, 'cellOptions', 'wrapText') === true || config.custom['wrapText'] === true,
    ...(COLORED.has(look) ? endsOf(config, extents(config, field)) : { min: 0, max: 100 }),
  };
}

/** What shares of a column are of; percentages are of their whole. */
function endsOf({ unit, min, max }: FieldConfig, extent: Extent): Extent {
  const whole = unit === 'percentunit' ? 1 : unit === 'percent' ? 100 : null;
  return {
    min: min ?? (whole !== null || !Number.isFinite(extent.min) ? 0 : extent.min),
    max: max ?? whole ?? (Number.isFinite(extent.max) ? extent.max : 100),
  };
}

/** The names of today (`cellOptions.type`) and of before Grafana 9.5 (`displayMode`). */
const LOOKS: Readonly<Record<string, CellLook>> = {
  'color-text': 'color-text',
  'color-background': 'color-background',
  'color-background-solid': 'color-background',
  gauge: 'gauge',
  basic: 'gauge',
  'basic-gauge': 'gauge',
  'gradient-gauge': 'gauge',
  'lcd-gauge': 'gauge',
  sparkline: 'sparkline',
  'json-view': 'json',
  image: 'image',
  'data-links': 'links',
  pill: 'pill',
};

/** How each kind of cell is called in files. */
export const CELL_TYPES: readonly string[] = ['auto', ...Object.keys(LOOKS)];

function lookOf(custom: JsonObject): CellLook {
  const type = text(at(custom, 'cellOptions', 'type')) || text(custom['displayMode']);
  return Object.hasOwn(LOOKS, type) ? LOOKS[type]! : 'plain';
}

/** Looks whose colors follow from the value. */
const COLORED: ReadonlySet<CellLook> = new Set(['color-text', 'color-background', 'gauge', 'pill']);

/** The cell of a column in a line. */
export function tableCell({ field, config, look, min, max }: TableColumn, line: number, theme: ColorTheme): TableCell {
  const { shown, own, value } = cellText(field, config, line);
  const plain = { text: shown, color: own === '' ? null : cssColor(own, theme), background: null, share: null };
  if (!COLORED.has(look) || (shown === '' && Number.isNaN(value))) return plain;
  const color = plain.color ?? fieldColor(config, { value, min, max, index: 0, name: field.name }, theme);
  if (look === 'color-text') return { ...plain, color: legible(color, theme) };
  if (look === 'color-background' || look === 'pill') {
    return color === 'transparent' ? plain : { ...plain, color: readableOn(color), background: color };
  }
  const share = (value - min) / (max - min);
  return {
    text: shown,
    color: null,
    background: color,
    share: Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0,
  };
}

function cellText(field: Field, config: FieldConfig, line: number): { shown: string; own: string; value: number } {
  if (field.type === 'string') {
    const written = field.values[line] ?? '';
    const mapped = config.map(Number.NaN, written);
    return {
      shown: mapped?.text || written || config.noValue,
      own: mapped?.color ?? '',
      value: Number(written || Number.NaN),
    };
  }
  const value = field.values[line] ?? Number.NaN;
  if (field.type === 'time') {
    const shown = Number.isNaN(value) ? '' : formattedText(unitFormatter(config.unit ?? 'dateTimeAsIso')(value));
    return { shown, own: '', value };
  }
  const display = displayValue(config, value);
  return { shown: formattedText(display), own: display.color, value };
}

/** The texts below the columns, in their order, when `options.footer` asks for them; null when it does not. */
export function tableFooter(panel: Panel, columns: readonly TableColumn[]): readonly string[] | null {
  const footer = object(panel.options['footer']);
  if (footer['show'] !== true) return null;
  const ids = (Array.isArray(footer['reducer']) ? footer['reducer'] : []).map((id) => text(id));
  const known = ids.flatMap((id) => reducer(id) ?? []);
  const calcs = known.length > 0 ? known : [reducer('sum')!];
  const wanted = Array.isArray(footer['fields']) ? footer['fields'] : [];
  const texts = columns.map(({ name, field, config }) => {
    if (field.type !== 'number' || (wanted.length > 0 && !wanted.includes(name))) return '';
    const shown = calcs.map((calc) => displayReduced(config, calc, field.values));
    // Several numbers of one column say which is which.
    return calcs.length === 1 ? shown[0]! : shown.map((value, i) => `${calcs[i]!.label} ${value}`).join('  ');
  });
  if (texts[0] === '' && calcs.length === 1) texts[0] = calcs[0]!.label;
  return texts;
}

/** Whether a table shows a page of lines at a time. */
export function isPaged({ options }: Panel): boolean {
  return options['enablePagination'] === true || at(options, 'footer', 'enablePagination') === true;
}

/** The column and direction that a table begins with. */
export function initialSort(panel: Panel): { readonly column: string; readonly descending: boolean } | null {
  const [first] = Array.isArray(panel.options['sortBy']) ? panel.options['sortBy'] : [];
  const column = text(at(first, 'displayName'));
  return column === '' ? null : { column, descending: at(first, 'desc') === true };
}
