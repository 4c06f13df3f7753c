import { axisOf } from './chart-options.ts';
import type { ChartState } from './chart-state.ts';
import type { TooltipRow } from './chart-tooltip.ts';

/** What a chart's series are at one of its times, in the order of its tooltips; `near` is the series under the pointer. */
export function instantRows({ options, data }: ChartState, index: number, near: number | null): TooltipRow[] {
  const present = data!.series
    .map((series, i) => ({ series, i, value: series.values[index] }))
    .filter(({ series, value }) => {
      const listed = series.hidden !== true && series.quiet !== true && value !== null && value !== undefined;
      return listed && !(options.hideZeros === true && value === 0);
    });
  const { tooltipOrder = 'falling' } = options;
  const sign = tooltipOrder === 'rising' ? 1 : -1;
  if (tooltipOrder !== 'series') present.sort((a, b) => sign * (a.value! - b.value!));
  return present.map(({ series, i, value }) => ({
    color: series.color,
    name: series.name,
    value: axisOf(options, series.axis).format(value!),
    near: i === near,
  }));
}
