import { isExactlySummable, isWhole, prefixSums, wholePrefixSums, windowSum } from './exact-sum.ts';
import { RunningMean } from './running-mean.ts';
import type { WindowFunction, Windows } from './windows.ts';

/** From so many samples on, and looked at so often, sums over windows come from sums over prefixes. */
const LONG_WINDOW = 64;
const MANY_LOOKS = 4;
/** Whole numbers are so cheap that it pays earlier. */
const SOME_LOOKS = 2;

/** sum_over_time: a Kahan-Neumaier sum of each window. */
export const sumOverTime: WindowFunction = (windows, { columns, base }) => {
  const { v, from, to } = windows;
  const { values, present } = columns;
  const sums = sharedSums(windows);
  for (let i = 0; i < from.length; i++) {
    if (to[i]! <= from[i]!) continue;
    values[base + i] = sums ? sums(from[i]!, to[i]!) : sumOf(v, from[i]!, to[i]!);
    present[base + i] = 1;
  }
};

/** avg_over_time: the sum divided by the count; when the sum would overflow, the mean is carried on instead. */
export const avgOverTime: WindowFunction = (windows, { columns, base }) => {
  const { v, from, to } = windows;
  const { values, present } = columns;
  const sums = sharedSums(windows);
  for (let i = 0; i < from.length; i++) {
    const count = to[i]! - from[i]!;
    if (count <= 0) continue;
    values[base + i] = sums ? sums(from[i]!, to[i]!) / count : averageOf(v, from[i]!, to[i]!);
    present[base + i] = 1;
  }
};

/** The sums of windows by what they share, when the windows overlap enough and no rounding can tell the difference. */
function sharedSums(windows: Windows): ((from: number, to: number) => number) | null {
  const { from, to } = windows;
  const samples = (to[to.length - 1] ?? 0) - (from[0] ?? 0);
  let looks = 0;
  for (let i = 0; i < from.length; i++) looks += to[i]! - from[i]!;
  if (looks > SOME_LOOKS * samples && isWhole(windows)) {
    const { sums, origin } = wholePrefixSums(windows);
    return (start, end) => sums[end - origin]! - sums[start - origin]!;
  }
  if (looks <= LONG_WINDOW * from.length || looks <= MANY_LOOKS * samples || !isExactlySummable(windows)) return null;
  const prefix = prefixSums(windows);
  return (start, end) => windowSum(prefix, start, end);
}

/** What the last sum of finite values misses. */
let missed = 0;

/** The sum from one value on, in order; not finite when it overflows or the samples are not. */
function finiteSum(first: number, v: Float64Array, from: number, to: number): number {
  let sum = first;
  let compensation = 0;
  for (let i = from; i < to; i++) {
    const value = v[i]!;
    const total = sum + value;
    if (Math.abs(sum) >= Math.abs(value)) compensation += sum - total + value;
    else compensation += value - total + sum;
    sum = total;
  }
  missed = compensation;
  return sum;
}

function sumOf(v: Float64Array, from: number, to: number): number {
  const sum = finiteSum(0, v, from, to);
  // Once not finite, a sum stays so, and no compensation changes it.
  return Number.isFinite(sum) ? sum + missed : sum;
}

function averageOf(v: Float64Array, from: number, to: number): number {
  const sum = finiteSum(v[from]!, v, from + 1, to);
  if (Number.isFinite(sum)) return sum / (to - from) + missed / (to - from);
  mean.start(v[from]!);
  for (let i = from + 1; i < to; i++) mean.add(v[i]!);
  return mean.result;
}

const mean = new RunningMean();
