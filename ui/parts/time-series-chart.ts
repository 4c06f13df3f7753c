import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Millis, TimeRange } from '#model/time';
import { currentTimeZone, onTimeZoneChange } from '../state/preferences.ts';
import { onThemeChange, themeColor } from '../state/theme.ts';
import { type ChartData, type ChartSeries, drawnColumns, isEmpty, nearestIndex, styleKey } from './chart-data.ts';
import { hideTooltip, showTooltip, type TooltipRow } from './chart-tooltip.ts';
import { moveCrosshair, onCrosshair } from './crosshair.ts';
import { timeAxisLabels, timeLabel } from './time-axis.ts';

/** A value axis. Hard limits (`min`, `max`) cut; soft ones only widen what the values ask for. */
export interface ChartAxis {
  readonly id: string;
  /** `step` is the distance of the axis' labels, absent in the tooltip: decimals can follow from it. */
  readonly format: (value: number, step?: number) => string;
  readonly side?: 'left' | 'right';
  readonly label?: string;
  readonly hidden?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly softMin?: number;
  readonly softMax?: number;
  /** Labels at multiples of powers of two, for bytes. */
  readonly binary?: boolean;
  /** The base of a logarithmic axis. */
  readonly log?: 2 | 10;
}

/** A horizontal line at a value, with or without the area above it. */
export interface ChartThreshold {
  readonly value: number;
  readonly color: string;
  readonly line?: boolean;
  /** Fills up to the next threshold. */
  readonly area?: boolean;
}

export interface ChartOptions {
  /** At least one; the first is the one of series that name none. */
  readonly axes: readonly ChartAxis[];
  readonly thresholds?: readonly ChartThreshold[];
  /** Charts with the same text show the same instant; left out or null: alone. */
  readonly crosshair?: string | null;
  /** `all` (the default) lists every series at the instant, the one under the pointer marked. */
  readonly tooltip?: 'all' | 'nearest' | 'none';
  /** How the rows of a tooltip are ordered; `value` (the default) has the largest first. */
  readonly tooltipOrder?: 'value' | 'series';
  /** A drag across the chart; without it dragging does nothing. */
  readonly onZoom?: (range: TimeRange) => void;
  /** A double click. */
  readonly onZoomOut?: () => void;
  /** A click on the series under the pointer, or null beside all of them. */
  readonly onSelect?: (series: number | null, time: Millis) => void;
  /** Draws no axes: for tiles. */
  readonly bare?: boolean;
}

/**
 * A chart that lives outside of React: `setData` redraws within the next frame and never rebuilds the page. The root
 * needs a size from its surroundings; the chart fills it and follows it. After the first draw with data the root carries
 * `data-panel-ready=""`, or `"empty"` when no series has a sample in the range.
 */
export interface TimeSeriesChart {
  setData(data: ChartData): void;
  setOptions(options: ChartOptions): void;
  /** Fades all series but one; null ends it. */
  highlight(series: number | null): void;
  /** Frees everything. The chart must not be used after. */
  destroy(): void;
}

const TOOLTIP_ROWS = 24;
const NEAR_PIXELS = 24;

/** Makes a chart in `root`, which it owns from then on. Nothing is drawn before the first `setData`. */
export function createTimeSeriesChart(root: HTMLElement, options: ChartOptions): TimeSeriesChart {
  const state: ChartState = { root, options, data: null, plot: null, key: '', colors: readColors(), pinned: false };
  root.classList.add('chart');
  const line = root.appendChild(document.createElement('div'));
  line.className = 'chart-crosshair';
  line.hidden = true;

  const observer = new ResizeObserver(() => resize(state));
  observer.observe(root);
  const redraw = (): void => {
    state.colors = readColors();
    state.plot?.redraw(false, true);
  };
  const forget = [onThemeChange(redraw), onTimeZoneChange(redraw)];
  let leaveGroup = joinCrosshair(state, line);

  return {
    setData(data) {
      const previous = state.data;
      state.data = data;
      if (state.plot !== null && previous !== null && state.key === fullKey(state)) update(state, previous);
      else build(state);
    },
    setOptions(next) {
      if (next.crosshair !== state.options.crosshair) {
        leaveGroup();
        state.options = next;
        leaveGroup = joinCrosshair(state, line);
      }
      state.options = next;
      if (state.data !== null) build(state);
    },
    highlight(series) {
      state.plot?.setSeries(series === null ? null : series + 1, { focus: true });
    },
    destroy() {
      observer.disconnect();
      leaveGroup();
      for (const stop of forget) stop();
      hideTooltip(state);
      state.plot?.destroy();
      state.plot = null;
      root.replaceChildren();
    },
  };
}

