import { kernelHeap } from '#lib/kernel-heap';
import type { Histogram } from '#model/histogram';
import type { Labels } from '#model/labels';
import type { AggregationOperator } from '../ast.ts';
import { columnsKernel } from '../fn/columns-kernel.ts';
import type { HistogramNotes } from '../fn/native/histogram-window.ts';
import { HistogramTotal } from '../fn/native/mean.ts';
import type { ColumnRow } from './batch.ts';

/** Holds one value per group and step ("cell") while series are added. */
export interface Accumulator {
  /** Adds a series to the cells from `cell` on. */
  add(row: ColumnRow, cell: number): void;
  /** The value of a cell, null when it has none. */
  result(cell: number): number | Histogram | null;
  /** Makes room for this many cells; the new ones are empty. */
  reserve(cells: number): void;
  /** Cells that hold floats and histograms, which do not add up. */
  readonly mixedCells: number;
  /** Histograms that were left out. */
  readonly ignoredHistograms: number;
  /** Gives back memory; nothing can be asked any more. */
  close(): void;
}

const HAS_FLOAT = 1;
const HAS_HISTOGRAM = 2;

interface Cells {
  first: Float64Array;
  second: Float64Array;
  count: Float64Array;
  /** HAS_FLOAT, HAS_HISTOGRAM, or 0. */
  seen: Uint8Array;
  incremental: Uint8Array;
  /** Where first, second and seen lie in the memory of this thread's kernels, when they do. */
  place: CellPlace | null;
}

/** Addresses of what belongs to the first cell, and how many cells there is room for. */
interface CellPlace {
  readonly first: number;
  readonly second: number;
  readonly seen: number;
  readonly count: number;
}

/** How one operator works on a cell. */
interface CellOperation {
  readonly start: (cells: Cells, cell: number, value: number) => void;
  readonly add: (cells: Cells, cell: number, value: number) => void;
  /** The same for all steps of a series without histograms, for the operators that are worth a loop of their own. */
  readonly addFloats?: (cells: Cells, cell: number, row: ColumnRow) => void;
  readonly result: (cells: Cells, cell: number) => number;
  /** What becomes of histograms: they count like floats, are left out, or take part themselves. */
  readonly histograms: 'count' | 'ignore' | 'combine';
  /** Histograms that are combined are averaged, not added up. */
  readonly averages?: boolean;
  /** The cells are for a kernel. */
  readonly isPlaced?: boolean;
}

/** Makes the annotator for a series. */
export type NotesFor = (labels: Labels) => HistogramNotes;

/** The accumulator of an operator that needs no more than a few numbers per cell. */
export function accumulatorFor(operator: AggregationOperator, notesFor: NotesFor): Accumulator {
  return new CellAccumulator(OPERATIONS[operator as keyof typeof OPERATIONS], notesFor);
}

class CellAccumulator implements Accumulator {
  mixedCells = 0;
  ignoredHistograms = 0;
  private readonly operation: CellOperation;
  private readonly notesFor: NotesFor;
  private readonly totals = new Map<number, HistogramTotal>();
  private readonly cells: Cells = {
    first: new Float64Array(0),
    second: new Float64Array(0),
    count: new Float64Array(0),
    seen: new Uint8Array(0),
    incremental: new Uint8Array(0),
    place: null,
  };

  constructor(operation: CellOperation, notesFor: NotesFor) {
    this.operation = operation;
    this.notesFor = notesFor;
  }

  reserve(count: number): void {
    const { cells } = this;
    if (count <= cells.seen.length) return;
    const size = Math.max(count, cells.seen.length * 2);
    const place = this.operation.isPlaced ? newPlace(size) : null;
    const { first, second, seen } = place ? placedCells(place) : plainCells(size);
    cells.first = grown(cells.first, first);
    cells.second = grown(cells.second, second);
    cells.seen = grown(cells.seen, seen);
    releasePlace(cells.place);
    cells.place = place;
    cells.count = grown(cells.count, new Float64Array(size));
    cells.incremental = grown(cells.incremental, new Uint8Array(size));
  }

  close(): void {
    releasePlace(this.cells.place);
    this.cells.place = null;
    this.cells.first = NOTHING;
  }

  add(row: ColumnRow, cell: number): void {
    const { addFloats } = this.operation;
    if (addFloats !== undefined && row.histograms === null) addFloats(this.cells, cell, row);
    else this.addEach(row, cell);
  }

