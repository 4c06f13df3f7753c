import uPlot from 'uplot';
import type { Millis } from '#model/time';
import { nearestIndex } from './chart-data.ts';
import type { ChartState } from './chart-state.ts';
import { fillTooltip, rowsThatFit } from './chart-tooltip.ts';
import { instantRows } from './instant-rows.ts';

/** How far from the instant's line the values stand. */
const DISTANCE = 8;

/**
 * Shows a chart's values at an instant inside of the chart, beside its line there, as many as fit; null hides them. Nothing
 * is measured: all charts of a page are told within a few frames.
 */
export function showShared(state: ChartState, time: Millis | null): void {
  const { plot, data, options } = state;
  const index = time === null || data === null ? null : nearestIndex(data.times, time);
  const rows = index === null || options.tooltip === 'none' ? [] : instantRows(state, index, null);
  if (plot === null || time === null || rows.length === 0) {
    if (state.shared !== null) state.shared.hidden = true;
    return;
  }
  const box = sharedBox(state);
  const shown = rows.slice(0, rowsThatFit({ width: null, height: plot.bbox.height / uPlot.pxRatio }));
  const left = rows.length - shown.length;
  fillTooltip(box, { title: '', rows: shown, ...(left === 0 ? {} : { note: `${left} more` }) });
  place(box.style, plot, plot.valToPos(time, 'x') + plot.bbox.left / uPlot.pxRatio);
  box.hidden = false;
}

function sharedBox(state: ChartState): HTMLElement {
  if (state.shared === null) {
    state.shared = document.createElement('div');
    state.shared.className = 'chart-tooltip shared';
  }
  // Over the plot, which may have been made after it.
  if (state.shared.parentElement === null) state.root.append(state.shared);
  return state.shared;
}

/** On the side of the line that has more room. */
function place(style: CSSStyleDeclaration, { width, bbox }: uPlot, x: number): void {
  const right = x < width / 2;
  style.left = right ? `${x + DISTANCE}px` : 'auto';
  style.right = right ? 'auto' : `${width - x + DISTANCE}px`;
  style.top = `${bbox.top / uPlot.pxRatio}px`;
}
