import type { QueryClient } from '@tanstack/react-query';
import type { TimeRange } from '#model/time';
import { type LabelSet, prometheus } from '../api/prometheus.ts';
import type { SeriesSource } from './why-empty.ts';

/** Answers are kept so long: a range that moves with the clock asks for the same series within this time. */
const FRESH = 60_000;

/** What series this server has in a time range. Answers are kept for a minute and shared by all panels. */
export function apiSeries(client: QueryClient, range: TimeRange): SeriesSource {
  const start = Math.floor(range.start / FRESH) * (FRESH / 1000);
  const end = Math.ceil(range.end / FRESH) * (FRESH / 1000);
  return {
    metricNames: () =>
      client.fetchQuery({
        queryKey: ['metric-names', start, end],
        queryFn: async ({ signal }) =>
          (await prometheus<readonly string[]>('label/__name__/values', { params: { start, end }, signal })).data,
        staleTime: FRESH,
      }),
    hasSeries: (selector) =>
      client.fetchQuery({
        queryKey: ['has-series', selector, start, end],
        queryFn: async ({ signal }) => {
          const params = { 'match[]': [selector], start, end, limit: '1' };
          return (await prometheus<readonly LabelSet[]>('series', { params, signal })).data.length > 0;
        },
        staleTime: FRESH,
      }),
  };
}