interface ChartState {
  readonly root: HTMLElement;
  options: ChartOptions;
  data: ChartData | null;
  plot: uPlot | null;
  /** What the drawing object was built for. */
  key: string;
  colors: ChartColors;
  /** A click keeps the crosshair and its tooltip where they are. */
  pinned: boolean;
}

interface ChartColors {
  readonly grid: string;
  readonly text: string;
}

function readColors(): ChartColors {
  return { grid: themeColor('--grid'), text: themeColor('--text-dim') };
}

function fullKey({ data, options }: ChartState): string {
  const axes = options.axes.map(({ format: _format, ...axis }) => axis);
  return `${data === null ? '' : styleKey(data)} ${JSON.stringify([axes, options.bare, options.onZoom !== undefined])}`;
}

function resize(state: ChartState): void {
  const { clientWidth: width, clientHeight: height } = state.root;
  if (width === 0 || height === 0) return;
  if (state.plot === null) build(state);
  else if (state.plot.width !== width || state.plot.height !== height) state.plot.setSize({ width, height });
}

/** Same style, new values: the drawing object stays. */
function update(state: ChartState, previous: ChartData): void {
  const { plot, data } = state;
  if (plot === null || data === null) return;
  const drawn = drawnColumns(data.series);
  plot.batch(() => {
    data.series.forEach((series, i) => {
      const show = series.hidden !== true;
      if ((previous.series[i]?.hidden !== true) !== show) plot.setSeries(i + 1, { show });
    });
    setBands(plot, drawn.bands, data.series);
    plot.setData([data.times as number[], ...drawn.columns.map((column) => column as (number | null)[])], false);
    plot.setScale('x', { min: data.range.start, max: data.range.end });
  });
}

function setBands(plot: uPlot, bands: ReturnType<typeof drawnColumns>['bands'], series: readonly ChartSeries[]): void {
  plot.delBand(null);
  for (const band of bands) plot.addBand(bandOptions(band, series));
}

function build(state: ChartState): void {
  const { root, data } = state;
  const { clientWidth: width, clientHeight: height } = root;
  state.plot?.destroy();
  state.plot = null;
  if (data === null || width === 0 || height === 0) return;
  state.key = fullKey(state);
  const drawn = drawnColumns(data.series);
  const columns = [data.times as number[], ...drawn.columns.map((column) => column as (number | null)[])];
  state.plot = new uPlot(plotOptions(state, { width, height }, drawn.bands), columns as uPlot.AlignedData, root);
}

function plotOptions(
  state: ChartState,
  size: { readonly width: number; readonly height: number },
  bands: ReturnType<typeof drawnColumns>['bands'],
): uPlot.Options {
  const { options, data } = state;
  const { series, range } = data!;
  const zooms = options.onZoom !== undefined;
  return {
    ...size,
    ms: 1,
    pxAlign: false,
    legend: { show: false },
    padding: options.bare === true ? [2, 0, 2, 0] : [8, 16, 0, 0],
    focus: { alpha: 0.15 },
    cursor: {
      x: true,
      y: false,
      points: { one: true, size: 6 },
      focus: { prox: -1 },
      drag: { x: zooms, y: false, setScale: false, dist: 6 },
      bind: {
        // uPlot's own double click would reset the scales to the data.
        dblclick: () => () => {
          options.onZoomOut?.();
          return null;
        },
      },
    },
    scales: {
      x: {
        time: true,
        min: range.start,
        max: range.end,
        range: () => [state.data!.range.start, state.data!.range.end],
      },
      ...Object.fromEntries(options.axes.map((axis) => [axis.id, valueScale(axis)])),
    },
    axes: options.bare === true ? [{ show: false }, { show: false }] : [timeAxis(state), ...valueAxes(state)],
    series: [{}, ...series.map((one, i) => seriesOptions(state, one, i))],
    bands: bands.map((band) => bandOptions(band, series)),
    hooks: {
      drawClear: [(plot) => drawThresholds(plot, state, 'area')],
      draw: [(plot) => drawThresholds(plot, state, 'line'), () => markReady(state)],
      setCursor: [(plot) => pointerMoved(plot, state)],
      setSelect: [(plot) => selected(plot, state)],
      ready: [(plot) => listen(plot, state)],
    },
  };
}

