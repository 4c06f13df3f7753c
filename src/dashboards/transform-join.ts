import { type Cell, distinctNames, fieldLike, isPresent, stringField, withFields } from './columns.ts';
import { type JsonObject, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';

/**
 * `merge`: one table of all frames. Lines that agree in all columns that every frame has become one line, unless both
 * have a value in another column of the same name.
 */
export function merge(frames: readonly DataFrame[]): DataFrame[] {
  const filled = frames.filter(({ length }) => length > 0);
  if (filled.length < 2) return filled.length === 0 ? frames.slice(0, 1) : filled;
  const fields = new Map<string, Field>();
  for (const field of filled.flatMap((frame) => frame.fields))
    if (!fields.has(field.name)) fields.set(field.name, field);
  const common = [...fields.keys()].filter((name) =>
    filled.every((frame) => frame.fields.some((field) => field.name === name)),
  );
  const lines: Map<string, Cell>[] = [];
  const byKey = new Map<string, Map<string, Cell>[]>();
  for (const frame of filled) {
    for (let i = 0; i < frame.length; i++) {
      const line = new Map(frame.fields.map((field): [string, Cell] => [field.name, field.values[i]!]));
      const key = JSON.stringify(common.map((name) => String(line.get(name))));
      const alike = byKey.get(key) ?? [];
      const target = alike.find((other) => fits(other, line, common));
      if (target === undefined) {
        lines.push(line);
        byKey.set(key, [...alike, line]);
      } else for (const [name, cell] of line) if (isPresent(cell)) target.set(name, cell);
    }
  }
  const columns = [...fields.values()].map((field) =>
    fieldLike(
      { ...field, labels: {} },
      lines.map((line) => line.get(field.name)),
    ),
  );
  return [{ refId: filled.map(({ refId }) => refId).join('-'), fields: columns, length: lines.length }];
}

function fits(line: ReadonlyMap<string, Cell>, other: ReadonlyMap<string, Cell>, common: readonly string[]): boolean {
  return [...other].every(
    ([name, cell]) =>
      common.includes(name) || !isPresent(cell) || !isPresent(line.get(name)) || line.get(name) === cell,
  );
}

/**
 * `joinByField`: columns side by side where a field (the time, unless named) has the same value. `inner` keeps every pair of
 * lines that agree; otherwise of several lines of a frame with the same value the last counts.
 */
export function joinByField(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const name = text(options['byField']);
  const keyOf = (frame: DataFrame): Field | undefined =>
    frame.fields.find((field) => (name === '' ? field.type === 'time' : field.name === name));
  const joined = frames.filter((frame) => frame.length > 0 && keyOf(frame) !== undefined);
  if (joined.length < 2) return [...frames];
  const inner = text(options['mode']) === 'inner';
  const indexes = joined.map((frame) => linesByValue(keyOf(frame)!));
  const keys = [...new Set(indexes.flatMap((index) => [...index.keys()]))];
  if (keyOf(joined[0]!)!.type !== 'string') keys.sort((a, b) => Number(a) - Number(b));
  const tuples = inner ? innerTuples(keyOf(joined[0]!)!, indexes) : outerTuples(keys, indexes);
  const columns = joined.flatMap((frame, i) =>
    frame.fields
      .filter((field) => field !== keyOf(frame))
      .map((field) =>
        fieldLike(
          field,
          tuples.map(({ lines }) => (lines[i] === undefined ? undefined : field.values[lines[i]])),
        ),
      ),
  );
  const key = fieldLike(
    { ...keyOf(joined[0]!)!, labels: {} },
    tuples.map((tuple) => tuple.key),
  );
  return [
    {
      refId: joined.map(({ refId }) => refId).join('-'),
      fields: [key, ...distinctNames(columns)],
      length: tuples.length,
    },
  ];
}

function linesByValue({ values }: Field): Map<Cell, number[]> {
  const lines = new Map<Cell, number[]>();
  for (let i = 0; i < values.length; i++) {
    const same = lines.get(values[i]!);
    if (same === undefined) lines.set(values[i]!, [i]);
    else same.push(i);
  }
  return lines;
}

/** A line of the result: its key, and the line of each frame in it. */
interface JoinedLine {
  readonly key: Cell;
  readonly lines: readonly (number | undefined)[];
}

type LineIndex = ReadonlyMap<Cell, readonly number[]>;

function outerTuples(keys: readonly Cell[], indexes: readonly LineIndex[]): JoinedLine[] {
  return keys.map((key) => ({ key, lines: indexes.map((index) => index.get(key)?.at(-1)) }));
}

/** In the order of the first frame. */
function innerTuples({ values }: Field, [, ...others]: readonly LineIndex[]): JoinedLine[] {
  return Array.from<Cell>(values).flatMap((key, line) => {
    let tuples: number[][] = [[line]];
    for (const index of others) {
      tuples = tuples.flatMap((tuple) => (index.get(key) ?? []).map((other) => [...tuple, other]));
    }
    return tuples.map((lines) => ({ key, lines }));
  });
}

/** `labelsToFields`: a column per label, or with `mode: rows` a line per label. */
export function labelsToFields(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  if (text(options['mode']) === 'rows') {
    return frames.flatMap((frame) =>
      frame.fields
        .filter(({ type }) => type === 'number')
        .map(({ labels }) => {
          const entries = Object.entries(labels);
          const fields = [
            stringField(
              'label',
              entries.map(([label]) => label),
            ),
            stringField(
              'value',
              entries.map(([, value]) => value),
            ),
          ];
          return { refId: frame.refId, fields, length: entries.length };
        }),
    );
  }
  const valueLabel = text(options['valueLabel']);
  const kept = options['keepLabels'];
  const keeps = (label: string): boolean => !Array.isArray(kept) || kept.length === 0 || kept.includes(label);
  return frames.map((frame) => {
    const labels = Object.assign({}, ...frame.fields.map((field) => field.labels)) as Readonly<Record<string, string>>;
    const added = Object.entries(labels)
      .filter(([label]) => label !== valueLabel && keeps(label))
      .map(([label, value]) => stringField(label, new Array<string>(frame.length).fill(value)));
    const own = frame.fields.map((field) => ({ ...field, name: field.labels[valueLabel] ?? field.name, labels: {} }));
    return withFields(frame, [...own, ...added]);
  });
}
