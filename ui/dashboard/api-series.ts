import type { TimeRange } from '#model/time';
import { type LabelSet, prometheus } from '../api/prometheus.ts';
import { keptAnswer } from '../state/kept-answers.ts';
import type { SeriesSource } from './why-empty.ts';

/** Answers are kept so long: a range that moves with the clock asks for the same series within this time. */
const FRESH = 60_000;

/** What series this server has in a time range. Answers are kept for a minute and shared by all panels. */
export function apiSeries(range: TimeRange): SeriesSource {
  const start = Math.floor(range.start / FRESH) * (FRESH / 1000);
  const end = Math.ceil(range.end / FRESH) * (FRESH / 1000);
  return {
    metricNames: () =>
      keptAnswer(['series', start, end], FRESH, async () => {
        return (await prometheus<readonly string[]>('label/__name__/values', { params: { start, end } })).data;
      }),
    hasSeries: (selector) =>
      keptAnswer(['series', selector, start, end], FRESH, async () => {
        const params = { 'match[]': [selector], start, end, limit: '1' };
        return (await prometheus<readonly LabelSet[]>('series', { params })).data.length > 0;
      }),
  };
}
