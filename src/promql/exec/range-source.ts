import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { Series } from '#storage/queryable';
import { KIND_STALE, type SampleBuffer } from '#storage/sample-buffer';
import type { RangeNode } from '../plan/node.ts';
import type { StepGrid } from '../value.ts';
import { type Batch, histogramAt, rowsOf, type SeriesRow, type VectorOperator } from './batch.ts';
import { type Execution, lookTimes, stepTimes } from './execution.ts';
import { resolveResets } from './reset-hints.ts';

/** One series of a range vector, with its samples over all steps. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly dropName: boolean;
  /** As of a `Series`. */
  label?(name: string): string;
  /** Appends the samples to `out`, ascending, without staleness markers. */
  read(out: SampleBuffer): void;
}

/** A range vector: its series in batches, and the windows that the steps look through. */
export interface RangeSource {
  readonly series: AsyncIterator<readonly RangeSeries[]>;
  /** By step: the last moment of the window. */
  readonly ends: Float64Array;
  readonly range: Millis;
  /** Windows that reach further than `range` says, for anchored and smoothed functions. */
  readonly margin: WindowMargin;
  readonly boundary: 'plain' | 'anchored' | 'smoothed';
  /** The samples come from storage, not from a subquery. */
  readonly stored: boolean;
}

export interface WindowMargin {
  readonly before: Millis;
  readonly after: Millis;
}

const NO_MARGIN: WindowMargin = { before: 0, after: 0 };

export type BuildVector = (node: Extract<RangeNode, { kind: 'subquery' }>['child'], grid: StepGrid) => VectorOperator;

export interface RangeSourceOptions {
  readonly node: RangeNode;
  readonly grid: StepGrid;
  /** The function around it, as a hint for storage. */
  readonly func: string;
  readonly build: BuildVector;
}

/** Opens a range vector. */
export function openRange(execution: Execution, options: RangeSourceOptions): RangeSource {
  const { node } = options;
  return node.kind === 'subquery' ? openSubquery(execution, node, options) : openSelection(execution, node, options);
}

type RangeSelect = Extract<RangeNode, { kind: 'range-select' }>;
type SubqueryNode = Extract<RangeNode, { kind: 'subquery' }>;

function openSelection(execution: Execution, node: RangeSelect, { grid, func }: RangeSourceOptions): RangeSource {
  const { selection, range } = node;
  const { boundary } = selection;
  const { lookbackDelta } = execution;
  const margin =
    boundary === 'plain' ? NO_MARGIN : { before: lookbackDelta, after: boundary === 'smoothed' ? lookbackDelta : 0 };
  const ends = lookTimes(selection, grid);
  const frame = { ends, range, margin, boundary, stored: true } as const;
  if (ends.length === 0) return { ...frame, series: nothing() };
  const span = { start: ends[0]! - range - margin.before + 1, end: ends[ends.length - 1]! + margin.after };
  const querier = execution.sources.prepare(span);
  const batches = execution.sources.read(querier, selection.matchers, { ...span, step: grid.step, func });
  return { ...frame, series: withoutStale(batches, selection.resolvesResets) };
}

async function* nothing(): AsyncGenerator<readonly RangeSeries[]> {}

async function* withoutStale(
  batches: AsyncIterable<readonly Series[]>,
  resolvesResets: boolean,
): AsyncGenerator<readonly RangeSeries[]> {
  for await (const batch of batches) yield batch.map((series) => new StoredSeries(series, resolvesResets));
}

class StoredSeries implements RangeSeries {
  readonly dropName = false;
  private readonly series: Series;
  private readonly resolvesResets: boolean;

  constructor(series: Series, resolvesResets: boolean) {
    this.series = series;
    this.resolvesResets = resolvesResets;
  }

  get labels(): Labels {
    return this.series.labels;
  }

  label(name: string): string {
    return this.series.label?.(name) ?? this.series.labels.get(name);
  }

  read(out: SampleBuffer): void {
    this.series.read(out);
    dropStale(out);
    if (this.resolvesResets) resolveResets(out);
  }
}

/** Removes staleness markers, keeping the order. */
function dropStale(buffer: SampleBuffer): void {
  if (!buffer.hasStale) return;
  const { kind, length } = buffer;
  const first = kind.indexOf(KIND_STALE);
  if (first >= 0 && first < length) buffer.retain(first, (i) => kind[i] !== KIND_STALE);
  buffer.hasStale = false;
}

/**
 * A subquery's own steps: the multiples of its step in (first - range, last], where first and last are the moments that
 * the outer steps look at.
 */
export function subqueryGrid({ range, step }: Pick<SubqueryNode, 'range' | 'step'>, ends: Float64Array): StepGrid {
  if (ends.length === 0) return { start: 0, step, count: 0 };
  const before = ends[0]! - range;
  const start = (Math.floor(before / step) + 1) * step;
  return { start, step, count: Math.max(0, Math.floor((ends[ends.length - 1]! - start) / step) + 1) };
}

function openSubquery(execution: Execution, node: SubqueryNode, options: RangeSourceOptions): RangeSource {
  const ends = lookTimes(node, options.grid);
  const grid = subqueryGrid(node, ends);
  execution.guard.takeSteps(grid.count);
  const times = stepTimes(grid);
  const batches = options.build(node.child, grid);
  const { range } = node;
  return {
    series: fromBatches(execution, batches, times),
    ends,
    range,
    margin: NO_MARGIN,
    boundary: 'plain',
    stored: false,
  };
}

async function* fromBatches(
  { guard }: Execution,
  operator: VectorOperator,
  times: Float64Array,
): AsyncGenerator<readonly RangeSeries[]> {
  for (let batch = await operator.next(); batch; batch = await operator.next()) {
    guard.check();
    yield rowsOf(batch).map((row) => rangeSeries(row, times));
    guard.release(batch.samples);
  }
}

function rangeSeries({ labels, dropName, batch, base }: SeriesRow, times: Float64Array): RangeSeries {
  return { labels, dropName, read: (out) => readRow(batch, base, times, out) };
}

function readRow(batch: Batch, base: number, times: Float64Array, out: SampleBuffer): void {
  const { values, present } = batch;
  out.reserve(times.length);
  for (let i = 0; i < times.length; i++) {
    if (present[base + i] !== 1) continue;
    const histogram = histogramAt(batch, base + i);
    if (histogram) out.pushHistogram(times[i]!, withoutResetHint(histogram));
    else out.pushFloat(times[i]!, values[base + i]!);
  }
}

/** A subquery may leave out samples or take one twice, so that what a sample says of the one before no longer holds. */
function withoutResetHint(histogram: Histogram): Histogram {
  const { counterResetHint } = histogram;
  const isHint = counterResetHint === 'reset' || counterResetHint === 'not-reset';
  return isHint ? { ...histogram, counterResetHint: 'unknown' } : histogram;
}
