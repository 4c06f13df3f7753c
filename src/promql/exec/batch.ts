import { type KernelHeap, kernelHeap } from '#lib/kernel-heap';
import type { Histogram } from '#model/histogram';
import { Labels } from '#model/labels';
import { type OpenColumns, type OpenRow, type RowPlace, setFloat, setHistogram } from '../fn/open-row.ts';
import type { QueryGuard } from '../limits.ts';
import type { Frame } from '../value.ts';

/** Series in one batch: what storage hands out at a time. */
const BATCH_SERIES = 256;

/** A Frame on its way through the operators. Never changed once it was handed on. */
export interface Batch extends Frame {
  /** By series: 1 when the metric's name is to be removed at the end, because the value is no longer that metric's. */
  readonly dropName: Uint8Array;
  /** How many samples are present. */
  readonly samples: number;
}

/** Gives an instant vector in batches, null when there are no more. Each series comes once. */
export interface VectorOperator {
  /** The series come in the order of their labels, and none loses its name: they are unique. */
  readonly isSorted?: boolean;
  next(): Promise<Batch | null>;
  /**
   * Instead of `next`, for who does not keep series: shows one after the other, in columns that are used again for the
   * next one. Missing where series only come in batches.
   */
  each?(visit: (row: ColumnRow) => void): Promise<void>;
}

/** One series in columns: step i is at `base + i`. */
export interface ColumnRow extends Pick<Frame, 'values' | 'present' | 'histograms' | 'steps'> {
  /** Where `values` and `present` lie in the memory of this thread's kernels, when they do. */
  readonly place?: RowPlace | null;
  readonly labels: Labels;
  /** As of a `Series`. */
  label?(name: string): string;
  readonly dropName: boolean;
  readonly base: number;
}

/** Shows each series that the operator gives, in its order, in the cheapest way. */
export async function visitRows(operator: VectorOperator, guard: QueryGuard, visit: (row: ColumnRow) => void) {
  if (operator.each) return operator.each(visit);
  for (let batch = await operator.next(); batch; batch = await operator.next()) {
    const { labels, dropName, values, present, histograms, steps } = batch;
    for (let s = 0; s < labels.length; s++) {
      visit({ values, present, histograms, steps, labels: labels[s]!, dropName: dropName[s] === 1, base: s * steps });
    }
    guard.release(batch.samples);
    guard.tick(values.length);
  }
}

/** Columns for one series at a time. All of a thread may share their memory: what is in them stays until the next `begin`. */
export class PassingRow implements OpenColumns, ColumnRow {
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly place: RowPlace | null;
  histograms: (Histogram | undefined)[] | null = null;
  readonly steps: number;
  readonly base = 0;
  dropName = false;
  private series: Pick<ColumnRow, 'labels' | 'label'> = { labels: Labels.EMPTY };

  constructor(steps: number) {
    this.steps = steps;
    const heap = kernelHeap();
    this.place = heap && steps <= MOST_PLACED_STEPS ? placeOfRows(heap) : null;
    this.values = heap && this.place ? heap.floats(this.place.values, steps) : new Float64Array(steps);
    this.present = heap && this.place ? heap.bytes(this.place.present, steps) : new Uint8Array(steps);
  }

  get labels(): Labels {
    return this.series.labels;
  }

  label(name: string): string {
    return this.series.label?.(name) ?? this.series.labels.get(name);
  }

  /** The empty row of the next series. */
  begin(): OpenRow {
    const { present } = this;
    if (present.length > FEW_STEPS) present.fill(0);
    else for (let i = 0; i < present.length; i++) present[i] = 0;
    this.histograms = null;
    return { columns: this, base: 0 };
  }

  /**
   * Shows the row unless nothing was written to it. True when there was something. The labels of the series are asked for
   * when they are looked at: that may be dear.
   */
  show(series: Pick<ColumnRow, 'labels' | 'label'>, dropName: boolean, visit: (row: ColumnRow) => void): boolean {
    if (!this.hasSamples()) return false;
    this.series = series;
    this.dropName = dropName;
    visit(this);
    return true;
  }

  private hasSamples(): boolean {
    const { present } = this;
    if (present.length > FEW_STEPS) return present.includes(1);
    for (let i = 0; i < present.length; i++) if (present[i] === 1) return true;
    return false;
  }
}

/** So few are gone through sooner than a function of the engine is called. */
const FEW_STEPS = 16;

/** A query has 11,000 steps at most. */
const MOST_PLACED_STEPS = 1 << 14;
let ofThread: RowPlace | null | undefined;

function placeOfRows(heap: KernelHeap): RowPlace | null {
  if (ofThread !== undefined) return ofThread;
  const [values, present] = [heap.alloc(8 * MOST_PLACED_STEPS), heap.alloc(MOST_PLACED_STEPS)];
  ofThread = values === 0 || present === 0 ? null : { values, present };
  return ofThread;
}

/** Gives a scalar: one value per step. Ask once. */
export interface ScalarOperator {
  values(): Promise<Float64Array>;
}

/** One series of a Batch. */
export interface SeriesRow {
  readonly labels: Labels;
  readonly dropName: boolean;
  readonly batch: Batch;
  /** Where its first step is in the columns of `batch`. */
  readonly base: number;
}

