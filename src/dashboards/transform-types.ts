import { numberField, stringField, withFields } from './columns.ts';
import { isObject, type Json, type JsonObject, objects, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { formatDate } from './unit-dates.ts';

/** `convertFieldType`: columns as numbers, times or texts. */
export function convertFieldType(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const conversions = new Map(
    objects(options['conversions']).map((one) => [text(one['targetField']), text(one['destinationType'])]),
  );
  return frames.map((frame) =>
    withFields(
      frame,
      frame.fields.map((field) => converted(field, conversions.get(field.name))),
    ),
  );
}

function converted(field: Field, type: string | undefined): Field {
  const cells = Array.from<string | number>(field.values);
  switch (type) {
    case 'number':
      return { ...field, type, values: Float64Array.from(cells, numeric) };
    case 'boolean':
      return { ...field, type: 'number', values: Float64Array.from(cells, truth) };
    case 'time':
      return { ...field, type, values: Float64Array.from(cells, timeOf) };
    case 'string':
      return { ...field, type, values: cells.map((cell) => (Number.isNaN(cell) ? '' : String(cell))) };
    default:
      return field;
  }
}

function numeric(cell: string | number): number {
  return cell === '' ? Number.NaN : Number(cell);
}

function truth(cell: string | number): number {
  return cell === 'false' || cell === '0' || cell === 0 || cell === '' ? 0 : 1;
}

function timeOf(cell: string | number): number {
  if (typeof cell === 'number') return cell;
  return /^\d+$/.test(cell) ? Number(cell) : Date.parse(cell);
}

/** `formatTime`: a column of times as texts of a pattern. */
export function formatTime(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const [name, pattern] = [text(options['timeField']), text(options['outputFormat']) || 'YYYY-MM-DD HH:mm:ss'];
  return frames.map((frame) =>
    withFields(
      frame,
      frame.fields.map((field) =>
        field.name !== name || field.type === 'string'
          ? field
          : { ...field, type: 'string', values: Array.from(field.values, (time) => formatDate(time, pattern)) },
      ),
    ),
  );
}

/** `extractFields`: columns from the parts of a column of JSON, of `key=value` pairs, or of a list. */
export function extractFields(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const source = text(options['source']);
  const format = text(options['format']) || 'auto';
  return frames.map((frame) => {
    const field = source === 'labels' ? labelsOf(frame) : frame.fields.find(({ name }) => name === source);
    if (field === undefined) return frame;
    const lines = Array.from(field.values as ArrayLike<string | number>, (cell) => partsOf(String(cell), format));
    const names = [...new Set(lines.flatMap((line) => [...line.keys()]))];
    const made = names.map((name) => columnOf(name, lines));
    if (options['replace'] !== true) return withFields(frame, [...frame.fields, ...made]);
    const times = options['keepTime'] === true ? frame.fields.filter(({ type }) => type === 'time') : [];
    return withFields(frame, [...times, ...made]);
  });
}

/** The labels of a series as a column of JSON, the same in every line. */
function labelsOf(frame: DataFrame): Field | undefined {
  const labels = frame.fields.find(({ type }) => type === 'number')?.labels;
  return labels === undefined
    ? undefined
    : stringField('labels', new Array<string>(frame.length).fill(JSON.stringify(labels)));
}

type Parts = ReadonlyMap<string, string | number>;

function partsOf(cell: string, format: string): Parts {
  if (format === 'kvp' || (format === 'auto' && !/^\s*[{[]/.test(cell))) return pairsOf(cell);
  try {
    const json = JSON.parse(cell) as Json;
    if (!isObject(json)) return new Map();
    return new Map(
      Object.entries(json).map(([name, value]) => [name, typeof value === 'number' ? value : textOf(value)]),
    );
  } catch {
    return new Map();
  }
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}

function pairsOf(cell: string): Parts {
  const pairs = cell.matchAll(/([^\s,;&={}]+)\s*[=:]\s*(?:"((?:\\.|[^"\\])*)"|([^\s,;&{}]*))/g);
  return new Map([...pairs].map(([, name, quoted, bare]) => [name!, quoted ?? bare ?? '']));
}

function columnOf(name: string, lines: readonly Parts[]): Field {
  const cells = lines.map((line) => line.get(name) ?? '');
  const numbers = cells.every((cell) => cell === '' || typeof cell === 'number');
  return numbers
    ? numberField(name, cells.map(numeric))
    : stringField(
        name,
        cells.map((cell) => String(cell)),
      );
}
