import { METRIC_NAME } from '#model/labels';
import { KIND_HISTOGRAM, type SampleBuffer } from '#storage/sample-buffer';
import { scratchBuffer } from '#storage/scratch-buffer';
import { overlappingStart, possibleNonCounter } from '../annotations.ts';
import type { OpenRow } from '../fn/open-row.ts';
import { overlapsBefore, type StartedSamples } from '../fn/start-times.ts';
import { SMOOTHED } from '../fn/window-functions.ts';
import type { WindowFunction, Windows } from '../fn/windows.ts';
import type { WindowNode } from '../plan/node.ts';
import type { StepGrid } from '../value.ts';
import { type Batch, BatchWriter, PassingRow, type VectorOperator } from './batch.ts';
import { type Execution, stepTimes } from './execution.ts';
import type { RangeSeries, RangeSource } from './range-source.ts';
import { count, streamed } from './selector.ts';
import { mixedWindows } from './window-mixed.ts';
import { WindowPlaces } from './window-places.ts';

export interface WindowOptions {
  readonly node: WindowNode;
  readonly source: RangeSource;
  readonly grid: StepGrid;
  readonly apply: WindowFunction;
  /** Asked once, before the first series. */
  readonly args: () => Promise<readonly Float64Array[]>;
}

/** What gives a sample as it is. */
const KEEPING_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time', SMOOTHED]);

/** A function over the windows of a range vector, series by series; its samples are read once. */
export function windowOperator(execution: Execution, options: WindowOptions): VectorOperator {
  const { source, grid, node } = options;
  const keepsName = KEEPING_NAME.has(node.func);
  const windows = new SlidingWindows(execution, options);
  let isStarted = false;
  const operator = streamed(source.series, (series: readonly RangeSeries[]): Batch[] => {
    const writer = new BatchWriter(grid.count, series.length);
    for (const one of series) {
      const row = writer.row(one.labels, !keepsName || one.dropName);
      windows.read(one);
      windows.apply(one, row);
      if (writer.keepIfPresent(row)) windows.note(one, row);
    }
    const batches = writer.finish();
    for (const batch of batches) execution.guard.take(batch.samples);
    return batches;
  });
  return {
    next: async () => {
      if (!isStarted) windows.args = await options.args();
      isStarted = true;
      return operator.next();
    },
    each: async (visit) => {
      windows.args = await options.args();
      const passing = new PassingRow(grid.count);
      for (let next = await source.series.next(); !next.done; next = await source.series.next()) {
        for (const one of next.value) {
          const row = passing.begin();
          windows.read(one);
          windows.apply(one, row);
          if (passing.show(one, !keepsName || one.dropName, visit)) windows.note(one, row);
        }
      }
    },
  };
}

/** Functions that look at start times and say where they overlap. */
const USING_STARTS: ReadonlySet<string> = new Set(['rate', 'increase', 'irate']);

const COUNTER_SUFFIX = /_(?:total|sum|count|bucket)$/;

/** The windows of one series after the other, in memory that is used again. */
class SlidingWindows {
  args: readonly Float64Array[] = [];
  private readonly execution: Execution;
  private readonly options: WindowOptions;
  private buffer: SampleBuffer = scratchBuffer();
  private held = 0;
  /** The last name that raised no doubt: series come in order. */
  private counter: string | null = null;
  private readonly places: WindowPlaces;
  private readonly times: Float64Array;

  constructor(execution: Execution, options: WindowOptions) {
    this.execution = execution;
    this.options = options;
    this.places = new WindowPlaces(options.source);
    this.times = stepTimes(options.grid);
  }

  /** Reads the samples of a series and finds each window in them. */
  read(series: RangeSeries): void {
    const { execution, places } = this;
    execution.guard.release(this.held);
    const buffer = scratchBuffer();
    this.buffer = buffer;
    series.read(buffer);
    this.held = buffer.length;
    execution.guard.take(buffer.length);
    if (this.options.source.stored) count(execution, buffer);
    else execution.guard.tick(buffer.length);
    places.find(buffer);
    execution.counters.queryable += places.seen;
  }

  apply(series: RangeSeries, row: OpenRow): void {
    const { buffer, options, execution } = this;
    const windows = this.windows();
    const { t, starts } = buffer;
    if (starts && USING_STARTS.has(options.node.func)) this.noteOverlaps(series, { t, starts });
    if (!hasHistogram(buffer)) {
      options.apply(windows, row, { annotations: execution.annotations, span: options.node.span });
      execution.guard.tick(windows.ends.length);
      return;
    }
    mixedWindows({ windows, row, buffer, series, options, execution });
  }

  private windows(): Windows {
    const { buffer, places, times, args, options } = this;
    const { from, to, version } = places;
    const { ends, range, boundary } = options.source;
    const { t, v, starts, place } = buffer;
    return { t, v, starts, place, from, to, ends, range, times, args, boundary, version };
  }

  /** Start times that do not go together with the sample before them are not used, and that is said. */
  private noteOverlaps({ labels }: RangeSeries, { t, starts }: StartedSamples): void {
    const { node } = this.options;
    const { from, to } = this.places;
    let next = 0;
    for (let i = 0; i < from.length; i++) {
      for (next = Math.max(next, from[i]! + 1); next < to[i]!; next++) {
        if (!overlapsBefore({ t, starts }, next)) continue;
        this.execution.annotations.warn(overlappingStart(labels.get(METRIC_NAME)), node.span);
        return;
      }
    }
  }

  /** Prometheus doubts that rate and increase of floats make sense for a metric that is not called a counter. */
  note(series: RangeSeries, { columns, base }: OpenRow): void {
    const { node, grid } = this.options;
    if (node.func !== 'rate' && node.func !== 'increase') return;
    const name = series.label?.(METRIC_NAME) ?? series.labels.get(METRIC_NAME);
    if (name === this.counter) return;
    if (name === '' || COUNTER_SUFFIX.test(name)) {
      this.counter = name;
      return;
    }
    for (let i = base; i < base + grid.count; i++) {
      if (columns.present[i] !== 1 || columns.histograms?.[i] !== undefined) continue;
      this.execution.annotations.info(possibleNonCounter(name), node.span);
      return;
    }
  }
}

function hasHistogram({ kind, histograms, length }: SampleBuffer): boolean {
  if (histograms.length === 0) return false;
  for (let i = 0; i < length; i++) if (kind[i] === KIND_HISTOGRAM) return true;
  return false;
}