function markReady({ root, data }: ChartState): void {
  root.dataset['panelReady'] = data !== null && isEmpty(data) ? 'empty' : '';
}

function seriesOptions(state: ChartState, series: ChartSeries, index: number): uPlot.Series {
  const { shape = 'linear', width = 1.25, fill = 0, points = 'auto' } = series;
  const current = (): ChartSeries => state.data?.series[index] ?? series;
  const paths = linePaths(shape);
  return {
    label: String(index),
    scale: series.axis ?? state.options.axes[0]!.id,
    show: series.hidden !== true,
    stroke: () => current().color,
    width: shape === 'points' ? 0 : width,
    spanGaps: series.spanGaps === true,
    points: {
      size: series.pointSize ?? 4,
      ...(points === 'auto' && shape !== 'points' ? {} : { show: points !== 'never' }),
      stroke: () => current().color,
      fill: () => current().color,
    },
    ...(series.dash === undefined ? {} : { dash: [...series.dash] }),
    ...(fill > 0 ? { fill: () => withOpacity(current().color, fill) } : {}),
    ...(paths === null ? {} : { paths }),
  };
}

function linePaths(shape: ChartSeries['shape']): uPlot.Series.PathBuilder | null {
  const { spline, stepped, bars } = uPlot.paths;
  if (shape === 'smooth') return spline!();
  if (shape === 'step-after') return stepped!({ align: 1 });
  if (shape === 'step-before') return stepped!({ align: -1 });
  if (shape === 'bars') return bars!({ size: [0.8, 64] });
  return shape === 'points' ? () => null : null;
}

function bandOptions(band: { upper: number; lower: number }, series: readonly ChartSeries[]): uPlot.Band {
  const { color, fill = 0, negate } = series[band.upper]!;
  return {
    series: [band.upper + 1, band.lower + 1],
    fill: withOpacity(color, fill),
    dir: negate === true ? 1 : -1,
  };
}

/** A CSS colour with an opacity, through color-mix so that every form of colour will do. */
export function withOpacity(color: string, opacity: number): string {
  if (/^#[0-9a-f]{6}$/i.test(color)) {
    return `${color}${Math.round(opacity * 255)
      .toString(16)
      .padStart(2, '0')}`;
  }
  return opacity >= 1 ? color : `color-mix(in srgb, ${color} ${Math.round(opacity * 100)}%, transparent)`;
}

function valueScale({ min, max, softMin, softMax, log }: ChartAxis): uPlot.Scale {
  return {
    ...(log === undefined ? {} : { distr: 3, log }),
    range: (_plot, dataMin: number | null, dataMax: number | null) => {
      if (dataMin === null || dataMax === null) return [min ?? softMin ?? 0, max ?? softMax ?? 1];
      if (log !== undefined) {
        const [low, high] = uPlot.rangeLog(Math.max(dataMin, Number.MIN_VALUE), dataMax, log, false);
        return [min ?? low, max ?? high];
      }
      const low = softMin === undefined ? dataMin : Math.min(softMin, dataMin);
      const high = softMax === undefined ? dataMax : Math.max(softMax, dataMax);
      const [nearLow, nearHigh] = uPlot.rangeNum(low, high, {
        min: { pad: low === softMin ? 0 : 0.08, soft: 0, mode: 3 },
        max: { pad: high === softMax ? 0 : 0.08, soft: 0, mode: 3 },
      });
      return [min ?? nearLow, max ?? nearHigh];
    },
  } as uPlot.Scale;
}

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

