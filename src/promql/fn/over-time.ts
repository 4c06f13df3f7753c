import { quantileOf, sortNaNFirst } from './order.ts';
import { perWindow, type WindowFunction } from './windows.ts';

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
export const stdvarOverTime: WindowFunction = perWindow(({ v, from, to }, i) => variance(v, from[i]!, to[i]!));
export const stddevOverTime: WindowFunction = perWindow(({ v, from, to }, i) =>
  Math.sqrt(variance(v, from[i]!, to[i]!)),
);

/** With the sums of Kahan and Neumaier (see KahanSum), here in variables because this is where the time goes. */
function variance(v: Float64Array, from: number, to: number): number {
  let mean = 0;
  let meanMissed = 0;
  let squares = 0;
  let squaresMissed = 0;
  for (let i = from; i < to; i++) {
    const delta = v[i]! - (mean + meanMissed);
    const share = delta / (i - from + 1);
    const newMean = mean + share;
    if (newMean === Number.POSITIVE_INFINITY || newMean === Number.NEGATIVE_INFINITY) meanMissed = 0;
    else if (Math.abs(mean) >= Math.abs(share)) meanMissed += mean - newMean + share;
    else meanMissed += share - newMean + mean;
    mean = newMean;
    const square = delta * (v[i]! - (mean + meanMissed));
    const newSquares = squares + square;
    if (newSquares === Number.POSITIVE_INFINITY || newSquares === Number.NEGATIVE_INFINITY) squaresMissed = 0;
    else if (Math.abs(squares) >= Math.abs(square)) squaresMissed += squares - newSquares + square;
    else squaresMissed += square - newSquares + squares;
    squares = newSquares;
  }
  return (squares + squaresMissed) / (to - from);
}

/** mad_over_time: the median distance from the median. */
export const madOverTime: WindowFunction = perWindow(({ v, from, to }, i) => {
  const values = v.slice(from[i]!, to[i]!);
  if (values.some(Number.isNaN)) return Number.NaN;
  const median = quantileOf(0.5, sortNaNFirst(values));
  for (let s = 0; s < values.length; s++) values[s] = Math.abs(values[s]! - median);
  return quantileOf(0.5, sortNaNFirst(values));
});
