import { NO_START } from '#storage/sample-buffer';
import { type ColumnsKernel, columnsKernel } from './columns-kernel.ts';
import { extendedRate } from './extended-rate.ts';
import { type OpenColumns, type OpenRow, setFloat } from './open-row.ts';
import { isStartReset, type StartedSamples, startBehind } from './start-times.ts';
import { runsOf } from './window-runs.ts';
import type { WindowFunction, Windows } from './windows.ts';

export interface RateKind {
  /** Values that fall are resets, not decreases. */
  readonly counter: boolean;
  readonly perSecond: boolean;
}

/**
 * rate, increase and delta: the difference over a window, extrapolated to its borders where the samples come close enough
 * (1.1 × their average distance), else by half that distance; a counter is not extrapolated below zero.
 */
export function rateFunction(kind: RateKind): WindowFunction {
  const extended = extendedRate(kind);
  return (windows, row, notes) => {
    const { starts, t } = windows;
    if (windows.boundary !== 'plain') extended(windows, row, notes);
    else if (starts && kind.counter) extrapolateFromStarts(windows, { t, starts }, { ...kind, row });
    else if (windows.from.length === 1) extrapolateOne(windows, kind, row);
    else extrapolate(windows, kind, row);
  };
}

/** The same of a single window, as rules and instant queries have it, without what many windows share. */
function extrapolateOne({ t, v, from, to, ends, range }: Windows, kind: RateKind, { columns, base }: OpenRow): void {
  const first = from[0]!;
  const last = to[0]! - 1;
  if (last <= first) return;
  const end = ends[0]!;
  const before = v[first]!;
  const result = kind.counter ? increaseOf(v, first, last) : v[last]! - before;
  const sampled = (t[last]! - t[first]!) / 1000;
  const average = sampled / (last - first);
  let toStart = withinReach((t[first]! - (end - range)) / 1000, average);
  // Where a line through the samples would have been zero.
  const toZero = kind.counter && result > 0 && before >= 0 ? sampled * (before / result) : toStart;
  if (toZero < toStart) toStart = toZero;
  const factor = factorOf(sampled, toStart, withinReach((end - t[last]!) / 1000, average));
  columns.values[base] = result * (factor / (kind.perSecond ? range / 1000 : 1));
  columns.present[base] = 1;
}

function increaseOf(v: Float64Array, first: number, last: number): number {
  let result = v[last]! - v[first]!;
  for (let i = first + 1; i <= last; i++) if (v[i]! < v[i - 1]!) result += v[i - 1]!;
  return result;
}

// A counter far above zero is told without a division: by so much more than rounding could change.
const CLEARLY = 1.000001;
const SMALLEST = 1e-290;

function extrapolate(windows: Windows, { counter, perSecond }: RateKind, { columns, base }: OpenRow): void {
  const { v } = windows;
  const { values, present } = columns;
  const runs = runsOf(windows);
  const kernel = kernelFor(windows, columns);
  const resets = counter && !(kernel && neverFalls(kernel, windows)) ? resetsOf(windows) : NO_RESETS;
  const seconds = perSecond ? windows.range / 1000 : 1;
  let nextReset = 0;
  for (let r = 0; r < runs.count; r++) {
    const gaps = runs.gaps[r]!;
    const stride = runs.stride[r]!;
    const sampled = runs.span[r]! / 1000;
    const toStart = withinReach(runs.lead[r]! / 1000, sampled / gaps);
    const toEnd = withinReach(runs.tail[r]! / 1000, sampled / gaps);
    const factor = factorOf(sampled, toStart, toEnd) / seconds;
    const nearZero = (toStart / sampled) * CLEARLY;
    const start = base + runs.start[r]!;
    const end = base + runs.end[r]!;
    let first = runs.first[r]!;
    if (end - start >= SHORT_RUN) present.fill(1, start, end);
    else for (let at = start; at < end; at++) present[at] = 1;
    if (kernel && resets.length === 0 && end - start >= SHORT_RUN) {
      const out = kernel.row + 8 * start;
      const shape = [kernel.v, first, stride, gaps, end - start, counter ? 1 : 0] as const;
      kernel.columns.rateRun(...shape, factor, nearZero, sampled, toStart, toEnd, seconds, out);
      continue;
    }
    for (let at = start; at < end; at++, first += stride) {
      const before = v[first]!;
      const last = first + gaps;
      let result = v[last]! - before;
      if (nextReset < resets.length) {
        while (nextReset < resets.length && resets[nextReset]! <= first) nextReset++;
        for (let i = nextReset; i < resets.length && resets[i]! <= last; i++) result += v[resets[i]! - 1]!;
      }
      let own = factor;
      if (counter && !(before > nearZero * result && result > SMALLEST) && result > 0 && before >= 0) {
        // Where a line through the samples would have been zero.
        const toZero = sampled * (before / result);
        if (toZero < toStart) own = factorOf(sampled, toZero, toEnd) / seconds;
      }
      values[at] = result * own;
    }
  }
}

