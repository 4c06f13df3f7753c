import { SORT_IN_RANGE_QUERY } from '../annotations.ts';
import { compareNaturally } from '../fn/order.ts';
import type { VectorNode } from '../plan/node.ts';
import { taken } from './aggregate.ts';
import {
  type Batch,
  BatchWriter,
  collectRows,
  copyStep,
  deferred,
  histogramAt,
  type SeriesRow,
  samplesOf,
  type VectorOperator,
} from './batch.ts';
import type { Execution } from './execution.ts';

export type SortNode = Extract<VectorNode, { kind: 'sort' }>;
export type SortByLabelNode = Extract<VectorNode, { kind: 'sort-by-label' }>;

/** sort() and sort_desc(): by value, NaN last; histograms are left out. The order is of use only in instant queries. */
export function sortOperator(execution: Execution, node: SortNode, child: StepsOperator): VectorOperator {
  const sign = node.descending ? -1 : 1;
  const { operator, steps } = child;
  return sorted(execution, node, {
    child: { operator: steps === 1 ? operator : withoutHistograms(execution, operator), steps },
    keep: ({ batch, base }) => histogramAt(batch, base) === undefined,
    compare: (a, b) => {
      const x = floatOf(a);
      const y = floatOf(b);
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      return x < y ? -sign : x > y ? sign : 0;
    },
  });
}

function floatOf({ batch, base }: SeriesRow): number {
  return batch.values[base]!;
}

/** sort_by_label() and sort_by_label_desc(): by those labels in natural order, then by all labels. */
export function sortByLabelOperator(execution: Execution, node: SortByLabelNode, child: StepsOperator): VectorOperator {
  const sign = node.descending ? -1 : 1;
  return sorted(execution, node, {
    child,
    keep: () => true,
    compare: (a, b) => {
      for (const name of node.labels) {
        const order = compareNaturally(a.labels.get(name), b.labels.get(name));
        if (order !== 0) return order * sign;
      }
      return a.labels.compare(b.labels) * sign;
    },
  });
}

/** What is sorted, over so many steps. */
export interface StepsOperator {
  readonly operator: VectorOperator;
  readonly steps: number;
}

interface Sorting {
  readonly child: StepsOperator;
  readonly keep: (row: SeriesRow) => boolean;
  readonly compare: (a: SeriesRow, b: SeriesRow) => number;
}

function sorted(execution: Execution, { span }: SortNode | SortByLabelNode, sorting: Sorting): VectorOperator {
  const { operator, steps } = sorting.child;
  if (steps !== 1) {
    execution.annotations.warn(SORT_IN_RANGE_QUERY, span);
    return operator;
  }
  return deferred(async () => {
    const rows = await collectRows(operator);
    const kept = rows.filter(sorting.keep).sort(sorting.compare);
    execution.guard.release(samplesOf(rows));
    return taken(inOrder(kept), execution);
  });
}

function withoutHistograms({ guard }: Execution, operator: VectorOperator): VectorOperator {
  return {
    next: async () => {
      const batch = await operator.next();
      if (batch === null || batch.histograms === null) return batch;
      const { histograms } = batch;
      const present = batch.present.map((isPresent, i) => (histograms[i] === undefined ? isPresent : 0));
      const samples = present.reduce((sum, one) => sum + one, 0);
      guard.release(batch.samples - samples);
      return { ...batch, present, histograms: null, samples };
    },
  };
}

function inOrder(rows: readonly SeriesRow[]): readonly Batch[] {
  const steps = rows[0]?.batch.steps ?? 0;
  const writer = new BatchWriter(steps, rows.length);
  for (const row of rows) {
    const to = writer.row(row.labels, row.dropName);
    for (let i = 0; i < steps; i++) copyStep(row, to, i);
  }
  return writer.finish();
}