function timeAxis(state: ChartState): uPlot.Axis {
  return {
    stroke: () => state.colors.text,
    font: FONT,
    size: 22,
    gap: 4,
    space: 72,
    incrs: TIME_STEPS,
    splits: (_plot, _axis, min, max, step) => timeTicks(min, max, step),
    values: (_plot, splits) => timeAxisLabels(splits, currentTimeZone()),
    grid: { stroke: () => state.colors.grid, width: 1 },
    ticks: { stroke: () => state.colors.grid, width: 1, size: 3 },
  };
}

const TIME_STEPS: number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * 3_600_000),
  ...[1, 2, 3, 7, 14, 28, 56, 84, 168, 336].map((days) => days * 86_400_000),
];

/** Multiples of the step, counted from midnight of the zone that is shown. */
function timeTicks(min: Millis, max: Millis, step: Millis): Millis[] {
  const offset = currentTimeZone() === 'utc' ? 0 : new Date(min).getTimezoneOffset() * 60_000;
  const ticks: Millis[] = [];
  for (let tick = Math.ceil((min - offset) / step) * step + offset; tick <= max; tick += step) ticks.push(tick);
  return ticks;
}

const BINARY_STEPS: number[] = Array.from({ length: 62 }, (_, power) => 2 ** power);

function valueAxes(state: ChartState): uPlot.Axis[] {
  return state.options.axes.map((axis, i) => ({
    scale: axis.id,
    show: axis.hidden !== true,
    side: axis.side === 'right' ? 1 : 3,
    stroke: () => state.colors.text,
    font: FONT,
    gap: 6,
    space: 28,
    size: (_plot, values) => 14 + 6.4 * Math.max(2, ...(values ?? []).map((text) => text.length)),
    values: (_plot, splits, _axis, _space, step) =>
      splits.map((value) => (value === null ? '' : state.options.axes[i]!.format(value, step))),
    ...(axis.binary === true ? { incrs: BINARY_STEPS } : {}),
    ...(axis.label === undefined ? {} : { label: axis.label, labelSize: 18, labelFont: FONT }),
    grid: { show: i === 0, stroke: () => state.colors.grid, width: 1 },
    ticks: { show: false },
  }));
}

function drawThresholds(plot: uPlot, { options }: ChartState, what: 'line' | 'area'): void {
  const { ctx, bbox } = plot;
  const scale = options.axes[0]!.id;
  const thresholds = options.thresholds ?? [];
  if (!thresholds.some((threshold) => threshold[what] === true)) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  thresholds.forEach((threshold, i) => {
    if (threshold[what] !== true) return;
    const y = Number.isFinite(threshold.value)
      ? plot.valToPos(threshold.value, scale, true)
      : bbox.top + bbox.height + 1;
    if (what === 'line') {
      ctx.strokeStyle = threshold.color;
      ctx.lineWidth = uPlot.pxRatio;
      ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    } else {
      const next = thresholds[i + 1];
      const top = next === undefined ? bbox.top : plot.valToPos(next.value, scale, true);
      ctx.fillStyle = withOpacity(threshold.color, 0.1);
      ctx.fillRect(bbox.left, top, bbox.width, y - top);
    }
  });
  ctx.restore();
}

/** A plain line at the instant that the pointer has on another chart of the group. */
function joinCrosshair(state: ChartState, line: HTMLElement): () => void {
  const group = state.options.crosshair;
  if (group === undefined || group === null) return () => undefined;
  return onCrosshair(group, (time, source) => {
    const { plot, data, root } = state;
    const range = data?.range;
    line.hidden =
      source === state ||
      time === null ||
      plot === null ||
      range === undefined ||
      time < range.start ||
      time > range.end;
    if (line.hidden || plot === null || time === null) return;
    root.append(line);
    const left = plot.valToPos(time, 'x') + plot.bbox.left / uPlot.pxRatio;
    line.style.transform = `translateX(${Math.round(left)}px)`;
    line.style.top = `${plot.bbox.top / uPlot.pxRatio}px`;
    line.style.height = `${plot.bbox.height / uPlot.pxRatio}px`;
  });
}

