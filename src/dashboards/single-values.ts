import { at, type Json, number, type Panel, text } from './dashboard.ts';
import { type Extent, extentsOf } from './extents.ts';
import { type DisplayValue, displayName, displayValue, type FieldConfig, fieldConfig } from './field-config.ts';
import type { DataFrame, Field } from './frames.ts';
import { type ColorTheme, cssColor, fieldColor, legible } from './palette.ts';
import { compilePattern } from './pattern.ts';
import { reducer } from './reducers.ts';

/** One number that a stat or gauge shows. */
export interface SingleValue {
  readonly name: string;
  readonly value: number;
  readonly display: DisplayValue;
  readonly color: string;
  /** The color for text on the panel's ground. */
  readonly textColor: string;
  readonly config: FieldConfig;
  /** Of its field. */
  readonly labels: Readonly<Record<string, string>>;
  /** The texts of its line, by field, where it is one cell of a table and has links; else none. */
  readonly line: readonly (readonly [field: string, text: string])[];
  /** The ends of its gauge. */
  readonly min: number;
  readonly max: number;
  /** What it was reduced from, for a line behind it; null when it is one cell of a table. */
  readonly trend: { readonly times: ArrayLike<number>; readonly values: ArrayLike<number> } | null;
}

/** A panel never shows more numbers than this without a limit of its own. */
const MOST_VALUES = 200;

export interface SingleValueInput {
  readonly panel: Panel;
  readonly frames: readonly DataFrame[];
  readonly theme: ColorTheme;
  /** The ends of a gauge where the panel gives none: `hundred` from 0 to 100, `data` from the least to the largest value. */
  readonly ends: 'hundred' | 'data';
}

/** The numbers of a panel by its `reduceOptions`: one per field and calculation, or one per line of the data. */
export function singleValues(input: SingleValueInput): SingleValue[] {
  const { panel, frames, theme } = input;
  const options = at(panel.options, 'reduceOptions');
  const chosen = chosenFields(frames, text(at(options, 'fields')));
  const extents = extentsOf(frames);
  const limit = number(at(options, 'limit'), MOST_VALUES);
  const found: SingleValue[] = [];
  for (const { frame, field } of chosen) {
    const config = fieldConfig(panel, frame, field);
    const ends = endsOf(config, input.ends, extents(config, field));
    for (const one of reductions(frame, field, options)) {
      if (found.length >= limit) return found;
      const display =
        one.text === null ? displayValue(config, one.value) : { prefix: '', text: one.text, suffix: '', color: '' };
      const name = one.name ?? displayName(config, field);
      const colorInput = { value: one.value, ...ends, index: found.length, name };
      const color = display.color === '' ? fieldColor(config, colorInput, theme) : cssColor(display.color, theme);
      const textColor = legible(color, theme);
      const line = config.links.length === 0 || one.line === null ? [] : lineTexts(frame, one.line);
      const { value, trend } = one;
      found.push({ name, value, display, color, textColor, config, labels: field.labels, line, ...ends, trend });
    }
  }
  return found;
}

interface ChosenField {
  readonly frame: DataFrame;
  readonly field: Field;
}

/** Without a choice all numbers; `/…/` by name, a bare name exactly. */
function chosenFields(frames: readonly DataFrame[], fields: string): ChosenField[] {
  const pattern = fields.startsWith('/') ? compilePattern(fields) : null;
  const wanted = ({ name, type }: Field): boolean => {
    if (fields === '') return type === 'number';
    return pattern === null ? name === fields : pattern.find(name);
  };
  return frames.flatMap((frame) => frame.fields.filter(wanted).map((field) => ({ frame, field })));
}

interface Reduction {
  readonly value: number;
  /** Of a field of texts; null where the number is shown. */
  readonly text: string | null;
  readonly name: string | null;
  readonly trend: SingleValue['trend'];
  /** Which line of its frame it is; null where it was made of all of them. */
  readonly line: number | null;
}

function lineTexts({ fields }: DataFrame, line: number): SingleValue['line'] {
  return fields.map(({ name, values }) => [name, String(values[line])] as const);
}

function reductions(frame: DataFrame, field: Field, options: Json | undefined): Reduction[] {
  if (at(options, 'values') === true) return everyLine(frame, field);
  if (field.type === 'string') {
    return [{ value: Number.NaN, text: field.values.at(-1) ?? '', name: null, trend: null, line: null }];
  }
  const calcs = at(options, 'calcs');
  const ids = Array.isArray(calcs) && calcs.length > 0 ? calcs.map((id) => text(id)) : ['lastNotNull'];
  const times = frame.fields.find(({ type }) => type === 'time');
  const trend = times?.type === 'time' && frame.length > 1 ? { times: times.values, values: field.values } : null;
  return ids.map((id) => ({
    value: (reducer(id) ?? reducer('lastNotNull')!).reduce(field.values),
    text: null,
    name: null,
    trend,
    line: null,
  }));
}

/** Named by the texts of its line, as in `eth0 up`. */
function everyLine(frame: DataFrame, field: Field): Reduction[] {
  const names = frame.fields.filter((other) => other.type === 'string' && other !== field);
  return Array.from({ length: frame.length }, (_, i) => ({
    value: field.type === 'string' ? Number.NaN : field.values[i]!,
    text: field.type === 'string' ? field.values[i]! : null,
    name: names.length === 0 ? null : names.map(({ values }) => String(values[i])).join(' '),
    trend: null,
    line: i,
  }));
}

/** The ends of a field's gauge. A field of shares ends at 1 unless the file says otherwise. */
function endsOf(config: FieldConfig, ends: SingleValueInput['ends'], extent: Extent): Extent {
  const share = config.unit === 'percentunit' ? 1 : 100;
  const fixed = ends === 'hundred' || config.unit === 'percent' || config.unit === 'percentunit';
  const min = config.min ?? (fixed ? 0 : finite(extent.min, 0));
  const max = config.max ?? (fixed ? share : finite(extent.max, 100));
  return max > min ? { min, max } : { min, max: min + 1 };
}

function finite(value: number, fallback: number): number {
  return Number.isFinite(value) ? value : fallback;
}
