import type { Frame } from '../value.ts';
import { BatchWriter, collectRows, rowsOf, type SeriesRow, type VectorOperator } from './batch.ts';
import type { Execution } from './execution.ts';
import { mergeRows } from './label-functions.ts';
import { withoutMetadata } from './labels.ts';

/**
 * Runs the operator to its end and removes the names that are to go; sorted by labels if so wished, otherwise in the
 * order in which the operator gives them. Throws when two elements then have the same labels.
 */
export async function finishVector(execution: Execution, operator: VectorOperator, sort: boolean): Promise<Frame[]> {
  const named = (await collectRows(operator)).map(withFinalLabels);
  const rows = hasSameLabels(named) ? mergeRows(execution, named).flatMap(rowsOf) : named;
  if (sort) rows.sort((a, b) => a.labels.compare(b.labels));
  return framesOf(rows);
}

function withFinalLabels(row: SeriesRow): SeriesRow {
  return row.dropName ? { ...row, labels: withoutMetadata(row.labels), dropName: false } : row;
}

function hasSameLabels(rows: readonly SeriesRow[]): boolean {
  return new Set(rows.map(({ labels }) => labels.key)).size < rows.length;
}

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
