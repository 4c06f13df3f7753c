import { formatFloatG } from '#lib/go-format';
import { type Labels, METRIC_NAME } from '#model/labels';
import { invalidQuantile } from '../annotations.ts';
import { type Buckets, bucketFraction, bucketQuantile } from '../fn/classic-histogram.ts';
import { type OpenRow, setFloat } from '../fn/open-row.ts';
import type { VectorNode } from '../plan/node.ts';
import { taken } from './aggregate.ts';
import { BatchWriter, collectRows, deferred, type ScalarOperator, samplesOf, type VectorOperator } from './batch.ts';
import { type BucketGroup, bucketsAt, groupBuckets } from './classic-buckets.ts';
import type { Execution } from './execution.ts';
import { unsupportedHistogram } from './native-histogram.ts';

export interface QuantilesOptions {
  readonly node: Extract<VectorNode, { kind: 'histogram-quantiles' }>;
  readonly child: VectorOperator;
  readonly quantiles: readonly ScalarOperator[];
  readonly times: Float64Array;
}

/** histogram_quantile() and histogram_quantiles(): the latter gives a series per quantile, told apart by a label. */
export function histogramQuantilesOperator(execution: Execution, options: QuantilesOptions): VectorOperator {
  const { node, child, times } = options;
  return deferred(async () => {
    const quantiles: Float64Array[] = [];
    for (const quantile of options.quantiles) quantiles.push(await quantile.values());
    const rows = await collectRows(child);
    noteInvalid(execution, node, quantiles);
    if (rows.some(({ batch }) => batch.histograms !== null)) throw unsupportedHistogram('histogram_quantile');
    const groups = groupBuckets(rows, execution.annotations, node.span);
    const writer = new BatchWriter(times.length, groups.length * quantiles.length);
    for (const values of quantiles) {
      for (const group of groups) {
        execution.guard.tick(group.rows.length * times.length);
        const open = new Map<number, OpenRow>();
        const rowOf = (quantile: number) => {
          const key = node.label === null ? 0 : quantile;
          let row = open.get(key);
          if (!row) {
            row = writer.row(labelsFor(group.labels, node.label, quantile), true);
            open.set(key, row);
          }
          return row;
        };
        quantilesOf(execution, { group, node, times }, values, rowOf);
      }
    }
    execution.guard.release(samplesOf(rows));
    return taken(writer.finish(), execution);
  });
}

function labelsFor(labels: Labels, label: string | null, quantile: number): Labels {
  return label === null ? labels : labels.with({ [label]: openMetricsFloat(quantile) });
}

/** A quantile as a label's value: integers are written with `.0`. */
function openMetricsFloat(value: number): string {
  const text = formatFloatG(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function noteInvalid(
  { annotations }: Execution,
  { quantileSpans }: QuantilesOptions['node'],
  quantiles: readonly Float64Array[],
): void {
  quantiles.forEach((values, q) => {
    for (const value of values) {
      if (!(value >= 0 && value <= 1)) annotations.warn(invalidQuantile(value), quantileSpans[q]!);
    }
  });
}

function quantilesOf(
  { annotations }: Execution,
  { group, node, times }: { group: BucketGroup; node: QuantilesOptions['node']; times: Float64Array },
  quantiles: Float64Array,
  rowOf: (quantile: number) => OpenRow,
): void {
  const buckets = emptyBuckets(group);
  for (let i = 0; i < times.length; i++) {
    bucketsAt(group, i, buckets);
    if (buckets.length === 0) continue;
    const quantile = quantiles[i]!;
    const { value, repair } = bucketQuantile(quantile, buckets);
    setFloat(rowOf(quantile), i, value);
    if (repair === null) continue;
    const time = times[i]!;
    annotations.forcedMonotonicity(group.labels.get(METRIC_NAME), node.span, {
      ...repair,
      from: time,
      to: time,
      samples: 1,
    });
  }
}

function emptyBuckets({ rows }: BucketGroup): Buckets {
  return { bounds: new Float64Array(rows.length), counts: new Float64Array(rows.length), length: 0 };
}

export interface FractionOptions {
  readonly node: Extract<VectorNode, { kind: 'histogram-fraction' }>;
  readonly child: VectorOperator;
  readonly lower: ScalarOperator;
  readonly upper: ScalarOperator;
  readonly steps: number;
}

/** histogram_fraction(). */
export function histogramFractionOperator(execution: Execution, options: FractionOptions): VectorOperator {
  const { node, child, steps } = options;
  return deferred(async () => {
    const lower = await options.lower.values();
    const upper = await options.upper.values();
    const rows = await collectRows(child);
    if (rows.some(({ batch }) => batch.histograms !== null)) throw unsupportedHistogram('histogram_fraction');
    const groups = groupBuckets(rows, execution.annotations, node.span);
    const writer = new BatchWriter(steps, groups.length);
    for (const group of groups) {
      const row = writer.row(group.labels, true);
      const buckets = emptyBuckets(group);
      execution.guard.tick(group.rows.length * steps);
      for (let i = 0; i < steps; i++) {
        bucketsAt(group, i, buckets);
        if (buckets.length > 0) setFloat(row, i, bucketFraction(lower[i]!, upper[i]!, buckets));
      }
    }
    execution.guard.release(samplesOf(rows));
    return taken(writer.finish(), execution);
  });
}