/** The series of a batch in order. */
export function rowsOf(batch: Batch): SeriesRow[] {
  const { labels, steps, dropName } = batch;
  return labels.map((own, i) => ({ labels: own, dropName: dropName[i] === 1, batch, base: i * steps }));
}

/** All series that the operator gives. */
export async function collectRows(operator: VectorOperator): Promise<SeriesRow[]> {
  const rows: SeriesRow[] = [];
  for (let batch = await operator.next(); batch; batch = await operator.next()) {
    for (const row of rowsOf(batch)) rows.push(row);
  }
  return rows;
}

/** The samples in all batches that these rows are from. */
export function samplesOf(rows: readonly SeriesRow[]): number {
  let samples = 0;
  let last: Batch | null = null;
  for (const { batch } of rows) {
    if (batch !== last) samples += batch.samples;
    last = batch;
  }
  return samples;
}

/** A histogram at an index of a batch. */
export function histogramAt(batch: Batch, index: number): Histogram | undefined {
  return batch.histograms === null ? undefined : batch.histograms[index];
}

/** Copies what `row` has at step `i`, if anything, to the same step of `out`. */
export function copyStep(row: SeriesRow, out: OpenRow, i: number): void {
  const { batch } = row;
  const from = row.base + i;
  if (batch.present[from] !== 1) return;
  const histogram = histogramAt(batch, from);
  if (histogram) setHistogram(out, i, histogram);
  else setFloat(out, i, batch.values[from]!);
}

interface OpenBatch extends OpenColumns {
  readonly labels: Labels[];
  readonly dropName: number[];
  readonly capacity: number;
}

/** Collects series into batches. Series without any sample are left out. */
export class BatchWriter {
  private readonly steps: number;
  private readonly done: Batch[] = [];
  private open: OpenBatch | null = null;
  private expected: number;

  /** `expected` is a guess at the number of series. */
  constructor(steps: number, expected = BATCH_SERIES) {
    this.steps = steps;
    this.expected = expected;
  }

  /** Starts a series. It must be written before the next one is started, or kept open with all others until `finish`. */
  row(labels: Labels, dropName: boolean): OpenRow {
    const open = this.room();
    const base = open.labels.length * this.steps;
    open.labels.push(labels);
    open.dropName.push(dropName ? 1 : 0);
    return { columns: open, base };
  }

  /** Takes back the row that was started last when nothing was written to it. True when something was. */
  keepIfPresent({ columns, base }: OpenRow): boolean {
    const end = base + this.steps;
    const { present } = columns;
    for (let i = base; i < end; i++) if (present[i] === 1) return true;
    this.open?.labels.pop();
    this.open?.dropName.pop();
    return false;
  }

  /** The batches, in the order of the rows. */
  finish(): Batch[] {
    this.close();
    return this.done.splice(0);
  }

  private room(): OpenBatch {
    if (this.open && this.open.labels.length === this.open.capacity) this.close();
    this.open ??= this.newBatch();
    return this.open;
  }

  private newBatch(): OpenBatch {
    const capacity = Math.max(1, Math.min(this.expected, BATCH_SERIES));
    this.expected = Math.max(this.expected - capacity, 16);
    const size = capacity * this.steps;
    return {
      labels: [],
      dropName: [],
      capacity,
      values: new Float64Array(size),
      present: new Uint8Array(size),
      histograms: null,
    };
  }

  private close(): void {
    const { open } = this;
    this.open = null;
    if (!open) return;
    const batch = compacted(open, this.steps);
    if (batch.labels.length > 0) this.done.push(batch);
  }
}

/** Without the series that have no sample. */
function compacted({ labels, dropName, values, present, histograms }: OpenBatch, steps: number): Batch {
  const counts = labels.map((_, s) => countPresent(present, s * steps, steps));
  const samples = counts.reduce((sum, count) => sum + count, 0);
  if (counts.every((count) => count > 0)) {
    const size = labels.length * steps;
    return {
      labels,
      steps,
      dropName: Uint8Array.from(dropName),
      values: values.subarray(0, size),
      present: present.subarray(0, size),
      histograms,
      samples,
    };
  }
  const kept = labels.map((_, s) => s).filter((s) => counts[s]! > 0);
  const out = {
    labels: kept.map((s) => labels[s]!),
    steps,
    dropName: Uint8Array.from(kept, (s) => dropName[s]!),
    values: new Float64Array(kept.length * steps),
    present: new Uint8Array(kept.length * steps),
    histograms: histograms && kept.flatMap((s) => Array.from({ length: steps }, (_, i) => histograms[s * steps + i])),
    samples,
  };
  kept.forEach((s, k) => {
    out.values.set(values.subarray(s * steps, (s + 1) * steps), k * steps);
    out.present.set(present.subarray(s * steps, (s + 1) * steps), k * steps);
  });
  return out;
}

function countPresent(present: Uint8Array, from: number, steps: number): number {
  let count = 0;
  for (let i = from; i < from + steps; i++) count += present[i]!;
  return count;
}

/** An operator that gives batches which are computed all at once, when the first is asked for. */
export function deferred(compute: () => Promise<readonly Batch[]>): VectorOperator {
  let batches: readonly Batch[] | null = null;
  let at = 0;
  return {
    next: async () => {
      batches ??= await compute();
      return batches[at++] ?? null;
    },
  };
}
