import { compareUtf8 } from '#lib/utf8';
import { fieldLike, grouped, numberField, pickLines, withFields } from './columns.ts';
import { at, type Json, type JsonObject, number, object, objects, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { reducer } from './reducers.ts';

/** `sortBy`: lines by one column. Lines without a value come last. */
export function sortBy(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const { field: name, desc } = objects(options['sort'])[0] ?? {};
  return frames.map((frame) => {
    const field = frame.fields.find((candidate) => candidate.name === text(name));
    return field === undefined ? frame : pickLines(frame, sortedLines(field, desc === true));
  });
}

/** The indexes of a field's values in their order; equal ones stay as they are, and no value comes last. */
export function sortedLines(field: Field, descending: boolean): number[] {
  const lines = Array.from({ length: field.values.length }, (_, i) => i);
  const sign = descending ? -1 : 1;
  if (field.type === 'string') {
    return lines.sort((a, b) => sign * compareUtf8(field.values[a]!, field.values[b]!));
  }
  return lines.sort((a, b) => {
    const [left, right] = [field.values[a]!, field.values[b]!];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return left === right ? 0 : sign * (left < right ? -1 : 1);
  });
}

/** `limit`: the first lines, or the last when the number is negative. */
export function limit(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const most = number(options['limitField'], 10);
  return frames.map((frame) => {
    if (frame.length <= Math.abs(most)) return frame;
    const lines = Array.from({ length: frame.length }, (_, line) => line);
    return pickLines(frame, most < 0 ? lines.slice(most) : lines.slice(0, most));
  });
}

/** `groupBy`: a line per group, with calculations over the group's values in columns like `Value (max)`. */
export function groupBy(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const plan = object(options['fields']);
  const does = (field: Field, operation: string): boolean => at(plan, field.name, 'operation') === operation;
  return frames.map((frame) => {
    const keys = frame.fields.filter((field) => does(field, 'groupby'));
    if (keys.length === 0) return frame;
    const groups = [...groupLines(frame, keys).values()];
    const columns = keys.map((field) =>
      fieldLike(
        field,
        groups.map((lines) => field.values[lines[0]!]),
      ),
    );
    const calculated = frame.fields
      .filter((field) => does(field, 'aggregate'))
      .flatMap((field) => aggregations(at(plan, field.name, 'aggregations')).map((id) => aggregate(field, id, groups)));
    return withFields(frame, [...columns, ...calculated]);
  });
}

function groupLines(frame: DataFrame, keys: readonly Field[]): Map<string, number[]> {
  const lines = Array.from({ length: frame.length }, (_, line) => line);
  return grouped(lines, (line) => JSON.stringify(keys.map((field) => String(field.values[line]))));
}

function aggregations(ids: Json | undefined): string[] {
  return (Array.isArray(ids) ? ids : []).map((id) => text(id)).filter((id) => reducer(id) !== undefined);
}

/** Of texts only counts and ends can be had. */
function aggregate(field: Field, id: string, groups: readonly (readonly number[])[]): Field {
  const name = `${field.name} (${id})`;
  if (field.type !== 'string') {
    const { values } = field;
    const numbers = groups.map((lines) => reducer(id)!.reduce(lines.map((line) => values[line]!)));
    return {
      ...numberField(name, numbers),
      type: field.type === 'time' && id !== 'count' ? 'time' : 'number',
    } as Field;
  }
  const { values } = field;
  if (id === 'count')
    return numberField(
      name,
      groups.map(({ length }) => length),
    );
  if (id === 'distinctCount')
    return numberField(
      name,
      groups.map((lines) => new Set(lines.map((i) => values[i])).size),
    );
  const place = id.startsWith('first') ? 0 : -1;
  return {
    ...fieldLike(
      field,
      groups.map((lines) => values[lines.at(place)!]),
    ),
    name,
  };
}
