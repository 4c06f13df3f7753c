import { KahanSum } from './kahan.ts';
import { quantileOf, sortNaNFirst } from './order.ts';
import { perWindow, type WindowFunction, type Windows } from './windows.ts';

export const countOverTime: WindowFunction = ({ from, to }, { columns: { values, present }, base }) => {
  for (let i = 0; i < from.length; i++) {
    if (to[i]! <= from[i]!) continue;
    values[base + i] = to[i]! - from[i]!;
    present[base + i] = 1;
  }
};

export const presentOverTime: WindowFunction = ({ from, to }, { columns: { values, present }, base }) => {
  for (let i = 0; i < from.length; i++) {
    if (to[i]! <= from[i]!) continue;
    values[base + i] = 1;
    present[base + i] = 1;
  }
};

export const firstOverTime: WindowFunction = ({ v, from, to }, { columns: { values, present }, base }) => {
  for (let i = 0; i < from.length; i++) {
    if (to[i]! <= from[i]!) continue;
    values[base + i] = v[from[i]!]!;
    present[base + i] = 1;
  }
};

export const lastOverTime: WindowFunction = ({ v, from, to }, { columns: { values, present }, base }) => {
  for (let i = 0; i < from.length; i++) {
    if (to[i]! <= from[i]!) continue;
    values[base + i] = v[to[i]! - 1]!;
    present[base + i] = 1;
  }
};

export const timeOfFirst: WindowFunction = perWindow(({ t, from }, i) => t[from[i]!]! / 1000);
export const timeOfLast: WindowFunction = perWindow(({ t, to }, i) => t[to[i]! - 1]! / 1000);

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
