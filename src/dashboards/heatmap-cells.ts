import type { Millis, TimeRange } from '#model/time';
import { at, type Json, number, text } from './dashboard.ts';
import { type DataFrame, type Field, sampleValue } from './frames.ts';

/** A row of a heatmap: the values from `low` to `high`, or a name of its own. */
export interface HeatmapRow {
  readonly low: number;
  readonly high: number;
  /** Of rows that stand for no values; '' otherwise. */
  readonly name: string;
}

/** Counts by time and row. */
export interface HeatmapCells {
  /** Where each column begins, ascending. */
  readonly times: readonly Millis[];
  readonly step: Millis;
  /** From the lowest to the highest. */
  readonly rows: readonly HeatmapRow[];
  /** Row by row, a number per time; NaN where there is none. */
  readonly counts: readonly Float64Array[];
}

interface Series {
  readonly times: Float64Array;
  readonly field: Field & { readonly values: Float64Array };
  readonly step: Millis | null;
}

function seriesOf(frames: readonly DataFrame[]): Series[] {
  return frames.flatMap((frame) => {
    const times = frame.fields.find(({ type }) => type === 'time');
    if (times?.type !== 'time') return [];
    return frame.fields.flatMap((field) =>
      field.type === 'number' ? [{ times: times.values, field, step: frame.step ?? null }] : [],
    );
  });
}

/** The least distance of two times, or a minute when there is only one. */
function stepOf(times: readonly Millis[], series: readonly Series[]): Millis {
  const known = series.map(({ step }) => step).find((step) => step !== null);
  if (known !== undefined && known !== null) return known;
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  return gaps.length === 0 ? 60_000 : Math.min(...gaps);
}

function sharedTimes(series: readonly Series[]): Millis[] {
  return [...new Set(series.flatMap(({ times }) => [...times]))].sort((a, b) => a - b);
}

/**
 * Series as rows. When all have a label `le` they are counters of "at most this much": each is given back without those
 * below it, so that a cell counts what lies in its own bucket.
 */
export function bucketCells(frames: readonly DataFrame[]): HeatmapCells {
  const series = seriesOf(frames);
  const times = sharedTimes(series);
  const step = stepOf(times, series);
  const bounds = series.map(({ field }) => sampleValue(field.labels['le'] ?? field.name));
  if (series.some(({ field }) => field.labels['le'] === undefined) && bounds.some(Number.isNaN)) {
    const rows = series.map(({ field }) => ({ low: Number.NaN, high: Number.NaN, name: field.name }));
    return { times, step, rows, counts: series.map((one) => columnAt(one, times)) };
  }
  const places = new Map<number, Series[]>();
  series.forEach((one, i) => {
    places.set(bounds[i]!, [...(places.get(bounds[i]!) ?? []), one]);
  });
  const sorted = [...places.keys()].sort((a, b) => a - b);
  const totals = sorted.map((bound) => sumAt(places.get(bound)!, times));
  const counts = totals.map((total, i) => (i === 0 ? total : without(total, totals[i - 1]!)));
  const rows = sorted.map((high, i) => ({ low: i === 0 ? Number.NEGATIVE_INFINITY : sorted[i - 1]!, high, name: '' }));
  return { times, step, rows, counts };
}

function columnAt({ times: own, field }: Series, times: readonly Millis[]): Float64Array {
  const byTime = new Map(Array.from(own, (time, i) => [time, field.values[i]!]));
  return Float64Array.from(times, (time) => byTime.get(time) ?? Number.NaN);
}

function sumAt(series: readonly Series[], times: readonly Millis[]): Float64Array {
  const columns = series.map((one) => columnAt(one, times));
  return Float64Array.from(times, (_, i) =>
    columns.reduce((sum, column) => (Number.isNaN(sum) ? column[i]! : sum + (column[i]! || 0)), Number.NaN),
  );
}

/** Rates of counters are not exact: a bucket never holds less than nothing. */
function without(total: Float64Array, below: Float64Array): Float64Array {
  return total.map((value, i) => (Number.isNaN(value) ? value : Math.max(0, value - (below[i]! || 0))));
}

