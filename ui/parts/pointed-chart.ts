import type uPlot from 'uplot';
import type { Link } from '#dashboards/links';
import type { Millis, TimeRange } from '#model/time';
import { currentTimeZone } from '../state/preferences.ts';
import { nearestIndex } from './chart-data.ts';
import { forgetKeys, offerKeys } from './chart-keys.ts';
import { axisOf } from './chart-options.ts';
import type { ChartState } from './chart-state.ts';
import { hideTooltip, rowsThatFit, showTooltip, type TooltipContent, type TooltipRow } from './chart-tooltip.ts';
import { instantRows } from './instant-rows.ts';
import { moveCrosshair } from './move-crosshair.ts';
import { annotationRows, markedEvent } from './pointed-annotations.ts';
import { showShared } from './shared-tooltip.ts';
import { timeLabel } from './time-axis.ts';

/** A tooltip that is scrolled has no more rows: nobody reads on. */
const MOST_ROWS = 300;
const NEAR_PIXELS = 24;

/** A click chooses a series where somebody asks for that, else it pins the instant or lets it go. */
export function clicked({ clientX, clientY }: MouseEvent, state: ChartState): void {
  const { plot, pressed } = state;
  if (plot === null || Math.hypot(clientX - (pressed?.clientX ?? 0), clientY - (pressed?.clientY ?? 0)) > 4) return;
  const { onSelect } = state.options;
  const index = plot.cursor.idx;
  if (annotatedAt(plot, state)) return;
  if (onSelect !== undefined && index !== null && index !== undefined) {
    onSelect(nearestSeries(plot, state, index), state.data!.times[index]!);
    return;
  }
  togglePin(plot, state);
}

/** Keys do what the pointer does, from now on. */
export function answerKeys(state: ChartState): void {
  offerKeys(state, { pin: togglePin, choose: zoomToSelection });
}

function zoomToSelection(plot: uPlot, state: ChartState): void {
  // Which keys a button of the pointer was pressed with says nothing here.
  state.pressed = null;
  selectionMade(plot, state);
}

function togglePin(plot: uPlot, state: ChartState): void {
  pin(plot, state, !state.pinned);
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (!state.pinned) pointerMoved(plot, state);
  else showInstant(plot, state);
}

function pin(plot: uPlot, state: ChartState, pinned: boolean): void {
  state.pinned = pinned;
  plot.cursor.lock = pinned;
  state.root.classList.toggle('pinned', pinned);
}

/** Ctrl or Cmd was down when the button was pressed. */
function isAnnotating({ pressed }: ChartState): boolean {
  return pressed?.ctrlKey === true || pressed?.metaKey === true;
}

/** A click that says something of an instant, or opens what was said. */
function annotatedAt(plot: uPlot, state: ChartState): boolean {
  const { onAnnotate, onEvent } = state.options;
  const { left = -1, top = -1 } = plot.cursor;
  const event = onEvent === undefined ? null : markedEvent(plot, state, { left, top });
  if (event !== null) onEvent!(event);
  else if (isAnnotating(state) && onAnnotate !== undefined) {
    const time = Math.round(plot.posToVal(left, 'x'));
    onAnnotate({ start: time, end: time });
  } else return false;
  hideTooltip(state);
  return true;
}

/** The pointer is elsewhere, or the data below it changed: tooltip and crosshairs follow. */
export function pointerMoved(plot: uPlot, state: ChartState): void {
  if (state.pinned) return;
  const { left = -1, idx } = plot.cursor;
  const { crosshair } = state.options;
  const inside = left >= 0 && idx !== null && idx !== undefined;
  if (crosshair !== undefined && crosshair !== null) {
    moveCrosshair(crosshair, left >= 0 ? plot.posToVal(left, 'x') : null, state);
  }
  if (inside) showInstant(plot, state);
  else hideTooltip(state);
}

/** The pointer is at an instant on another chart of the group, or not any more. */
export function pointedElsewhere(state: ChartState, time: Millis | null): void {
  showShared(state, time);
}

/** The chart goes away: nothing of it is shown beside the pointer any more, and no key means it. */
export function forgetChart(state: ChartState): void {
  forgetKeys(state);
  hideTooltip(state);
}

/** The drawn series whose line passes next to the pointer, within a few pixels. */
function nearestSeries(plot: uPlot, state: ChartState, index: number): number | null {
  const top = plot.cursor.top ?? -1;
  let best: number | null = null;
  let bestDistance = NEAR_PIXELS;
  state.data!.series.forEach((series, i) => {
    const drawn = plot.data[i + 1]?.[index];
    if (series.hidden === true || drawn === null || drawn === undefined) return;
    const distance = Math.abs(plot.valToPos(drawn, series.axis ?? state.options.axes[0]!.id) - top);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = i;
    }
  });
  return best;
}