/** Fewer steps are faster without a call. */
const SHORT_RUN = 8;

/** The kernel, with the addresses of samples and results. */
interface PlacedKernel {
  readonly columns: ColumnsKernel;
  readonly v: number;
  readonly row: number;
}

function kernelFor({ place }: Windows, { place: row }: OpenColumns): PlacedKernel | null {
  const columns = place && row ? columnsKernel() : null;
  return columns && { columns, v: place!.v, row: row!.values };
}

function neverFalls({ columns, v }: PlacedKernel, { from, to }: Windows): boolean {
  return columns.falls(v, from[0] ?? 0, to[to.length - 1] ?? 0) === 0;
}

interface StartedRate extends RateKind {
  readonly row: OpenRow;
}

/**
 * The same where it is known when counters began: a counter that began inside the window was 0 then, which takes the place
 * of extrapolation to the left, and one that began between two samples was reset.
 */
function extrapolateFromStarts(windows: Windows, samples: StartedSamples, { perSecond, row }: StartedRate): void {
  const { t, v, from, to, ends, range } = windows;
  const resets = resetsByStart(windows, samples);
  let firstReset = 0;
  for (let i = 0; i < from.length; i++) {
    const first = from[i]!;
    const last = to[i]! - 1;
    if (last < first) continue;
    const border = ends[i]! - range;
    const began = startBehind(samples, first, border);
    if (began === NO_START && last === first) continue;
    const before = began === NO_START ? v[first]! : 0;
    let result = v[last]! - before;
    while (firstReset < resets.length && resets[firstReset]! <= first) firstReset++;
    for (let r = firstReset; r < resets.length && resets[r]! <= last; r++) result += v[resets[r]! - 1]!;
    const sampled = (t[last]! - (began === NO_START ? t[first]! : began)) / 1000;
    const average = last > first ? (t[last]! - t[first]!) / 1000 / (last - first) : 0;
    let toStart = began === NO_START ? withinReach((t[first]! - border) / 1000, average) : 0;
    if (before >= 0 && result > 0) toStart = Math.min(toStart, sampled * (before / result));
    const factor = factorOf(sampled, toStart, withinReach((ends[i]! - t[last]!) / 1000, average));
    setFloat(row, i, result * (perSecond ? factor / (range / 1000) : factor));
  }
}

/** The distance to a border, or half the average distance of samples when that is too far. */
function withinReach(distance: number, average: number): number {
  return distance >= average * 1.1 ? average / 2 : distance;
}

function factorOf(sampled: number, toStart: number, toEnd: number): number {
  return sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
}

const NO_RESETS: readonly number[] = [];

/** Indexes of the samples that are smaller than the one before. */
function resetsOf({ v, from, to }: Windows): readonly number[] {
  let resets: number[] | null = null;
  const end = to[to.length - 1] ?? 0;
  let before = Number.NaN;
  for (let i = from[0] ?? 0; i < end; i++) {
    const value = v[i]!;
    if (value < before) {
      resets ??= [];
      resets.push(i);
    }
    before = value;
  }
  return resets ?? NO_RESETS;
}

/** Indexes of the samples that are smaller than the one before, or whose counter began after it. */
function resetsByStart({ v, from, to }: Windows, samples: StartedSamples): readonly number[] {
  const resets: number[] = [];
  const end = to[to.length - 1] ?? 0;
  for (let i = (from[0] ?? 0) + 1; i < end; i++) if (v[i]! < v[i - 1]! || isStartReset(samples, i)) resets.push(i);
  return resets;
}

/** irate and idelta: from the last two samples alone. */
export function instantRate(isCounter: boolean): WindowFunction {
  return ({ t, v, starts, from, to }, { columns, base }) => {
    const samples = starts ? { t, starts } : null;
    for (let i = 0; i < from.length; i++) {
      const last = to[i]! - 1;
      if (last - 1 < from[i]!) continue;
      const elapsed = t[last]! - t[last - 1]!;
      const wasReset = isCounter && (v[last]! < v[last - 1]! || (samples !== null && isStartReset(samples, last)));
      const change = wasReset ? v[last]! : v[last]! - v[last - 1]!;
      columns.values[base + i] = isCounter ? change / (elapsed / 1000) : change;
      columns.present[base + i] = 1;
    }
  };
}
