import { changes, resets } from './changes.ts';
import { smoothedValue } from './extended-rate.ts';
import { maxOverTime, minOverTime, timeOfMax, timeOfMin } from './extremes.ts';
import {
  countOverTime,
  firstOverTime,
  lastOverTime,
  madOverTime,
  presentOverTime,
  stddevOverTime,
  stdvarOverTime,
  timeOfFirst,
  timeOfLast,
} from './over-time.ts';
import { quantileOverTime } from './quantile-over-time.ts';
import { instantRate, rateFunction } from './rate.ts';
import { deriv, doubleExponentialSmoothing, predictLinear } from './regression.ts';
import { avgOverTime, sumOverTime } from './sums.ts';
import type { WindowFunction } from './windows.ts';

/** Stands for a smoothed instant selector; no function of the language has this name. */
export const SMOOTHED = 'smoothed selector';

/** Functions over range vectors by name (absent_over_time looks at all series together and is not among them). */
export const WINDOW_FUNCTIONS: Readonly<Record<string, WindowFunction>> = {
  avg_over_time: avgOverTime,
  changes,
  count_over_time: countOverTime,
  delta: rateFunction({ counter: false, perSecond: false }),
  deriv,
  double_exponential_smoothing: doubleExponentialSmoothing,
  first_over_time: firstOverTime,
  idelta: instantRate(false),
  increase: rateFunction({ counter: true, perSecond: false }),
  irate: instantRate(true),
  last_over_time: lastOverTime,
  mad_over_time: madOverTime,
  max_over_time: maxOverTime,
  min_over_time: minOverTime,
  predict_linear: predictLinear,
  present_over_time: presentOverTime,
  quantile_over_time: quantileOverTime,
  rate: rateFunction({ counter: true, perSecond: true }),
  resets,
  [SMOOTHED]: smoothedValue,
  stddev_over_time: stddevOverTime,
  stdvar_over_time: stdvarOverTime,
  sum_over_time: sumOverTime,
  ts_of_first_over_time: timeOfFirst,
  ts_of_last_over_time: timeOfLast,
  ts_of_max_over_time: timeOfMax,
  ts_of_min_over_time: timeOfMin,
};
