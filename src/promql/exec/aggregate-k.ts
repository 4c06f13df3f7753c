import { formatFloatG } from '#lib/go-format';
import { histogramIgnoredInAggregation, invalidRatio } from '../annotations.ts';
import { seriesOffset } from '../fn/series-hash.ts';
import { executionError } from '../limits.ts';
import { type AggregationOptions, extremesOf, groupRows, hasHistograms, taken } from './aggregate.ts';
import {
  type Batch,
  BatchWriter,
  collectRows,
  copyStep,
  deferred,
  histogramAt,
  type ScalarOperator,
  type SeriesRow,
  samplesOf,
  type VectorOperator,
} from './batch.ts';
import type { Execution } from './execution.ts';

export interface SelectionOptions extends AggregationOptions {
  readonly param: ScalarOperator;
}

const INT64_LIMIT = 2 ** 63;

/** topk, bottomk, limitk, limit_ratio: some members of each group, as they are. A single step is ordered by value. */
export function selectingOperator(execution: Execution, options: SelectionOptions): VectorOperator {
  return deferred(async () => {
    const { node, child } = options;
    const params = await options.param.values();
    const rows = await collectRows(child);
    const chosen = choose(execution, { ...options, params, rows });
    const ignores = node.operator === 'topk' || node.operator === 'bottomk';
    if (ignores && chosen !== null && hasHistograms(rows)) {
      execution.annotations.info(histogramIgnoredInAggregation(node.operator), node.span);
    }
    execution.guard.release(samplesOf(rows));
    return taken(chosen ?? [], execution);
  });
}

interface Choice extends AggregationOptions {
  readonly params: Float64Array;
  readonly rows: readonly SeriesRow[];
}

/** Null when nothing can be chosen whatever the data is. */
function choose(execution: Execution, choice: Choice): readonly Batch[] | null {
  if (choice.node.operator === 'limit_ratio') return chooseRatio(execution, choice);
  const { params, steps, node, rows } = choice;
  const { smallest, largest, hasNaN } = extremesOf(params);
  if (largest < 1 && !hasNaN) return null;
  if (hasNaN) throw executionError('Parameter value is NaN');
  if (smallest <= -INT64_LIMIT) throw executionError(`Scalar value ${formatFloatG(smallest)} underflows int64`);
  if (largest >= INT64_LIMIT) throw executionError(`Scalar value ${formatFloatG(largest)} overflows int64`);
  const { members } = groupRows(rows, node);
  const pick = node.operator === 'limitk' ? firstK : node.operator === 'topk' ? topK : bottomK;
  const kept: SeriesRow[][] = [];
  for (let i = 0; i < steps; i++) {
    const k = Math.min(Math.trunc(params[i]!), rows.length);
    execution.guard.tick(rows.length);
    kept.push(k < 1 ? [] : members.flatMap((own) => pick(own, k, i)));
  }
  return writeKept(kept);
}

/** The kept rows of each step, as series. The order of the first step in which a row appears is kept. */
function writeKept(kept: readonly (readonly SeriesRow[])[]): readonly Batch[] {
  const steps = kept.length;
  const writers = new Map<SeriesRow, number[]>();
  kept.forEach((rows, i) => {
    for (const row of rows) {
      const at = writers.get(row);
      if (at) at.push(i);
      else writers.set(row, [i]);
    }
  });
  const writer = new BatchWriter(steps, writers.size);
  for (const [row, at] of writers) {
    const out = writer.row(row.labels, row.dropName);
    for (const i of at) copyStep(row, out, i);
  }
  return writer.finish();
}

function isPresent({ batch, base }: SeriesRow, step: number): boolean {
  return batch.present[base + step] === 1;
}

function firstK(rows: readonly SeriesRow[], k: number, step: number): SeriesRow[] {
  const out: SeriesRow[] = [];
  for (const row of rows) {
    if (!isPresent(row, step)) continue;
    out.push(row);
    if (out.length === k) break;
  }
  return out;
}

function topK(rows: readonly SeriesRow[], k: number, step: number): SeriesRow[] {
  return bestK(rows, { k, step, before: (a, b) => Number.isNaN(a) || a < b });
}

function bottomK(rows: readonly SeriesRow[], k: number, step: number): SeriesRow[] {
  return bestK(rows, { k, step, before: (a, b) => Number.isNaN(a) || a > b });
}

interface BestK {
  readonly k: number;
  readonly step: number;
  /** `a` is to be thrown out before `b`. NaN goes first of all. */
  readonly before: (a: number, b: number) => boolean;
}

/**
 * The k best floats, best first. Which of equal ones are kept follows from a heap with the worst on top, as in
 * Prometheus.
 */
function bestK(rows: readonly SeriesRow[], { k, step, before }: BestK): SeriesRow[] {
  const heap: SeriesRow[] = [];
  const floatOf = ({ batch, base }: SeriesRow) => batch.values[base + step]!;
  const isWorse = (a: SeriesRow, b: SeriesRow) => {
    const [x, y] = [floatOf(a), floatOf(b)];
    return before(x, y) && !(Number.isNaN(x) && Number.isNaN(y));
  };
  for (const row of rows) {
    if (!isPresent(row, step) || histogramAt(row.batch, row.base + step)) continue;
    if (heap.length < k) {
      heap.push(row);
      siftUp(heap, isWorse);
    } else if (isWorse(heap[0]!, row)) {
      heap[0] = row;
      siftDown(heap, isWorse);
    }
  }
  return heap.sort((a, b) => Number(isWorse(a, b)) - Number(isWorse(b, a)));
}

type IsWorse = (a: SeriesRow, b: SeriesRow) => boolean;

function swap(heap: SeriesRow[], a: number, b: number): void {
  const row = heap[a]!;
  heap[a] = heap[b]!;
  heap[b] = row;
}

function siftUp(heap: SeriesRow[], isWorse: IsWorse): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isWorse(heap[at]!, heap[parent]!)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function siftDown(heap: SeriesRow[], isWorse: IsWorse): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) return;
    if (child + 1 < heap.length && isWorse(heap[child + 1]!, heap[child]!)) child++;
    if (!isWorse(heap[child]!, heap[at]!)) return;
    swap(heap, at, child);
    at = child;
  }
}

/** A share of the series, always the same ones: those whose hash falls below the ratio, or above it when negative. */
function chooseRatio(
  { annotations, guard }: Execution,
  { params, steps, node, rows }: Choice,
): readonly Batch[] | null {
  const { smallest, largest, hasNaN } = extremesOf(params);
  if (smallest === 0 && largest === 0 && !hasNaN) return null;
  if (hasNaN) throw executionError('Ratio value is NaN');
  if (largest > 1) annotations.warn(invalidRatio(largest, 1), node.paramSpan);
  if (smallest < -1) annotations.warn(invalidRatio(smallest, -1), node.paramSpan);
  const writer = new BatchWriter(steps, rows.length);
  for (const row of rows) {
    const offset = seriesOffset(row.labels);
    const out = writer.row(row.labels, row.dropName);
    guard.tick(steps);
    for (let i = 0; i < steps; i++) {
      const ratio = Math.min(1, Math.max(-1, params[i]!));
      const isChosen = ratio >= 0 ? offset < ratio : offset >= 1 + ratio;
      if (isChosen) copyStep(row, out, i);
    }
  }
  return writer.finish();
}
