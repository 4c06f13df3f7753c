import type { DataFrame, Field } from './frames.ts';

/** A cell: NaN and '' stand for no value. */
export type Cell = number | string;

/** The frame with other fields; its length follows from them. */
export function withFields(frame: DataFrame, fields: readonly Field[]): DataFrame {
  return { refId: frame.refId, fields, length: fields[0]?.values.length ?? 0 };
}

/** Whether a cell holds something. */
export function isPresent(cell: Cell | undefined): boolean {
  return cell !== undefined && cell !== '' && !Number.isNaN(cell);
}

/** A field of the same name, labels and kind that holds these cells; missing ones become no value. */
export function fieldLike(field: Field, cells: readonly (Cell | undefined)[]): Field {
  const { name, labels } = field;
  if (field.type === 'string') return { name, labels, type: 'string', values: cells.map((cell) => String(cell ?? '')) };
  return { name, labels, type: field.type, values: Float64Array.from(cells, (cell) => Number(cell ?? Number.NaN)) };
}

/** A field of numbers. */
export function numberField(name: string, values: ArrayLike<number>): Field {
  return { name, labels: {}, type: 'number', values: Float64Array.from(values) };
}

/** A field of texts. */
export function stringField(name: string, values: readonly string[]): Field {
  return { name, labels: {}, type: 'string', values };
}

/** Items by key, in the order in which they come. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The lines of a frame at these indexes, in this order. */
export function pickLines(frame: DataFrame, lines: readonly number[]): DataFrame {
  const fields = frame.fields.map((field) => {
    const picked = fieldLike(
      field,
      lines.map((line) => field.values[line]),
    );
    return field.trends === undefined ? picked : { ...picked, trends: lines.map((line) => field.trends![line]!) };
  });
  return { refId: frame.refId, fields, length: lines.length };
}

/** The same frames with names told apart: of two fields `Value` the first becomes `Value 1`, the second `Value 2`. */
export function distinctNames(fields: readonly Field[]): Field[] {
  const counts = new Map<string, number>();
  for (const { name } of fields) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  return fields.map((field) => {
    if (counts.get(field.name) === 1) return field;
    const place = (seen.get(field.name) ?? 0) + 1;
    seen.set(field.name, place);
    return { ...field, name: `${field.name} ${place}` };
  });
}