  private addEach(row: ColumnRow, cell: number): void {
    const { cells, operation } = this;
    const { values, present, histograms, steps, base } = row;
    const { seen, count } = cells;
    for (let i = 0; i < steps; i++) {
      if (present[base + i] !== 1) continue;
      const to = cell + i;
      const histogram = histograms === null ? undefined : histograms[base + i];
      if (histogram && !this.addHistogram(histogram, row.labels, to)) continue;
      if ((seen[to]! & HAS_FLOAT) === 0) {
        seen[to]! |= HAS_FLOAT;
        count[to] = 1;
        operation.start(cells, to, values[base + i]!);
      } else {
        count[to]!++;
        operation.add(cells, to, values[base + i]!);
      }
    }
  }

  /** True when it is to be counted as if it were a float. */
  private addHistogram(histogram: Histogram, labels: Labels, cell: number): boolean {
    const { histograms, averages } = this.operation;
    if (histograms === 'ignore') this.ignoredHistograms++;
    if (histograms !== 'combine') return histograms === 'count';
    this.cells.seen[cell]! |= HAS_HISTOGRAM;
    const notes = this.notesFor(labels);
    const total = this.totals.get(cell);
    if (total) total.add(histogram, notes);
    else this.totals.set(cell, new HistogramTotal(histogram, averages ?? false, notes));
    return false;
  }

  result(cell: number): number | Histogram | null {
    const seen = this.cells.seen[cell];
    if (seen === HAS_FLOAT) return this.operation.result(this.cells, cell);
    if (seen === HAS_HISTOGRAM) return this.totals.get(cell)?.finish() ?? null;
    if (seen === (HAS_FLOAT | HAS_HISTOGRAM)) this.mixedCells++;
    return null;
  }
}

const NOTHING = new Float64Array(0);

type SumCells = Pick<Cells, 'first' | 'second' | 'seen'>;

function plainCells(count: number): SumCells {
  return { first: new Float64Array(count), second: new Float64Array(count), seen: new Uint8Array(count) };
}

function placedCells({ first, second, seen, count }: CellPlace): SumCells {
  const heap = kernelHeap()!;
  const cells = {
    first: heap.floats(first, count),
    second: heap.floats(second, count),
    seen: heap.bytes(seen, count),
  };
  cells.first.fill(0);
  cells.second.fill(0);
  cells.seen.fill(0);
  return cells;
}

/** One block for the three columns, or null when there is no room. */
function newPlace(count: number): CellPlace | null {
  const heap = columnsKernel() && kernelHeap();
  const first = heap ? heap.alloc(count * CELL_BYTES) : 0;
  return first === 0 ? null : { first, second: first + 8 * count, seen: first + 16 * count, count };
}

const CELL_BYTES = 17;

function releasePlace(place: CellPlace | null): void {
  if (place) kernelHeap()!.release(place.first, place.count * CELL_BYTES);
}

function grown<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Adds to first, keeping the lost part in second. */
function addKahan(cells: Cells, cell: number, value: number): void {
  const sum = cells.first[cell]!;
  const total = sum + value;
  if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) cells.second[cell] = 0;
  else if (Math.abs(sum) >= Math.abs(value)) cells.second[cell]! += sum - total + value;
  else cells.second[cell]! += value - total + sum;
  cells.first[cell] = total;
}

// The loops below do what the functions for one value do, without a call for each.

function sumFloats(cells: Cells, cell: number, row: ColumnRow): void {
  if (cells.place && row.place) addPlaced(cells.place, cell, row);
  else addPlain(cells, cell, row);
}

function addPlaced({ first, second, seen }: CellPlace, cell: number, { place, base, steps }: ColumnRow): void {
  const { values, present } = place!;
  const kernel = columnsKernel()!;
  kernel.addSums(first + 8 * cell, second + 8 * cell, seen + cell, values + 8 * base, present + base, steps);
}

function addPlain({ first, second, seen }: Cells, cell: number, row: ColumnRow): void {
  const { values, present, steps, base } = row;
  for (let i = 0; i < steps; i++) {
    if (present[base + i] !== 1) continue;
    const to = cell + i;
    const value = values[base + i]!;
    if ((seen[to]! & HAS_FLOAT) === 0) {
      seen[to]! |= HAS_FLOAT;
      first[to] = value;
      continue;
    }
    const sum = first[to]!;
    const total = sum + value;
    if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) second[to] = 0;
    else if (Math.abs(sum) >= Math.abs(value)) second[to]! += sum - total + value;
    else second[to]! += value - total + sum;
    first[to] = total;
  }
}

