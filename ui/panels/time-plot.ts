import type { Millis, TimeRange } from '#model/time';
import { timeAxisLabels, timeStep, timeTicks } from '../parts/time-axis.ts';
import { currentTimeZone } from '../state/preferences.ts';
import { themeColor } from '../state/theme.ts';
import type { PlotArea } from './canvas-plot.ts';
import type { Surface } from './surface.ts';

/** The height of a time axis in pixels, and what is free at the right of what it belongs to. */
export const TIME_AXIS = 22;
export const RIGHT_OF_PLOT = 12;

/** Where a time stands in an area. */
export function timeToX(time: Millis, { start, end }: TimeRange, { left, width }: PlotArea): number {
  return left + ((time - start) / (end - start || 1)) * width;
}

/** The time at a place of an area. */
export function xToTime(x: number, { start, end }: TimeRange, { left, width }: PlotArea): Millis {
  return start + ((x - left) / (width || 1)) * (end - start);
}

/** Labels below an area, and lines through it. */
export function drawTimeAxis(context: Surface, range: TimeRange, area: PlotArea): void {
  const zone = currentTimeZone();
  const ticks = timeTicks(range, timeStep(range, area.width, 72), zone);
  const labels = timeAxisLabels(ticks, zone);
  context.strokeStyle = themeColor('--grid');
  context.fillStyle = themeColor('--text-dim');
  context.lineWidth = 1;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  ticks.forEach((tick, i) => {
    const x = Math.round(timeToX(tick, range, area)) + 0.5;
    context.beginPath();
    context.moveTo(x, area.top);
    context.lineTo(x, area.top + area.height + 3);
    context.stroke();
    // The last one may stand at the edge of the canvas.
    const most = area.left + area.width + RIGHT_OF_PLOT - context.measureText(labels[i]!).width / 2;
    context.fillText(labels[i]!, Math.min(x, most), area.top + area.height + 6);
  });
}