function showInstant(plot: uPlot, state: ChartState): void {
  const { options, data } = state;
  const { idx, left = 0, top = 0 } = plot.cursor;
  if (options.tooltip === 'none' || data === null || idx === null || idx === undefined) return;
  const near = nearestSeries(plot, state, idx);
  const rows = instantRows(state, idx, near);
  const events = annotationRows(plot, state, left);
  const shown = [
    ...events,
    ...(options.tooltip === 'nearest' ? rows.filter((row) => row.near) : aroundNear(rows, rowsIn(state))),
  ];
  if (shown.length === 0) {
    hideTooltip(state);
    return;
  }
  const left0 = rows.length + events.length - shown.length;
  const notes = [
    ...(options.tooltip !== 'nearest' && left0 > 0 ? [`${left0} more`] : []),
    ...(state.pinned ? ['pinned: click to let go'] : []),
  ];
  const { left: x, top: y } = plot.over.getBoundingClientRect();
  const content: TooltipContent = {
    title: timeLabel(data.times[idx]!, currentTimeZone()),
    rows: shown,
    ...(notes.length === 0 ? {} : { note: notes.join(' · ') }),
    ...sizeIn(state),
  };
  const show = (links: readonly Link[]): void => showTooltip(state, { ...content, links }, { x: x + left, y: y + top });
  show([]);
  if (state.pinned && near !== null) void showLinks(state, { series: near, index: idx }, show);
}

/** The links of the series under the pointer, as long as it is the same instant that is pinned. */
async function showLinks(
  state: ChartState,
  { series, index }: { readonly series: number; readonly index: number },
  show: (links: readonly Link[]) => void,
): Promise<void> {
  const links = (await state.options.linksOf?.(series, index)) ?? [];
  if (links.length > 0 && state.pinned && state.plot?.cursor.idx === index) show(links);
}

/** A pinned tooltip can be scrolled. */
function sizeIn({ options: { tooltipSize }, pinned }: ChartState): Pick<TooltipContent, 'most' | 'scrolls'> {
  return { ...(tooltipSize === undefined ? {} : { most: tooltipSize }), scrolls: pinned };
}

function rowsIn({ options, pinned }: ChartState): number {
  return pinned ? MOST_ROWS : rowsThatFit(options.tooltipSize);
}

/** As many rows as fit, the one under the pointer among them. */
function aroundNear(rows: readonly TooltipRow[], most: number): readonly TooltipRow[] {
  if (rows.length <= most) return rows;
  const near = Math.max(
    0,
    rows.findIndex((row) => row.near),
  );
  const start = Math.min(Math.max(0, near - (most >> 1)), rows.length - most);
  return rows.slice(start, start + most);
}

/** A drag ended: it zooms, or measures when Shift was down, or is said something of when Ctrl was. */
export function selectionMade(plot: uPlot, state: ChartState): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const range = { start: Math.round(plot.posToVal(left, 'x')), end: Math.round(plot.posToVal(left + width, 'x')) };
  if (state.pressed?.shiftKey === true) {
    showMeasure(plot, state, range);
    return;
  }
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  hideTooltip(state);
  const { onAnnotate, onZoom } = state.options;
  if (isAnnotating(state) && onAnnotate !== undefined) onAnnotate(range);
  else onZoom?.(range);
}

/** What changed between the ends of a Shift-drag, per series. Stays until the next click. */
function showMeasure(plot: uPlot, state: ChartState, range: TimeRange): void {
  const data = state.data!;
  const first = nearestIndex(data.times, range.start);
  const last = nearestIndex(data.times, range.end);
  if (first === null || last === null) return;
  const seconds = (range.end - range.start) / 1000;
  const rows = data.series.flatMap((series): TooltipRow[] => {
    const [a, b] = [series.values[first], series.values[last]];
    if (series.hidden === true || a === null || a === undefined || b === null || b === undefined) return [];
    const { format } = axisOf(state.options, series.axis);
    const value = `${b >= a ? '+' : ''}${format(b - a)} (${format((b - a) / seconds)}/s)`;
    return [{ color: series.color, name: series.name, value, near: false }];
  });
  pin(plot, state, true);
  const box = plot.over.getBoundingClientRect();
  showTooltip(
    state,
    {
      title: `Change over ${seconds.toFixed(seconds < 10 ? 1 : 0)} s`,
      rows: rows.slice(0, MOST_ROWS),
      note: 'click to let go',
      ...sizeIn(state),
    },
    { x: box.left + plot.select.left + plot.select.width, y: box.top + box.height / 2 },
  );
}
