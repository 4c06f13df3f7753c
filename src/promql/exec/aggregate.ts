import { METRIC_NAME } from '#model/labels';
import { histogramIgnoredInAggregation, invalidQuantile, MIXED_SAMPLES_IN_AGGREGATION } from '../annotations.ts';
import { HistogramNotes } from '../fn/native/histogram-window.ts';
import { setFloat, setHistogram } from '../fn/open-row.ts';
import { quantileOf, sortNaNFirst } from '../fn/order.ts';
import type { AggregationNode } from '../plan/node.ts';
import { type Accumulator, accumulatorFor } from './accumulators.ts';
import {
  type Batch,
  BatchWriter,
  collectRows,
  deferred,
  histogramAt,
  type ScalarOperator,
  type SeriesRow,
  samplesOf,
  type VectorOperator,
  visitRows,
} from './batch.ts';
import type { Execution } from './execution.ts';
import { Groups } from './groups.ts';

export interface AggregationOptions {
  readonly node: AggregationNode;
  readonly child: VectorOperator;
  readonly steps: number;
}

/** sum, avg, count, group, min, max, stddev, stdvar: one pass, holding a few numbers per group and step. */
export function aggregateOperator(execution: Execution, options: AggregationOptions): VectorOperator {
  return deferred(() => aggregate(execution, options));
}

async function aggregate(
  { guard, annotations }: Execution,
  { node, child, steps }: AggregationOptions,
): Promise<readonly Batch[]> {
  const groups = new Groups(node);
  const noted = { annotations, span: node.childSpan };
  const accumulator = accumulatorFor(node.operator, (labels) => new HistogramNotes(labels.get(METRIC_NAME), noted));
  let batches: readonly Batch[];
  try {
    await visitRows(child, guard, (row) => {
      const group = groups.groupOf(row);
      accumulator.reserve(groups.count * steps);
      accumulator.add(row, group * steps);
    });
    batches = resultsOf({ groups, accumulator, steps });
  } finally {
    accumulator.close();
  }
  if (accumulator.mixedCells > 0) annotations.warn(MIXED_SAMPLES_IN_AGGREGATION, node.childSpan);
  if (accumulator.ignoredHistograms > 0) {
    annotations.info(histogramIgnoredInAggregation(node.operator), node.childSpan);
  }
  return taken(batches, { guard });
}

interface Results {
  readonly groups: Groups;
  readonly accumulator: Accumulator;
  readonly steps: number;
}

function resultsOf({ groups, accumulator, steps }: Results): readonly Batch[] {
  const writer = new BatchWriter(steps, groups.count);
  for (let group = 0; group < groups.count; group++) {
    const row = writer.row(groups.labels[group]!, groups.dropName[group]!);
    for (let i = 0; i < steps; i++) {
      const value = accumulator.result(group * steps + i);
      if (typeof value === 'number') setFloat(row, i, value);
      else if (value !== null) setHistogram(row, i, value);
    }
  }
  return writer.finish();
}

/** Counts batches that were made. */
export function taken(batches: readonly Batch[], { guard }: Pick<Execution, 'guard'>): readonly Batch[] {
  for (const { samples } of batches) guard.take(samples);
  return batches;
}

/** The quantile over the members of each group. */
export function quantileOperator(
  execution: Execution,
  options: AggregationOptions & { readonly param: ScalarOperator },
): VectorOperator {
  return deferred(async () => {
    const { guard, annotations } = execution;
    const { node, child, steps } = options;
    const quantiles = await options.param.values();
    const extremes = extremesOf(quantiles);
    if (extremes.hasNaN) annotations.warn(invalidQuantile(Number.NaN), node.paramSpan);
    if (extremes.largest > 1) annotations.warn(invalidQuantile(extremes.largest), node.paramSpan);
    if (extremes.smallest < 0) annotations.warn(invalidQuantile(extremes.smallest), node.paramSpan);
    const rows = await collectRows(child);
    const { groups, members } = groupRows(rows, node);
    const writer = new BatchWriter(steps, groups.count);
    members.forEach((own, group) => {
      const row = writer.row(groups.labels[group]!, groups.dropName[group]!);
      const values = new Float64Array(own.length);
      guard.tick(own.length * steps);
      for (let i = 0; i < steps; i++) {
        const count = gatherFloats(own, i, values);
        if (count > 0) setFloat(row, i, quantileOf(quantiles[i]!, sortNaNFirst(values.subarray(0, count))));
      }
    });
    if (hasHistograms(rows)) annotations.info(histogramIgnoredInAggregation('quantile'), node.childSpan);
    guard.release(samplesOf(rows));
    return taken(writer.finish(), execution);
  });
}

/** Groups all series at once. */
export function groupRows(
  rows: readonly SeriesRow[],
  node: AggregationNode,
): { groups: Groups; members: SeriesRow[][] } {
  const groups = new Groups(node);
  const members: SeriesRow[][] = [];
  for (const row of rows) {
    const group = groups.groupOf(row);
    members[group] ??= [];
    members[group].push(row);
  }
  return { groups, members };
}

/** Whether any of the rows has a histogram. */
export function hasHistograms(rows: readonly SeriesRow[]): boolean {
  return rows.some(
    ({ batch, base }) =>
      batch.histograms !== null &&
      Array.from({ length: batch.steps }, (_, i) => histogramAt(batch, base + i)).some((h) => h !== undefined),
  );
}

function gatherFloats(rows: readonly SeriesRow[], step: number, out: Float64Array): number {
  let count = 0;
  for (const { batch, base } of rows) {
    const at = base + step;
    if (batch.present[at] === 1 && histogramAt(batch, at) === undefined) out[count++] = batch.values[at]!;
  }
  return count;
}

/** What the parameter of an aggregation comes to over all steps. */
export function extremesOf(values: Float64Array): { smallest: number; largest: number; hasNaN: boolean } {
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  let hasNaN = false;
  for (const value of values) {
    if (Number.isNaN(value)) hasNaN = true;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  return { smallest, largest, hasNaN };
}
