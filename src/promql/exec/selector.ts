import type { Millis } from '#model/time';
import type { Series } from '#storage/queryable';
import { KIND_FLOAT, KIND_STALE, type SampleBuffer } from '#storage/sample-buffer';
import { scratchBuffer } from '#storage/scratch-buffer';
import { type OpenRow, setFloat, setHistogram } from '../fn/open-row.ts';
import type { Selection } from '../plan/node.ts';
import type { StepGrid } from '../value.ts';
import { type Batch, BatchWriter, type ColumnRow, PassingRow, type VectorOperator } from './batch.ts';
import { type Execution, lookTimes } from './execution.ts';
import { resolveResets } from './reset-hints.ts';
import { WindowPlaces } from './window-places.ts';

/** What a selector gives of the sample that it finds. */
export type SampleView = 'value' | 'time' | 'start';

export interface SelectorOptions {
  readonly selection: Selection;
  readonly grid: StepGrid;
  readonly view: SampleView;
  /** Whoever asks does not care about the order of series. */
  readonly anyOrder?: boolean;
}

/**
 * An instant vector selector: of each series the newest sample that is not older than the lookback, unless it is a
 * staleness marker. A sample exactly as old as the lookback is too old.
 */
export function selector(execution: Execution, options: SelectorOptions): VectorOperator {
  const { selection, grid, view, anyOrder = false } = options;
  const { sources, lookbackDelta } = execution;
  const looks = lookTimes(selection, grid);
  if (looks.length === 0) return { next: () => Promise.resolve(null) };
  const range = { start: looks[0]! - lookbackDelta + 1, end: looks[looks.length - 1]! };
  // What is known of resets comes from the sample before.
  const newest = looks[0] === range.end && !selection.resolvesResets;
  const hints = { ...range, step: grid.step, func: '', newest, anyOrder };
  const batches = sources.read(sources.prepare(range), selection.matchers, hints);
  const places =
    looks.length < FEW_LOOKS ? null : new WindowPlaces({ ends: looks, range: lookbackDelta, margin: NO_MARGIN });
  const pick = { looks, lookbackDelta, view, places };
  const write = (series: Series, row: OpenRow) => {
    const buffer = scratchBuffer();
    series.read(buffer);
    if (selection.resolvesResets) resolveResets(buffer);
    count(execution, buffer);
    pickSamples(buffer, pick, row);
  };
  const operator = streamed(batches, (series) => {
    const writer = new BatchWriter(looks.length, series.length);
    for (const one of series) {
      const row = writer.row(one.labels, view !== 'value');
      write(one, row);
      writer.keepIfPresent(row);
    }
    return writer.finish().map((batch) => selected(execution, batch));
  });
  return {
    ...operator,
    isSorted: view === 'value' && !anyOrder,
    each: async (visit) => {
      const passing = new PassingRow(looks.length);
      for await (const series of batches) {
        for (const one of series) {
          write(one, passing.begin());
          passing.show(one, view !== 'value', (row) => {
            execution.counters.queryable += samplesIn(row);
            visit(row);
          });
        }
      }
    },
  };
}

function samplesIn({ present, steps }: ColumnRow): number {
  let samples = 0;
  for (let i = 0; i < steps; i++) samples += present[i]!;
  return samples;
}

/** An operator that turns each item of `input` into batches, as they are asked for. */
export function streamed<T>(input: AsyncIterator<T>, convert: (item: T) => readonly Batch[]): VectorOperator {
  let ready: readonly Batch[] = [];
  let at = 0;
  return {
    next: async () => {
      while (at === ready.length) {
        const { value, done } = await input.next();
        if (done) return null;
        ready = convert(value);
        at = 0;
      }
      return ready[at++]!;
    },
  };
}

/** Enters a batch that comes from storage into the books. */
export function selected({ guard, counters }: Execution, batch: Batch): Batch {
  counters.queryable += batch.samples;
  guard.take(batch.samples);
  return batch;
}

/** Enters a series that was read. */
export function count({ counters, guard }: Execution, { length }: SampleBuffer): void {
  counters.seriesRead++;
  counters.samplesRead += length;
  guard.tick(length + 1);
}

interface Pick {
  readonly looks: Float64Array;
  readonly lookbackDelta: Millis;
  readonly view: SampleView;
  /** Where the samples are that can be found from each look, when it pays to know. */
  readonly places: WindowPlaces | null;
}

/** For as many, one series after the other with the same timestamps is picked from the same places. */
const FEW_LOOKS = 8;
const NO_MARGIN = { before: 0, after: 0 };

function pickSamples(buffer: SampleBuffer, pick: Pick, row: OpenRow): void {
  if (buffer.length === 0) return;
  if (pick.places !== null && pick.view === 'value') pickPlaced(buffer, pick.places, row);
  else pickOneByOne(buffer, pick, row);
}

function pickPlaced(buffer: SampleBuffer, places: WindowPlaces, row: OpenRow): void {
  places.find(buffer);
  const { v, kind } = buffer;
  const { from, to } = places;
  for (let i = 0; i < to.length; i++) {
    const at = to[i]! - 1;
    if (at < from[i]! || kind[at] === KIND_STALE) continue;
    if (kind[at] === KIND_FLOAT) setFloat(row, i, v[at]!);
    else setHistogram(row, i, buffer.histograms[at]!);
  }
}

function pickOneByOne(buffer: SampleBuffer, { looks, lookbackDelta, view }: Pick, row: OpenRow): void {
  const { t, v, kind, starts, length } = buffer;
  let at = 0;
  for (let i = 0; i < looks.length; i++) {
    const look = looks[i]!;
    while (at + 1 < length && t[at + 1]! <= look) at++;
    const time = t[at]!;
    if (time > look || time <= look - lookbackDelta || kind[at] === KIND_STALE) continue;
    if (view !== 'value') setFloat(row, i, (view === 'time' ? time : (starts?.[at] ?? 0)) / 1000);
    else if (kind[at] === KIND_FLOAT) setFloat(row, i, v[at]!);
    else setHistogram(row, i, buffer.histograms[at]!);
  }
}
