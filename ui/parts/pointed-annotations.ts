import type uPlot from 'uplot';
import type { Millis } from '#model/time';
import type { ChartAnnotation } from './chart-data.ts';
import type { ChartState } from './chart-state.ts';
import type { TooltipRow } from './chart-tooltip.ts';

/** How far from its line an event is still pointed at, in pixels. */
const NEAR = 5;

/** What a tooltip says of the events under the pointer. */
export function annotationRows(plot: uPlot, { data }: ChartState, left: number): TooltipRow[] {
  const near = (time: Millis): boolean => Math.abs(plot.valToPos(time, 'x') - left) <= NEAR;
  const inside = ({ start, end }: ChartAnnotation): boolean => {
    return end > start && plot.valToPos(start, 'x') <= left && left <= plot.valToPos(end, 'x');
  };
  return (data?.annotations ?? [])
    .filter((annotation) => near(annotation.start) || inside(annotation))
    .slice(0, 5)
    .map(({ color, title, text }) => ({
      color,
      name: text === '' ? title : `${title}: ${text}`,
      value: '',
      near: false,
    }));
}

/** How high above the time axis the mark of an event is still hit. */
const MARK_HEIGHT = 14;

/** The event whose mark at the bottom is at a place of the plot; null when there is none. The last one drawn wins. */
export function markedEvent(
  plot: uPlot,
  { data }: ChartState,
  { left, top }: { readonly left: number; readonly top: number },
): number | null {
  if (top < plot.over.clientHeight - MARK_HEIGHT) return null;
  const at = (data?.annotations ?? []).findLastIndex(({ start, end }) => {
    return plot.valToPos(start, 'x') - NEAR <= left && left <= plot.valToPos(end, 'x') + NEAR;
  });
  return at < 0 ? null : at;
}
