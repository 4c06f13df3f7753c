import type { Histogram } from '#model/histogram';
import { histogramVariance } from '../fn/native/statistics.ts';
import { type OpenRow, setFloat } from '../fn/open-row.ts';
import type { VectorNode } from '../plan/node.ts';
import { taken } from './aggregate.ts';
import { BatchWriter, histogramAt, rowsOf, type SeriesRow, type VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';

type Statistic = Extract<VectorNode, { kind: 'histogram-statistic' }>['func'];

/** histogram_count, histogram_sum, histogram_avg, histogram_stddev, histogram_stdvar. Floats are left out. */
export function histogramStatisticOperator(
  execution: Execution,
  func: Statistic,
  child: VectorOperator,
): VectorOperator {
  const statistic = STATISTICS[func];
  return {
    next: async () => {
      for (let batch = await child.next(); batch; batch = await child.next()) {
        const writer = new BatchWriter(batch.steps, batch.labels.length);
        for (const row of rowsOf(batch)) writeStatistic(row, writer.row(row.labels, true), statistic);
        execution.guard.release(batch.samples);
        const [made] = taken(writer.finish(), execution);
        if (made) return made;
      }
      return null;
    },
  };
}

function writeStatistic({ batch, base }: SeriesRow, out: OpenRow, statistic: (histogram: Histogram) => number): void {
  for (let i = 0; i < batch.steps; i++) {
    const histogram = histogramAt(batch, base + i);
    if (histogram && batch.present[base + i] === 1) setFloat(out, i, statistic(histogram));
  }
}

const STATISTICS: Readonly<Record<Statistic, (histogram: Histogram) => number>> = {
  histogram_count: ({ count }) => count,
  histogram_sum: ({ sum }) => sum,
  histogram_avg: ({ sum, count }) => sum / count,
  histogram_stddev: (histogram) => Math.sqrt(histogramVariance(histogram)),
  histogram_stdvar: histogramVariance,
};
