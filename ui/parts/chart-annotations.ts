import type uPlot from 'uplot';
import type { Millis } from '#model/time';
import { withOpacity } from './chart-colors.ts';
import type { ChartAnnotation } from './chart-data.ts';
import type { ChartState } from './chart-state.ts';
import type { TooltipRow } from './chart-tooltip.ts';

/** How far from its line an event is still pointed at, in pixels. */
const NEAR = 5;

/** Events as dashed lines with a mark below, those that last as areas. */
export function drawAnnotations(plot: uPlot, { data }: ChartState): void {
  const annotations = data?.annotations ?? [];
  if (annotations.length === 0) return;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const annotation of annotations) drawAnnotation(plot, annotation);
  ctx.restore();
}

function drawAnnotation(plot: uPlot, { start, end, color }: ChartAnnotation): void {
  const { ctx, bbox } = plot;
  const [from, to] = [plot.valToPos(start, 'x', true), plot.valToPos(end, 'x', true)];
  const bottom = bbox.top + bbox.height;
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const x of end > start ? [from, to] : [from]) {
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
  }
  const size = 4 * devicePixelRatio;
  if (end > start) {
    ctx.fillRect(from, bottom - size / 2, to - from, size / 2);
    ctx.fillStyle = withOpacity(color, 0.08);
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
    return;
  }
  ctx.beginPath();
  ctx.moveTo(from - size, bottom);
  ctx.lineTo(from + size, bottom);
  ctx.lineTo(from, bottom - size * 1.5);
  ctx.closePath();
  ctx.fill();
}

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
