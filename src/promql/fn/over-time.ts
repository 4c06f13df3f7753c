import { isExactlySummable, prefixSums, windowSum } from './exact-sum.ts';
import { KahanSum } from './kahan.ts';
import { quantileOf, sortNaNFirst } from './order.ts';
import { perWindow, type WindowFunction, type Windows } from './windows.ts';

export const countOverTime: WindowFunction = perWindow(({ from, to }, i) => to[i]! - from[i]!);
export const presentOverTime: WindowFunction = perWindow(() => 1);
export const firstOverTime: WindowFunction = perWindow(({ v, from }, i) => v[from[i]!]!);
export const lastOverTime: WindowFunction = perWindow(({ v, to }, i) => v[to[i]! - 1]!);
export const timeOfFirst: WindowFunction = perWindow(({ t, from }, i) => t[from[i]!]! / 1000);
export const timeOfLast: WindowFunction = perWindow(({ t, to }, i) => t[to[i]! - 1]! / 1000);

/** From so many samples on, and looked at so often, sums over windows come from sums over prefixes. */
const LONG_WINDOW = 64;
const MANY_LOOKS = 4;

/** sum_over_time: a Kahan-Neumaier sum of each window. */
export const sumOverTime: WindowFunction = (windows, row, notes) => {
  if (hasLongWindows(windows) && isExactlySummable(windows)) sumByPrefix(windows)(windows, row, notes);
  else sumEach(windows, row, notes);
};

const sumEach = perWindow(({ v, from, to }, i) => {
  kahan.reset();
  for (let s = from[i]!; s < to[i]!; s++) kahan.add(v[s]!);
  return Math.abs(kahan.sum) === Number.POSITIVE_INFINITY ? kahan.sum : kahan.total;
});

const kahan = new KahanSum();

function sumByPrefix(windows: Windows): WindowFunction {
  const prefix = prefixSums(windows);
  return perWindow(({ from, to }, i) => windowSum(prefix, from[i]!, to[i]!));
}

/** avg_over_time: the sum divided by the count; when the sum would overflow, the mean is carried on instead. */
export const avgOverTime: WindowFunction = (windows, row, notes) => {
  if (!hasLongWindows(windows) || !isExactlySummable(windows)) return averageEach(windows, row, notes);
  const prefix = prefixSums(windows);
  const average = perWindow(({ from, to }, i) => windowSum(prefix, from[i]!, to[i]!) / (to[i]! - from[i]!));
  return average(windows, row, notes);
};

const averageEach = perWindow(({ v, from, to }, i) => {
  mean.start(v[from[i]!]!);
  for (let s = from[i]! + 1; s < to[i]!; s++) mean.add(v[s]!);
  return mean.result;
});

/** An average that stays exact as long as the sum does not overflow. */
class RunningMean {
  private readonly sum = new KahanSum();
  private count = 0;
  private isIncremental = false;

  start(value: number): void {
    this.sum.reset(value);
    this.count = 1;
    this.isIncremental = false;
  }

  add(value: number): void {
    const { sum } = this;
    this.count++;
    if (!this.isIncremental) {
      const before = sum.sum;
      const compensation = sum.compensation;
      sum.add(value);
      if (Math.abs(sum.sum) !== Number.POSITIVE_INFINITY) return;
      this.isIncremental = true;
      sum.reset(before / (this.count - 1), compensation / (this.count - 1));
    }
    const kept = (this.count - 1) / this.count;
    sum.reset(kept * sum.sum, kept * sum.compensation);
    sum.add(value / this.count);
  }

  get result(): number {
    const { sum, count } = this;
    return this.isIncremental ? sum.total : sum.sum / count + sum.compensation / count;
  }
}

const mean = new RunningMean();

function hasLongWindows({ from, to }: Windows): boolean {
  const samples = (to[to.length - 1] ?? 0) - (from[0] ?? 0);
  let looks = 0;
  for (let i = 0; i < from.length; i++) looks += to[i]! - from[i]!;
  return looks > LONG_WINDOW * from.length && looks > MANY_LOOKS * samples;
}

/** min_over_time and max_over_time, or the time of it. NaN only when there is nothing else. */
export const minOverTime: WindowFunction = extreme((a, b) => a < b, false);
export const maxOverTime: WindowFunction = extreme((a, b) => a > b, false);
export const timeOfMin: WindowFunction = extreme((a, b) => a <= b, true);
export const timeOfMax: WindowFunction = extreme((a, b) => a >= b, true);

/** `beats(a, b)`: the later sample a takes the place of b. */
function extreme(beats: (a: number, b: number) => boolean, giveTime: boolean): WindowFunction {
  return ({ t, v, from, to }, { columns, base }) => {
    // Candidates: each is beaten by none of those after it, so the best of the window is the first one.
    const queue = new Int32Array((to[to.length - 1] ?? 0) + 1);
    let head = 0;
    let tail = 0;
    let next = from[0] ?? 0;
    for (let i = 0; i < from.length; i++) {
      const start = from[i]!;
      const end = to[i]!;
      for (next = Math.max(next, start); next < end; next++) {
        const value = v[next]!;
        if (Number.isNaN(value)) continue;
        while (tail > head && beats(value, v[queue[tail - 1]!]!)) tail--;
        queue[tail++] = next;
      }
      while (head < tail && queue[head]! < start) head++;
      if (end <= start) continue;
      // All NaN: the value is NaN; of its times the first counts for the value, the last for ties, as a scan would find.
      const best = head < tail ? queue[head]! : end - 1;
      columns.values[base + i] = giveTime ? t[best]! / 1000 : v[best]!;
      columns.present[base + i] = 1;
    }
  };
}

/** stdvar_over_time and stddev_over_time, by Welford. */
export const stdvarOverTime: WindowFunction = perWindow(variance);
export const stddevOverTime: WindowFunction = perWindow((windows, i) => Math.sqrt(variance(windows, i)));

function variance({ v, from, to }: Windows, i: number): number {
  let count = 0;
  const average = new KahanSum();
  const squares = new KahanSum();
  for (let s = from[i]!; s < to[i]!; s++) {
    count++;
    const delta = v[s]! - average.total;
    average.add(delta / count);
    squares.add(delta * (v[s]! - average.total));
  }
  return squares.total / count;
}

/** mad_over_time: the median distance from the median. */
export const madOverTime: WindowFunction = perWindow(({ v, from, to }, i) => {
  const values = v.slice(from[i]!, to[i]!);
  if (values.some(Number.isNaN)) return Number.NaN;
  const median = quantileOf(0.5, sortNaNFirst(values));
  for (let s = 0; s < values.length; s++) values[s] = Math.abs(values[s]! - median);
  return quantileOf(0.5, sortNaNFirst(values));
});
