import { SMOOTHED } from '../window-functions.ts';
import { smoothedHistogram } from './extended-rate.ts';
import type { HistogramFunction } from './histogram-window.ts';
import { totalOverTime } from './mean.ts';
import { histogramInstantRate, histogramRate } from './rate.ts';

/** What window functions do with windows of native histograms, by name; those that are missing look at floats only. */
export const HISTOGRAM_FUNCTIONS: Readonly<Record<string, HistogramFunction>> = {
  avg_over_time: totalOverTime(true),
  delta: histogramRate({ counter: false, perSecond: false }),
  idelta: histogramInstantRate(false),
  increase: histogramRate({ counter: true, perSecond: false }),
  irate: histogramInstantRate(true),
  rate: histogramRate({ counter: true, perSecond: true }),
  [SMOOTHED]: smoothedHistogram,
  sum_over_time: totalOverTime(false),
};