function listen(plot: uPlot, state: ChartState): void {
  let down = { x: 0, y: 0 };
  plot.over.addEventListener('mousedown', (event) => {
    down = { x: event.clientX, y: event.clientY };
    measuring.set(plot, event.shiftKey);
  });
  plot.over.addEventListener('click', (event) => {
    if (Math.hypot(event.clientX - down.x, event.clientY - down.y) > 4) return;
    const { onSelect } = state.options;
    const index = plot.cursor.idx;
    if (onSelect !== undefined && index !== null && index !== undefined) {
      onSelect(nearestSeries(plot, state, index), state.data!.times[index]!);
      return;
    }
    state.pinned = !state.pinned;
    plot.cursor.lock = state.pinned;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (!state.pinned) pointerMoved(plot, state);
    else showInstant(plot, state);
  });
}

const measuring = new WeakMap<uPlot, boolean>();

function pointerMoved(plot: uPlot, state: ChartState): void {
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
  const shown = options.tooltip === 'nearest' ? rows.filter((row) => row.near) : aroundNear(rows);
  if (shown.length === 0) {
    hideTooltip(state);
    return;
  }
  const left0 = rows.length - shown.length;
  const notes = [
    ...(options.tooltip !== 'nearest' && left0 > 0 ? [`${left0} more`] : []),
    ...(state.pinned ? ['pinned: click to let go'] : []),
  ];
  const { left: x, top: y } = plot.over.getBoundingClientRect();
  showTooltip(
    state,
    {
      title: timeLabel(data.times[idx]!, currentTimeZone()),
      rows: shown,
      ...(notes.length === 0 ? {} : { note: notes.join(' · ') }),
    },
    { x: x + left, y: y + top },
  );
}

function instantRows({ options, data }: ChartState, index: number, near: number | null): TooltipRow[] {
  const present = data!.series
    .map((series, i) => ({ series, i, value: series.values[index] }))
    .filter(({ series, value }) => series.hidden !== true && value !== null && value !== undefined);
  if (options.tooltipOrder !== 'series') present.sort((a, b) => b.value! - a.value!);
  return present.map(({ series, i, value }) => ({
    color: series.color,
    name: series.name,
    value: axisOf(options, series).format(value!),
    near: i === near,
  }));
}

function axisOf(options: ChartOptions, series: ChartSeries): ChartAxis {
  return options.axes.find(({ id }) => id === series.axis) ?? options.axes[0]!;
}

/** As many rows as fit, the one under the pointer among them. */
function aroundNear(rows: readonly TooltipRow[]): readonly TooltipRow[] {
  if (rows.length <= TOOLTIP_ROWS) return rows;
  const near = Math.max(
    0,
    rows.findIndex((row) => row.near),
  );
  const start = Math.min(Math.max(0, near - TOOLTIP_ROWS / 2), rows.length - TOOLTIP_ROWS);
  return rows.slice(start, start + TOOLTIP_ROWS);
}

function selected(plot: uPlot, state: ChartState): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const range = { start: Math.round(plot.posToVal(left, 'x')), end: Math.round(plot.posToVal(left + width, 'x')) };
  if (measuring.get(plot) === true) {
    showMeasure(plot, state, range);
    return;
  }
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  hideTooltip(state);
  state.options.onZoom?.(range);
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
    const { format } = axisOf(state.options, series);
    const value = `${b >= a ? '+' : ''}${format(b - a)} (${format((b - a) / seconds)}/s)`;
    return [{ color: series.color, name: series.name, value, near: false }];
  });
  state.pinned = true;
  plot.cursor.lock = true;
  const box = plot.over.getBoundingClientRect();
  showTooltip(
    state,
    {
      title: `Change over ${seconds.toFixed(seconds < 10 ? 1 : 0)} s`,
      rows: rows.slice(0, TOOLTIP_ROWS),
      note: 'click to let go',
    },
    { x: box.left + plot.select.left + plot.select.width, y: box.top + box.height / 2 },
  );
}
