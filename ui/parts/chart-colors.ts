import type uPlot from 'uplot';
import type { ChartSeries, ColorStop } from './chart-data.ts';

/** A CSS colour with an opacity, through color-mix so that every form of colour will do. */
export function withOpacity(color: string, opacity: number): string {
  if (/^#[0-9a-f]{6}$/i.test(color)) {
    return `${color}${Math.round(opacity * 255)
      .toString(16)
      .padStart(2, '0')}`;
  }
  return opacity >= 1 ? color : `color-mix(in srgb, ${color} ${Math.round(opacity * 100)}%, transparent)`;
}

type Style = string | CanvasGradient;

/** What a series' line is drawn with: its color, or the colors of its values. */
export function lineStyle(plot: uPlot, scale: string, { color, gradient, stops }: ChartSeries): Style {
  return gradient === 'scheme' && stops !== undefined ? valueGradient(plot, scale, stops, 1) : color;
}

/** What the area below a series is drawn with. */
export function areaStyle(plot: uPlot, scale: string, { color, gradient, stops, fill = 0 }: ChartSeries): Style {
  if (gradient === 'scheme' && stops !== undefined) return valueGradient(plot, scale, stops, fill);
  if (gradient !== 'opacity') return withOpacity(color, fill);
  const { top, height } = plot.bbox;
  const fade = plot.ctx.createLinearGradient(0, top, 0, top + height);
  fade.addColorStop(0, withOpacity(color, fill));
  fade.addColorStop(1, withOpacity(color, 0));
  return fade;
}

/** Sharp steps of color along the value axis. */
function valueGradient(plot: uPlot, scale: string, stops: readonly ColorStop[], opacity: number): Style {
  const { top, height } = plot.bbox;
  const gradient = plot.ctx.createLinearGradient(0, top + height, 0, top);
  const shareOf = (value: number): number => {
    if (value === Number.NEGATIVE_INFINITY) return 0;
    const share = 1 - (plot.valToPos(value, scale, true) - top) / (height || 1);
    return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  };
  stops.forEach(({ value, color }, i) => {
    const next = stops[i + 1];
    gradient.addColorStop(shareOf(value), withOpacity(color, opacity));
    gradient.addColorStop(next === undefined ? 1 : shareOf(next.value), withOpacity(color, opacity));
  });
  return gradient;
}
