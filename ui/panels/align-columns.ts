import type { Millis } from '#model/time';

/** Values with the times they stand at. */
export interface TimedColumn {
  readonly times: Float64Array;
  /** NaN where there is none. */
  readonly values: Float64Array;
  /** Gaps up to so long are drawn over. */
  readonly spanned: Millis;
  /** Neighbours further apart than this are not joined, those closer are; null: `step` says. */
  readonly apart: Millis | null;
  /** How far apart its times are where none is missing; null: as the two closest are. */
  readonly step: Millis | null;
}

/** Columns that share their times; null where there is no value. */
export interface AlignedColumns {
  readonly times: readonly Millis[];
  readonly columns: readonly (readonly (number | null)[])[];
}

/**
 * Puts columns on one time axis: every instant that any of them has, and the instants of the finest step between them, so
 * that a missing sample is a gap. Columns with a coarser step than others are drawn straight between their samples.
 */
export function alignColumns(all: readonly TimedColumn[]): AlignedColumns {
  return onSharedTimes(all) ?? alignDifferent(all);
}

/** Columns that have the same times, none of which is missing: the usual case, in which there is nothing to align. */
function onSharedTimes(all: readonly TimedColumn[]): AlignedColumns | null {
  const [first] = all;
  if (first === undefined || first.step === null) return null;
  const { times, step } = first;
  const alike = (column: TimedColumn): boolean => column.times === times && column.step === step;
  if (!all.every((column) => alike(column) && (column.apart ?? step) >= step)) return null;
  if (times.length > 1 && times.at(-1)! - times[0]! !== (times.length - 1) * step) return null;
  const shared = Array.from(times);
  return { times: shared, columns: all.map((column) => knownValues(column, shared)) };
}

function knownValues({ values, spanned }: TimedColumn, times: readonly Millis[]): readonly (number | null)[] {
  const known = new Array<number | null>(values.length);
  let gaps = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) known[i] = value;
    else {
      known[i] = null;
      gaps++;
    }
  }
  return gaps > 0 && spanned > 0 ? bridge(known, times, spanned) : known;
}

function alignDifferent(all: readonly TimedColumn[]): AlignedColumns {
  const steps = all.map(({ times, step }) => step ?? leastStep(times));
  const known = steps.filter((step) => step !== null);
  const times = sharedTimes(all, known.length === 0 ? null : Math.min(...known));
  const places = new Map(times.map((time, i) => [time, i]));
  const columns = all.map((column, i) => {
    const aligned = new Array<number | null>(times.length).fill(null);
    column.times.forEach((time, line) => {
      const value = column.values[line]!;
      if (Number.isFinite(value)) aligned[places.get(time)!] = value;
    });
    const bridged = Math.max(column.spanned, column.apart ?? steps[i] ?? 0);
    return bridged > 0 ? bridge(aligned, times, bridged) : aligned;
  });
  return { times, columns };
}

/** The least distance of two times in a column; null with fewer than two. */
function leastStep(times: Float64Array): Millis | null {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i++) least = Math.min(least, times[i]! - times[i - 1]!);
  return Number.isFinite(least) ? least : null;
}

/** Sorted. Between the first and the last time nothing is further apart than the step. */
function sharedTimes(all: readonly TimedColumn[], step: Millis | null): Millis[] {
  const present = new Set<number>();
  for (const { times } of all) for (const time of times) present.add(time);
  for (const { times, apart } of all) if (apart !== null) addBetween(present, times, apart);
  const sorted = [...present].sort((a, b) => a - b);
  if (step === null || sorted.length < 2) return sorted;
  const filled: number[] = [];
  sorted.forEach((time, i) => {
    const before = sorted[i - 1];
    if (before !== undefined && time - before < step * MOST_FILLED) {
      for (let t = before + step; t < time - step / 2; t += step) filled.push(t);
    } else if (before !== undefined) filled.push(before + step, time - step);
    filled.push(time);
  });
  return filled;
}

/** An instant without a value behind each that the next one is too far from. */
function addBetween(present: Set<number>, times: Float64Array, apart: Millis): void {
  times.forEach((time, i) => {
    if (times[i + 1]! - time > apart) present.add(time + apart);
  });
}

/** Longer gaps get instants at their ends only. */
const MOST_FILLED = 200;

/** Values on the straight line between neighbours that are at most `longest` apart. */
function bridge(column: readonly (number | null)[], times: readonly Millis[], longest: Millis): (number | null)[] {
  const bridged = [...column];
  let last = -1;
  for (let i = 0; i < column.length; i++) {
    const value = column[i];
    if (value === null || value === undefined) continue;
    if (last >= 0 && i - last > 1 && times[i]! - times[last]! <= longest) {
      const from = column[last]!;
      for (let k = last + 1; k < i; k++) {
        bridged[k] = from + ((value - from) * (times[k]! - times[last]!)) / (times[i]! - times[last]!);
      }
    }
    last = i;
  }
  return bridged;
}