/** Cells that come with their bounds: what native histograms become. */
export function sparseCells(frame: DataFrame): HeatmapCells {
  const column = (name: string): Float64Array => {
    const field = frame.fields.find((candidate) => candidate.name === name);
    return field === undefined || field.type === 'string' ? new Float64Array(0) : field.values;
  };
  const [at_, low, high, count] = [column('Time'), column('yMin'), column('yMax'), column('Count')];
  const times = [...new Set(at_)].sort((a, b) => a - b);
  const places = new Map(times.map((time, i) => [time, i]));
  const rows = new Map<string, { row: HeatmapRow; counts: Float64Array }>();
  for (let i = 0; i < frame.length; i++) {
    const key = `${low[i]} ${high[i]}`;
    const entry = rows.get(key) ?? {
      row: { low: low[i]!, high: high[i]!, name: '' },
      counts: new Float64Array(times.length).fill(Number.NaN),
    };
    const place = places.get(at_[i]!)!;
    entry.counts[place] = (entry.counts[place]! || 0) + count[i]!;
    rows.set(key, entry);
  }
  const sorted = [...rows.values()].sort((a, b) => a.row.low - b.row.low);
  return {
    times,
    step: frame.step ?? stepOf(times, []),
    rows: sorted.map(({ row }) => row),
    counts: sorted.map(({ counts }) => counts),
  };
}

/** What `options.calculation` says about one axis: so many buckets, or buckets of a size. */
interface Buckets {
  readonly count: number;
  readonly size: number | null;
  readonly log: number | null;
}

function bucketsOf(json: Json | undefined, usual: number): Buckets {
  const value = number(at(json, 'value'), Number.NaN);
  const bySize = text(at(json, 'mode')) === 'size' && value > 0;
  const log = text(at(json, 'scale', 'type')) === 'log' ? number(at(json, 'scale', 'log'), 2) : null;
  return { count: bySize || !(value > 0) ? usual : Math.min(500, value), size: bySize ? value : null, log };
}

/** Counts the samples of all series by time and value. */
export function calculatedCells(
  frames: readonly DataFrame[],
  range: TimeRange,
  calculation: Json | undefined,
): HeatmapCells {
  const series = seriesOf(frames);
  const values = series.flatMap(({ field }) => [...field.values].filter(Number.isFinite));
  if (values.length === 0) return { times: [], step: 60_000, rows: [], counts: [] };
  const across = bucketsOf(at(calculation, 'xBuckets'), 40);
  const step = Math.max(
    1,
    across.size ?? Math.ceil((range.end - range.start) / across.count),
    Math.ceil((range.end - range.start) / 500),
  );
  const start = Math.floor(range.start / step) * step;
  const times = Array.from({ length: Math.ceil((range.end + 1 - start) / step) }, (_, i) => start + i * step);
  const rows = rowsOver(values, bucketsOf(at(calculation, 'yBuckets'), 24));
  const counts = rows.map(() => new Float64Array(times.length));
  for (const { times: own, field } of series) {
    for (let i = 0; i < own.length; i++) {
      const value = field.values[i]!;
      const column = Math.floor((own[i]! - start) / step);
      const row = rows.findIndex(({ high }) => value < high);
      if (Number.isFinite(value) && column >= 0 && column < times.length && row >= 0) counts[row]![column]! += 1;
    }
  }
  return { times, step, rows, counts };
}

/** Rows from below the least to above the largest value. Values that are not positive have no place on a log scale. */
function rowsOver(values: readonly number[], { count, size, log }: Buckets): HeatmapRow[] {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  if (log !== null && low > 0) {
    const first = Math.floor(Math.log(low) / Math.log(log));
    const last = Math.max(first + 1, Math.floor(Math.log(high) / Math.log(log)) + 1);
    return steps(first, last, (power) => log ** power);
  }
  const each = size ?? roundSize((high - low || Math.abs(high) || 1) / count);
  const first = Math.floor(low / each);
  return steps(first, Math.min(first + 500, Math.floor(high / each) + 1), (place) => place * each);
}

function steps(first: number, last: number, bound: (place: number) => number): HeatmapRow[] {
  return Array.from({ length: last - first }, (_, i) => ({
    low: bound(first + i),
    high: bound(first + i + 1),
    name: '',
  }));
}

function roundSize(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 2.5, 5, 10].find((nice) => nice * power >= wanted * 0.999) ?? 10);
}