function countFloats({ count, seen }: Cells, cell: number, row: ColumnRow): void {
  const { present, steps, base } = row;
  for (let i = 0; i < steps; i++) {
    if (present[base + i] !== 1) continue;
    const to = cell + i;
    count[to] = (seen[to]! & HAS_FLOAT) === 0 ? 1 : count[to]! + 1;
    seen[to]! |= HAS_FLOAT;
  }
}

function smallestFloats({ first, seen }: Cells, cell: number, row: ColumnRow): void {
  const { values, present, steps, base } = row;
  for (let i = 0; i < steps; i++) {
    if (present[base + i] !== 1) continue;
    const to = cell + i;
    const value = values[base + i]!;
    const known = first[to]!;
    if ((seen[to]! & HAS_FLOAT) === 0 || known > value || Number.isNaN(known)) first[to] = value;
    seen[to]! |= HAS_FLOAT;
  }
}

function largestFloats({ first, seen }: Cells, cell: number, row: ColumnRow): void {
  const { values, present, steps, base } = row;
  for (let i = 0; i < steps; i++) {
    if (present[base + i] !== 1) continue;
    const to = cell + i;
    const value = values[base + i]!;
    const known = first[to]!;
    if ((seen[to]! & HAS_FLOAT) === 0 || known < value || Number.isNaN(known)) first[to] = value;
    seen[to]! |= HAS_FLOAT;
  }
}

function startAt(cells: Cells, cell: number, value: number): void {
  cells.first[cell] = value;
}

/** The sum divided by the count; once the sum would overflow, the mean itself is carried on. */
function addToMean(cells: Cells, cell: number, value: number): void {
  const count = cells.count[cell]!;
  const { first, second, incremental } = cells;
  if (incremental[cell] === 0) {
    const sum = first[cell]!;
    const compensation = second[cell]!;
    addKahan(cells, cell, value);
    if (Math.abs(first[cell]!) !== Number.POSITIVE_INFINITY) return;
    incremental[cell] = 1;
    first[cell] = sum / (count - 1);
    second[cell] = compensation / (count - 1);
  }
  const kept = (count - 1) / count;
  first[cell]! *= kept;
  second[cell]! *= kept;
  addKahan(cells, cell, value / count);
}

function meanOf({ first, second, count, incremental }: Cells, cell: number): number {
  if (incremental[cell] === 1) return first[cell]! + second[cell]!;
  return first[cell]! / count[cell]! + second[cell]! / count[cell]!;
}

// first: the mean so far, second: the sum of squared distances (Welford).
function startVariance(cells: Cells, cell: number, value: number): void {
  cells.first[cell] = value;
  cells.second[cell] = Number.isFinite(value) ? 0 : Number.NaN;
}

function addToVariance({ first, second, count }: Cells, cell: number, value: number): void {
  const delta = value - first[cell]!;
  first[cell]! += delta / count[cell]!;
  second[cell]! += delta * (value - first[cell]!);
}

function varianceOf({ second, count }: Cells, cell: number): number {
  return second[cell]! / count[cell]!;
}

const variance = { start: startVariance, add: addToVariance, histograms: 'ignore' } as const;

const OPERATIONS = {
  sum: {
    start: startAt,
    add: addKahan,
    addFloats: sumFloats,
    result: ({ first, second }, cell) => first[cell]! + second[cell]!,
    histograms: 'combine',
    isPlaced: true,
  },
  avg: { start: startAt, add: addToMean, result: meanOf, histograms: 'combine', averages: true },
  count: {
    start: () => {},
    add: () => {},
    addFloats: countFloats,
    result: ({ count }, cell) => count[cell]!,
    histograms: 'count',
  },
  group: { start: () => {}, add: () => {}, addFloats: countFloats, result: () => 1, histograms: 'count' },
  min: {
    start: startAt,
    addFloats: smallestFloats,
    add: ({ first }, cell, value) => {
      if (first[cell]! > value || Number.isNaN(first[cell]!)) first[cell] = value;
    },
    result: ({ first }, cell) => first[cell]!,
    histograms: 'ignore',
  },
  max: {
    start: startAt,
    addFloats: largestFloats,
    add: ({ first }, cell, value) => {
      if (first[cell]! < value || Number.isNaN(first[cell]!)) first[cell] = value;
    },
    result: ({ first }, cell) => first[cell]!,
    histograms: 'ignore',
  },
  stdvar: { ...variance, result: varianceOf },
  stddev: { ...variance, result: (cells, cell) => Math.sqrt(varianceOf(cells, cell)) },
} as const satisfies Partial<Record<AggregationOperator, CellOperation>>;
