import type uPlot from 'uplot';
import { withOpacity } from './chart-colors.ts';
import type { ChartAnnotation } from './chart-data.ts';
import type { ChartState } from './chart-state.ts';

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
