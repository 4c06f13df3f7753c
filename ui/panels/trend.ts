import type { SingleValue } from '#dashboards/single-values';
import { withOpacity } from '../parts/chart-colors.ts';
import type { BoxSize } from './fitting-text.ts';
import type { Surface } from './surface.ts';

/** A small line without axes over the lower part of a box. Gaps stay open. */
export function drawTrend(
  trend: NonNullable<SingleValue['trend']>,
  { width, height }: BoxSize,
  color: string,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.className = 'panel-trend';
  const scale = window.devicePixelRatio || 1;
  const high = Math.round(height * 0.45);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(high * scale));
  canvas.style.height = `${high}px`;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  context.scale(scale, scale);
  drawTrendLine(context, trend, { width, height: high }, color);
  return canvas;
}

/** The same on a surface, from its corner. */
export function drawTrendLine(
  context: Surface,
  trend: NonNullable<SingleValue['trend']>,
  size: BoxSize,
  color: string,
): void {
  for (const run of pointRuns(trend, size)) drawRun(context, run, { high: size.height, color });
}

type Point = readonly [x: number, y: number];

/** The points in pixels, a list per stretch without gaps. */
export function pointRuns({ times, values }: NonNullable<SingleValue['trend']>, { width, height }: BoxSize): Point[][] {
  const numbers = Array.from(values).filter(Number.isFinite);
  const low = Math.min(...numbers);
  const range = Math.max(...numbers) - low || 1;
  const first = times[0] ?? 0;
  const span = (times[times.length - 1] ?? 0) - first || 1;
  const runs: Point[][] = [];
  let run: Point[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) {
      if (run.length === 0) runs.push(run);
      run.push([((times[i]! - first) / span) * width, height - 2 - ((value - low) / range) * (height - 4)]);
    } else run = [];
  }
  return runs;
}

function drawRun(context: Surface, run: readonly Point[], { high, color }: { high: number; color: string }): void {
  context.beginPath();
  run.forEach(([x, y], i) => {
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.strokeStyle = color;
  context.lineWidth = 1.25;
  context.stroke();
  context.lineTo(run.at(-1)![0], high);
  context.lineTo(run[0]![0], high);
  context.closePath();
  context.fillStyle = withOpacity(color, 0.15);
  context.fill();
}
