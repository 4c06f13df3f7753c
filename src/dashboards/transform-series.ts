import { grouped, numberField, stringField, withFields } from './columns.ts';
import { at, type JsonObject, number, text } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { histogramOf, niceBucketSize } from './histogram.ts';
import { reducer } from './reducers.ts';
import { joinByField } from './transform-join.ts';

interface Series {
  readonly frame: DataFrame;
  readonly times: Float64Array;
  readonly field: Field & { readonly values: Float64Array };
}

function seriesOf(frame: DataFrame): Series[] {
  const times = frame.fields.find(({ type }) => type === 'time');
  if (times?.type !== 'time') return [];
  return frame.fields.flatMap((field) => (field.type === 'number' ? [{ frame, times: times.values, field }] : []));
}

/** `timeSeriesTable`: a line per series with its labels and its course, which a sparkline cell draws. */
export function timeSeriesTable(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const byRef = grouped(frames.flatMap(seriesOf), ({ frame }) => frame.refId);
  const left = frames.filter((frame) => seriesOf(frame).length === 0);
  const tables = [...byRef].map(([refId, all]): DataFrame => {
    const calc = reducer(text(at(options, refId, 'stat'), 'lastNotNull')) ?? reducer('lastNotNull')!;
    const labels = [...new Set(all.flatMap(({ field }) => Object.keys(field.labels)))];
    const columns = labels.map((label) =>
      stringField(
        label,
        all.map(({ field }) => field.labels[label] ?? ''),
      ),
    );
    const numbers = numberField(
      `Trend #${refId}`,
      all.map(({ field }) => calc.reduce(field.values)),
    );
    const trend = { ...numbers, trends: all.map(({ times, field }) => ({ times, values: field.values })) };
    return { refId, fields: [...columns, trend], length: all.length };
  });
  return [...tables, ...left];
}

/** `prepareTimeSeries`: all series in one frame (`wide`), a frame per series (`multi`), or a line per value (`long`). */
export function prepareTimeSeries(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const format = text(options['format'], 'wide');
  const series = frames.flatMap(seriesOf);
  if (format === 'wide') return joinByField(frames, {});
  if (format !== 'long') {
    return series.map(({ frame, times, field }) =>
      withFields(frame, [{ name: 'Time', labels: {}, type: 'time', values: times }, field]),
    );
  }
  return series.length === 0 ? [...frames] : [longFrame(series)];
}

function longFrame(series: readonly Series[]): DataFrame {
  const lines = series
    .flatMap(({ times, field }) =>
      Array.from(field.values, (value, i) => ({ time: times[i]!, value, labels: field.labels })),
    )
    .sort((a, b) => a.time - b.time);
  const labels = [...new Set(series.flatMap(({ field }) => Object.keys(field.labels)))];
  const fields: Field[] = [
    { name: 'Time', labels: {}, type: 'time', values: Float64Array.from(lines, ({ time }) => time) },
    numberField(
      'Value',
      lines.map(({ value }) => value),
    ),
    ...labels.map((label) =>
      stringField(
        label,
        lines.map((line) => line.labels[label] ?? ''),
      ),
    ),
  ];
  return { refId: series[0]!.frame.refId, fields, length: lines.length };
}

/** `joinByLabels`: one table of the newest values, a column per value of a label, lines by the labels that are common. */
export function joinByLabels(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const by = text(options['value']);
  const series = frames.flatMap(seriesOf).filter(({ field }) => field.labels[by] !== undefined);
  if (series.length === 0) return [...frames];
  const wanted = Array.isArray(options['join']) ? options['join'].map((label) => text(label)) : [];
  const labels =
    wanted.length > 0
      ? wanted
      : Object.keys(series[0]!.field.labels).filter(
          (label) => label !== by && series.every(({ field }) => field.labels[label] !== undefined),
        );
  const columns = [...new Set(series.map(({ field }) => field.labels[by]!))];
  const rows = grouped(series, ({ field }) => JSON.stringify(labels.map((label) => field.labels[label] ?? '')));
  const lines = [...rows.values()];
  const last = reducer('lastNotNull')!;
  const fields = [
    ...labels.map((label) =>
      stringField(
        label,
        lines.map((line) => line[0]!.field.labels[label] ?? ''),
      ),
    ),
    ...columns.map((column) =>
      numberField(
        column,
        lines.map((line) => {
          const one = line.find(({ field }) => field.labels[by] === column);
          return one === undefined ? Number.NaN : last.reduce(one.field.values);
        }),
      ),
    ),
  ];
  return [{ refId: series[0]!.frame.refId, fields, length: lines.length }];
}

/** `histogram`: how many values lie in each bucket, a column per series or with `combine` all in one. */
export function histogram(frames: readonly DataFrame[], options: JsonObject): DataFrame[] {
  const fields = frames.flatMap((frame) => frame.fields.flatMap((field) => (field.type === 'number' ? [field] : [])));
  if (fields.length === 0) return [...frames];
  const combine = options['combine'] === true;
  const columns = combine
    ? [Float64Array.from(fields.flatMap(({ values }) => [...values]))]
    : fields.map(({ values }) => values);
  const size = number(options['bucketSize'], 0) || niceBucketSize(columns, number(options['bucketCount'], 30));
  const all = histogramOf(columns, { size, offset: number(options['bucketOffset'], 0) });
  // A table of buckets leaves out those that are empty in all columns.
  const filled = all.starts.map((_, i) => i).filter((i) => all.counts.some((column) => column[i]! > 0));
  const starts = filled.map((i) => all.starts[i]!);
  const ends = starts.map((start) => start + size);
  const made = all.counts.map((column, i) =>
    numberField(
      combine ? 'Count' : fields[i]!.name,
      filled.map((bucket) => column[bucket]!),
    ),
  );
  return [
    {
      refId: frames[0]?.refId ?? 'A',
      fields: [numberField('xMin', starts), numberField('xMax', ends), ...made],
      length: starts.length,
    },
  ];
}
