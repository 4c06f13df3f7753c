import { formatFloatG } from '#lib/go-format';
import type { Histogram } from '#model/histogram';
import { type Labels, METRIC_NAME } from '#model/labels';
import {
  type Annotations,
  fractionExcludesNaN,
  invalidQuantile,
  mixedClassicAndNative,
  quantileIsNaN,
  quantileIsSkewed,
} from '../annotations.ts';
import { type Buckets, bucketFraction, bucketQuantile } from '../fn/classic-histogram.ts';
import { type Estimate, histogramFraction, histogramQuantile } from '../fn/native/statistics.ts';
import type { VectorNode } from '../plan/node.ts';
import { taken } from './aggregate.ts';
import {
  type Batch,
  collectRows,
  deferred,
  histogramAt,
  type ScalarOperator,
  type SeriesRow,
  samplesOf,
  type VectorOperator,
} from './batch.ts';
import { type BucketGroup, bucketsAt, groupBuckets } from './classic-buckets.ts';
import type { Execution } from './execution.ts';
import { MergingWriter } from './merging-writer.ts';

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
    noteInvalid(execution.annotations, node, quantiles);
    const { annotations } = execution;
    const notes = { annotations, span: node.span };
    const estimates = quantiles.map(
      (values): HistogramEstimates => ({
        ofClassic: (buckets, { labels }, i) => {
          const { value, repair } = bucketQuantile(values[i]!, buckets);
          const time = times[i]!;
          const name = labels.get(METRIC_NAME);
          if (repair) annotations.forcedMonotonicity(name, node.span, { ...repair, from: time, to: time, samples: 1 });
          return value;
        },
        ofNative: (histogram, labels, i) => {
          const estimate = histogramQuantile(values[i]!, histogram);
          noteNaN(estimate, labels, notes);
          return estimate.value;
        },
        label: node.label === null ? null : (i) => [node.label!, openMetricsFloat(values[i]!)],
      }),
    );
    return estimate(execution, { rows, span: node.span, steps: times.length, estimates });
  });
}

/** A quantile as a label's value: integers are written with `.0`. */
function openMetricsFloat(value: number): string {
  const text = formatFloatG(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function noteInvalid(
  annotations: Annotations,
  { quantileSpans }: QuantilesOptions['node'],
  quantiles: readonly Float64Array[],
): void {
  for (const [q, values] of quantiles.entries()) {
    for (const value of values) {
      if (!(value >= 0 && value <= 1)) annotations.warn(invalidQuantile(value), quantileSpans[q]!);
    }
  }
}

interface Noting {
  readonly annotations: Annotations;
  readonly span: QuantilesOptions['node']['span'];
}

function noteNaN({ nan }: Estimate, labels: Labels, { annotations, span }: Noting): void {
  const name = labels.get(METRIC_NAME);
  if (nan === 'result') annotations.info(quantileIsNaN(name), span);
  if (nan === 'skew') annotations.info(quantileIsSkewed(name), span);
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
    const estimates: HistogramEstimates = {
      ofClassic: (buckets, _, i) => bucketFraction(lower[i]!, upper[i]!, buckets),
      ofNative: (histogram, labels, i) => {
        const { value, nan } = histogramFraction(lower[i]!, upper[i]!, histogram);
        if (nan) execution.annotations.info(fractionExcludesNaN(labels.get(METRIC_NAME)), node.span);
        return value;
      },
      label: null,
    };
    return estimate(execution, { rows, span: node.span, steps, estimates: [estimates] });
  });
}

/** A number that is computed from a histogram of either kind, at a step. */
interface HistogramEstimates {
  readonly ofClassic: (buckets: Buckets, group: BucketGroup, step: number) => number;
  readonly ofNative: (histogram: Histogram, labels: Labels, step: number) => number;
  /** A label that the results get. */
  readonly label: ((step: number) => readonly [name: string, value: string]) | null;
}

interface EstimateOptions {
  readonly rows: readonly SeriesRow[];
  readonly span: QuantilesOptions['node']['span'];
  readonly steps: number;
  readonly estimates: readonly HistogramEstimates[];
}

/** Computes numbers of all classic and native histograms. Where both kinds have the same labels, there is only a warning. */
function estimate(execution: Execution, { rows, span, steps, estimates }: EstimateOptions): readonly Batch[] {
  const { annotations, guard } = execution;
  const groups = groupBuckets(rows, annotations, span);
  const conflicts = findConflicts(rows, groups, { annotations, span });
  const writer = new MergingWriter(steps, (groups.length + 1) * estimates.length);
  for (const { ofClassic, ofNative, label } of estimates) {
    const write = (labels: Labels, i: number, value: number) => {
      const [name, text] = label?.(i) ?? [];
      const named = name === undefined ? labels : labels.with({ [name]: text ?? '' });
      writer.float(writer.row(named, true), i, value);
    };
    for (const { batch, base, labels } of rows) {
      for (let i = 0; i < steps && batch.histograms !== null; i++) {
        const histogram = batch.present[base + i] === 1 ? histogramAt(batch, base + i) : undefined;
        if (histogram && !conflicts.has(conflictKey(labels, i))) write(labels, i, ofNative(histogram, labels, i));
      }
    }
    for (const group of groups) {
      guard.tick(group.rows.length * steps);
      const buckets = emptyBuckets(group);
      for (let i = 0; i < steps; i++) {
        bucketsAt(group, i, buckets);
        if (buckets.length === 0 || (conflicts.size > 0 && conflicts.has(conflictKey(group.labels, i)))) continue;
        write(group.labels, i, ofClassic(buckets, group, i));
      }
    }
  }
  guard.release(samplesOf(rows));
  return taken(writer.finish(), execution);
}

function emptyBuckets({ rows }: BucketGroup): Buckets {
  return { bounds: new Float64Array(rows.length), counts: new Float64Array(rows.length), length: 0 };
}

function conflictKey(labels: Labels, step: number): string {
  return `${step};${labels.key}`;
}

/** Steps at which a native histogram meets a classic one of the same labels. */
function findConflicts(
  rows: readonly SeriesRow[],
  groups: readonly BucketGroup[],
  { annotations, span }: Noting,
): ReadonlySet<string> {
  const conflicts = new Set<string>();
  const byKey = new Map(groups.map((group) => [group.labels.key, group]));
  for (const { batch, base, labels } of rows) {
    const group = batch.histograms === null ? undefined : byKey.get(labels.key);
    if (!group) continue;
    const buckets = emptyBuckets(group);
    for (let i = 0; i < batch.steps; i++) {
      if (batch.present[base + i] !== 1 || !histogramAt(batch, base + i)) continue;
      bucketsAt(group, i, buckets);
      if (buckets.length === 0) continue;
      conflicts.add(conflictKey(labels, i));
      annotations.warn(mixedClassicAndNative(labels.get(METRIC_NAME)), span);
    }
  }
  return conflicts;
}
