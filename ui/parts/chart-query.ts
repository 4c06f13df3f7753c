import type { Millis, TimeRange } from '#model/time';
import { type LabelSet, type MatrixSeries, queryRange } from '../api/prometheus.ts';
import { durationText } from '../format/duration.ts';
import { seriesText } from '../format/label-text.ts';
import { alignTimeRange, stepFor } from '../state/time-range.ts';
import type { ChartData, ChartSeries } from './chart-data.ts';
import { columnOf, stepTimes } from './matrix-columns.ts';
import { seriesColor } from './series-color.ts';

/** One expression of a chart and how its series look. `$__rate_interval` stands for a window that suits the step. */
export interface ChartQuery {
  readonly expr: string;
  /** The name of a series; the whole label set when left out. */
  readonly name?: (labels: LabelSet) => string;
  readonly style?: SeriesStyle | ((labels: LabelSet) => SeriesStyle);
}

export type SeriesStyle = Omit<Partial<ChartSeries>, 'values' | 'name'>;

export interface ChartQueryOptions {
  readonly range: TimeRange;
  /** The width of the picture: there is no use in more points. */
  readonly pixels: number;
  readonly scrapeInterval: Millis;
  readonly signal: AbortSignal;
}

const PIXELS_PER_POINT = 2;

/** Asks all expressions of a chart for the same instants and puts the answers side by side, in the order of the queries. */
export async function queryChart(queries: readonly ChartQuery[], options: ChartQueryOptions): Promise<ChartData> {
  const { range, pixels, scrapeInterval, signal } = options;
  const step = stepFor(range, pixels / PIXELS_PER_POINT, 1000);
  const aligned = alignTimeRange(range, step);
  const answers = await Promise.all(
    queries.map(({ expr }) =>
      queryRange(
        {
          query: withRateInterval(expr, step, scrapeInterval),
          start: aligned.start / 1000,
          end: aligned.end / 1000,
          step: step / 1000,
        },
        signal,
      ),
    ),
  );
  const series = answers.flatMap(({ data }, i) =>
    (data.result as readonly MatrixSeries[]).map((one) => ({ query: queries[i]!, one })),
  );
  return {
    times: stepTimes(aligned, step),
    series: series.map(({ query: { name = seriesText, style }, one }, i) => ({
      color: seriesColor(i),
      ...(typeof style === 'function' ? style(one.metric) : style),
      name: name(one.metric),
      values: columnOf(one, aligned, step),
    })),
    range,
  };
}

/** Replaces `$__rate_interval` by Grafana's rule: long enough for four scrapes and for one step more than the step. */
export function withRateInterval(expr: string, step: Millis, scrapeInterval: Millis): string {
  const window = Math.max(4 * scrapeInterval, step + scrapeInterval);
  return expr.replaceAll('$__rate_interval', durationText(window));
}
