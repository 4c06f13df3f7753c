import { fieldLike, numberField, stringField } from './columns.ts';
import { type Json, type JsonObject, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { reducer } from './reducers.ts';

/** `reduce`: a line per series with its calculations, or with `mode: reduceFields` one line per frame. */
export function reduceFrames(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const known = reducersOf(options['reducers']);
  if (text(options['mode']) === 'reduceFields') return frames.map((frame) => reduceFields(frame, known[0]!));
  const series = frames.flatMap((frame) => frame.fields.filter(({ type }) => type === 'number'));
  const labels = options['labelsToFields'] === true ? labelNames(series) : [];
  const calculated = known.map((id) => {
    const { label, reduce } = reducer(id)!;
    return numberField(
      label,
      series.map((field) => (field.type === 'string' ? Number.NaN : reduce(field.values))),
    );
  });
  return [
    {
      refId: frames[0]?.refId ?? 'A',
      fields: [
        stringField(
          'Field',
          series.map(({ name }) => name),
        ),
        ...labels.map((label) =>
          stringField(
            label,
            series.map((field) => field.labels[label] ?? ''),
          ),
        ),
        ...calculated,
      ],
      length: series.length,
    },
  ];
}

function reducersOf(json: Json | undefined): readonly string[] {
  const ids = (Array.isArray(json) ? json : []).map((id) => text(id)).filter((id) => reducer(id) !== undefined);
  return ids.length === 0 ? ['max'] : ids;
}

function labelNames(fields: readonly Field[]): string[] {
  return [...new Set(fields.flatMap(({ labels }) => Object.keys(labels)))];
}

function reduceFields(frame: DataFrame, id: string): DataFrame {
  const { reduce } = reducer(id)!;
  const fields = frame.fields
    .filter(({ type }) => type !== 'time')
    .map((field) => fieldLike(field, [field.type === 'string' ? field.values.at(-1) : reduce(field.values)]));
  return { refId: frame.refId, fields, length: 1 };
}

/** `seriesToRows`: all series in three columns, the newest line first. */
export function seriesToRows(frames: readonly DataFrame[]): DataFrame[] {
  const lines = frames.flatMap((frame) => {
    const times = frame.fields.find(({ type }) => type === 'time');
    return frame.fields
      .filter((field) => field.type === 'number')
      .flatMap(({ name, values }) =>
        Array.from({ length: frame.length }, (_, i) => ({
          time: Number(times?.values[i] ?? Number.NaN),
          name,
          value: Number(values[i]),
        })),
      );
  });
  lines.sort((a, b) => b.time - a.time);
  const time: Field = { name: 'Time', labels: {}, type: 'time', values: Float64Array.from(lines, (line) => line.time) };
  const metric = stringField(
    'Metric',
    lines.map(({ name }) => name),
  );
  const value = numberField(
    'Value',
    lines.map((line) => line.value),
  );
  return [{ refId: frames[0]?.refId ?? 'A', fields: [time, metric, value], length: lines.length }];
}
