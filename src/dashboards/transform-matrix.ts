import { type Cell, distinctNames, fieldLike, grouped, numberField, stringField, withFields } from './columns.ts';
import { type JsonObject, object, objects, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';

/** `groupingToMatrix`: a line per value of one column, a column per value of another, cells from a third. */
export function groupingToMatrix(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  if (frames.length !== 1) return [...frames];
  const [frame] = frames as readonly [DataFrame];
  const named = (key: string): Field | undefined => frame.fields.find(({ name }) => name === text(options[key]));
  const [columns, rows, values] = [named('columnField'), named('rowField'), named('valueField')];
  if (columns === undefined || rows === undefined || values === undefined) return [frame];
  const columnValues = distinct(columns);
  const rowValues = distinct(rows);
  const cells = new Map<string, Cell>();
  for (let i = 0; i < frame.length; i++) {
    cells.set(JSON.stringify([rows.values[i], columns.values[i]]), values.values[i]!);
  }
  const empty = EMPTY[text(options['emptyValue'])];
  const key = { ...fieldLike(rows, rowValues), name: `${rows.name}\\${columns.name}` };
  const made = columnValues.map((column) => ({
    ...fieldLike(
      values,
      rowValues.map((row) => cells.get(JSON.stringify([row, column])) ?? empty),
    ),
    name: String(column),
    labels: {},
  }));
  return [withFields(frame, [key, ...made])];
}

/** What stands where there is no value; nothing where the option says nothing. */
const EMPTY: Readonly<Record<string, Cell>> = { zero: 0, true: 1, false: 0 };

function distinct({ values }: Field): Cell[] {
  return [...new Set<Cell>(Array.from(values as ArrayLike<Cell>))];
}

/** `concatenate`: all columns of all frames in one. */
export function concatenate(frames: readonly DataFrame[]): DataFrame[] {
  if (frames.length < 2) return [...frames];
  const length = Math.max(...frames.map((frame) => frame.length));
  const fields = frames.flatMap((frame) => frame.fields.map((field) => padded(field, length)));
  return [{ refId: frames.map(({ refId }) => refId).join('-'), fields: distinctNames(fields), length }];
}

function padded(field: Field, length: number): Field {
  return fieldLike(
    field,
    Array.from({ length }, (_, line) => field.values[line]),
  );
}

/** `transpose`: columns become lines; the first column's cells name the new columns. */
export function transpose(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  return frames.map((frame) => {
    const [first, ...rest] = frame.fields;
    if (first === undefined) return frame;
    const heading = text(options['firstFieldName']) || 'Field';
    const names = stringField(
      heading,
      rest.map(({ name }) => name),
    );
    const numbers = rest.every(({ type }) => type !== 'string');
    const columns = Array.from({ length: frame.length }, (_, line) => {
      const cells = rest.map((field) => field.values[line]!);
      const name = text(options['restFieldsName']) || String(first.values[line]);
      return numbers ? numberField(name, cells.map(Number)) : stringField(name, cells.map(String));
    });
    return withFields(frame, [names, ...columns]);
  });
}

/** `rowsToFields`: each line becomes a column, named by one column's cell, holding another's. */
export function rowsToFields(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const handlers = objects(options['mappings']);
  const chosen = (key: string): string =>
    text(handlers.find((mapping) => text(mapping['handlerKey']) === key)?.['fieldName']);
  return frames.map((frame) => {
    const texts = frame.fields.filter(({ type }) => type === 'string');
    const byName = (name: string): Field | undefined => frame.fields.find((field) => field.name === name);
    const names = byName(chosen('field.name')) ?? texts[0];
    const values = byName(chosen('field.value')) ?? frame.fields.find(({ type }) => type === 'number');
    if (names === undefined || values === undefined) return frame;
    const labelled = texts.filter((field) => field !== names && field !== values);
    const fields = Array.from({ length: frame.length }, (_, line): Field => {
      const labels = Object.fromEntries(labelled.map((field) => [field.name, String(field.values[line])]));
      return { ...fieldLike(values, [values.values[line]]), name: String(names.values[line]), labels };
    });
    return withFields(frame, fields);
  });
}

/** `partitionByValues`: a frame per combination of values of some columns. */
export function partitionByValues(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const wanted = (Array.isArray(options['fields']) ? options['fields'] : []).map((name) => text(name));
  const keep = options['keepFields'] === true;
  const asLabels = object(options['naming'])['asLabels'] !== false;
  return frames.flatMap((frame) => {
    const keys = frame.fields.filter(({ name }) => wanted.includes(name));
    if (keys.length === 0) return [frame];
    const lines = Array.from({ length: frame.length }, (_, line) => line);
    const groups = grouped(lines, (line) => JSON.stringify(keys.map(({ values }) => String(values[line]))));
    return [...groups.values()].map((lines) => {
      const labels = Object.fromEntries(keys.map((key) => [key.name, String(key.values[lines[0]!])]));
      const fields = frame.fields
        .filter((field) => keep || !keys.includes(field))
        .map((field) => {
          const part = fieldLike(
            field,
            lines.map((line) => field.values[line]),
          );
          return asLabels && field.type === 'number' ? { ...part, labels: { ...field.labels, ...labels } } : part;
        });
      return { refId: frame.refId, fields, length: lines.length };
    });
  });
}
