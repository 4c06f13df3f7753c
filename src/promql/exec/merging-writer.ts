import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import { type OpenRow, setFloat, setHistogram } from '../fn/open-row.ts';
import { sameLabelsError } from '../limits.ts';
import { type Batch, BatchWriter, copyStep, type SeriesRow } from './batch.ts';

/**
 * Writes series of which several may have the same labels, as long as they never do at the same step: they become one.
 * Throws "vector cannot contain metrics with the same labelset" otherwise.
 */
export class MergingWriter {
  private readonly writer: BatchWriter;
  private readonly rows = new Map<string, OpenRow>();

  constructor(steps: number, expected?: number) {
    this.writer = new BatchWriter(steps, expected);
  }

  /** The row of these labels. With a name that stays and with one that is to go they are not the same labels. */
  row(labels: Labels, dropName: boolean): OpenRow {
    const key = dropName ? `-${labels.key}` : labels.key;
    let row = this.rows.get(key);
    if (!row) {
      row = this.writer.row(labels, dropName);
      this.rows.set(key, row);
    }
    return row;
  }

  /** Copies a step that `from` has. */
  copy(from: SeriesRow, to: OpenRow, step: number): void {
    checkFree(to, step);
    copyStep(from, to, step);
  }

  float(to: OpenRow, step: number, value: number): void {
    checkFree(to, step);
    setFloat(to, step, value);
  }

  histogram(to: OpenRow, step: number, value: Histogram): void {
    checkFree(to, step);
    setHistogram(to, step, value);
  }

  finish(): readonly Batch[] {
    return this.writer.finish();
  }
}

function checkFree({ columns, base }: OpenRow, step: number): void {
  if (columns.present[base + step] === 1) throw sameLabelsError();
}
