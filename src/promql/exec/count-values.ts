import { formatFloatF } from '#lib/go-format';
import { compareUtf8 } from '#lib/utf8';
import type { Histogram } from '#model/histogram';
import { isValidLabelName } from '#model/name-validation';
import { histogramText } from '../fn/native/text.ts';
import type { OpenRow } from '../fn/open-row.ts';
import { executionError } from '../limits.ts';
import { goQuote } from '../syntax/quote.ts';
import { type AggregationOptions, taken } from './aggregate.ts';
import { type Batch, BatchWriter, deferred, histogramAt, type VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';
import { Groups } from './groups.ts';

/** count_values: per group and value, how many members have it; the value becomes a label. */
export function countValuesOperator(execution: Execution, options: AggregationOptions): VectorOperator {
  const { node, child, steps } = options;
  const { label, without } = node;
  if (!isValidLabelName(label, 'utf8')) throw executionError(`invalid label name ${goQuote(label)}`);
  const grouping = without ? node.grouping : [...new Set([...node.grouping, label])].sort(compareUtf8);
  return deferred(async () => {
    const groups = new Groups({ grouping, without });
    const counts: Uint32Array[] = [];
    for (let batch = await child.next(); batch; batch = await child.next()) {
      countBatch(batch, { groups, counts, label });
      execution.guard.release(batch.samples);
      execution.guard.tick(batch.values.length);
    }
    const writer = new BatchWriter(steps, groups.count);
    for (const [group, own] of counts.entries()) writeCounts(writer.row(groups.labels[group]!, false), own);
    return taken(writer.finish(), execution);
  });
}

interface Counting {
  readonly groups: Groups;
  /** By group, by step. */
  readonly counts: Uint32Array[];
  readonly label: string;
}

function countBatch(batch: Batch, { groups, counts, label }: Counting): void {
  const { steps, present, values, labels } = batch;
  labels.forEach((own, s) => {
    const known = new Map<number | Histogram, number>();
    for (let i = 0; i < steps; i++) {
      const at = s * steps + i;
      if (present[at] !== 1) continue;
      const histogram = histogramAt(batch, at);
      const value = histogram ?? values[at]!;
      // A Map takes -0 for 0.
      let group = Object.is(value, -0) ? undefined : known.get(value);
      if (group === undefined) {
        const text = histogram ? histogramText(histogram) : formatFloatF(values[at]!);
        group = groups.groupOf({ labels: own.with({ [label]: text }), dropName: false });
        if (!Object.is(value, -0)) known.set(value, group);
      }
      counts[group] ??= new Uint32Array(steps);
      counts[group]![i]!++;
    }
  });
}

function writeCounts({ columns, base }: OpenRow, counts: Uint32Array): void {
  counts.forEach((count, i) => {
    if (count === 0) return;
    columns.values[base + i] = count;
    columns.present[base + i] = 1;
  });
}
