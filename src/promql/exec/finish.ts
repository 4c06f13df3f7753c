import type { Labels } from '#model/labels';
import type { Frame } from '../value.ts';
import { type Batch, BatchWriter, rowsOf, type SeriesRow, type VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';
import { mergeRows } from './label-functions.ts';
import { withoutMetadata } from './labels.ts';

/**
 * Runs the operator to its end and removes the names that are to go; sorted by labels if so wished, otherwise in the
 * order in which the operator gives them. Throws when two elements then have the same labels.
 */
export async function finishVector(execution: Execution, operator: VectorOperator, sort: boolean): Promise<Frame[]> {
  const batches: Batch[] = [];
  for (let batch = await operator.next(); batch; batch = await operator.next()) batches.push(withFinalLabels(batch));
  // Usually the series still come as storage gave them, and there is nothing left to do.
  const ascending = operator.isSorted === true || isAscending(batches);
  if (ascending && batches.every(isFull)) return batches.map(frameOf);
  const unique = !ascending && hasSameLabels(batches) ? mergeRows(execution, batches.flatMap(rowsOf)) : batches;
  if (!sort && unique.every(isFull)) return unique.map(frameOf);
  const rows = unique.flatMap(rowsOf);
  if (sort) rows.sort((a, b) => a.labels.compare(b.labels));
  return framesOf(rows);
}

/** Whether each series has a sample. */
function isFull({ labels, steps, present }: Batch): boolean {
  if (steps === 1) return !present.subarray(0, labels.length).includes(0);
  for (let s = 0; s < labels.length; s++) if (!present.subarray(s * steps, (s + 1) * steps).includes(1)) return false;
  return true;
}

/** Whether the labels are sorted, and so each stands once. */
function isAscending(batches: readonly Batch[]): boolean {
  let last: Labels | null = null;
  for (const { labels } of batches) {
    for (const own of labels) {
      if (last !== null && last.compare(own) >= 0) return false;
      last = own;
    }
  }
  return true;
}

function withFinalLabels(batch: Batch): Batch {
  const { labels, dropName } = batch;
  if (!dropName.includes(1)) return batch;
  const named = labels.map((own, s) => (dropName[s] === 1 ? withoutMetadata(own) : own));
  return { ...batch, labels: named, dropName: new Uint8Array(labels.length) };
}

function hasSameLabels(batches: readonly Batch[]): boolean {
  const seen = new Set<string>();
  let count = 0;
  for (const { labels } of batches) {
    count += labels.length;
    for (const { key } of labels) seen.add(key);
  }
  return seen.size < count;
}

/** Without the series that have no sample. */
function framesOf(rows: readonly SeriesRow[]): Frame[] {
  const steps = rows[0]?.batch.steps ?? 0;
  const writer = new BatchWriter(steps, rows.length);
  for (const { labels, batch, base } of rows) {
    const { columns, base: to } = writer.row(labels, false);
    columns.values.set(batch.values.subarray(base, base + steps), to);
    columns.present.set(batch.present.subarray(base, base + steps), to);
    const { histograms } = batch;
    if (histograms === null) continue;
    columns.histograms ??= [];
    for (let i = 0; i < steps; i++) columns.histograms[to + i] = histograms[base + i];
  }
  return writer.finish().map(frameOf);
}

function frameOf({ labels, steps, values, present, histograms }: Frame): Frame {
  return { labels, steps, values, present, histograms };
}
