import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { onTimeZoneChange } from '../state/preferences.ts';
import { onThemeChange } from '../state/theme.ts';
import { type ChartBand, type ChartData, type ChartSeries, drawnColumns, styleKey } from './chart-data.ts';
import { answerPointer, forgetPointer } from './chart-hover.ts';
import type { ChartOptions } from './chart-options.ts';
import { bandOptions, plotOptions } from './chart-plot.ts';
import { type ChartState, readColors } from './chart-state.ts';
import { onCrosshair } from './crosshair.ts';

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

/** Makes a chart in `root`, which it owns from then on. Nothing is drawn before the first `setData`. */
export function createTimeSeriesChart(root: HTMLElement, options: ChartOptions): TimeSeriesChart {
  const state: ChartState = {
    ...{
      root,
      options,
      data: null,
      plot: null,
      key: '',
      colors: readColors(),
      pinned: false,
      pressed: null,
      marks: null,
      shared: null,
    },
  };
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
      forgetPointer(state);
      state.marks?.destroy();
      state.plot?.destroy();
      state.plot = null;
      root.replaceChildren();
    },
  };
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

function setBands(plot: uPlot, bands: readonly ChartBand[], series: readonly ChartSeries[]): void {
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
  const options = plotOptions(state, { width, height }, drawn.bands);
  // Drawn before it is in the page, where each font that is set would have styles computed, and within this call.
  state.plot = new uPlot(options, columns as uPlot.AlignedData, (plot, draw) => plot.batch(draw));
  root.append(state.plot.root);
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
    if (state.options.sharesTooltip === true) {
      const shown = line.hidden ? null : time;
      answerPointer(({ pointedElsewhere }) => pointedElsewhere(state, shown));
    }
    if (line.hidden || plot === null || time === null) return;
    // Over the plot, which may have been made after the line.
    if (root.lastChild !== line) root.append(line);
    const left = plot.valToPos(time, 'x') + plot.bbox.left / uPlot.pxRatio;
    line.style.transform = `translateX(${Math.round(left)}px)`;
    line.style.top = `${plot.bbox.top / uPlot.pxRatio}px`;
    line.style.height = `${plot.bbox.height / uPlot.pxRatio}px`;
  });
}
