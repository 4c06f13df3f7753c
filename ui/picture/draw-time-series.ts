import uPlot from 'uplot';
import { legendEntries, legendOptions } from '#dashboards/legend';
import { cssColor } from '#dashboards/palette';
import type { PanelInput } from '../panels/panel-view.ts';
import { timeSeriesModel } from '../panels/time-series-model.ts';
import { type ChartAnnotation, type ChartData, drawnColumns, isEmpty } from '../parts/chart-data.ts';
import type { ChartOptions } from '../parts/chart-options.ts';
import { plotOptions } from '../parts/chart-plot.ts';
import { type ChartState, readColors } from '../parts/chart-state.ts';
import type { Box } from './box.ts';
import { drawLegend, hiddenIn } from './draw-legend.ts';
import type { LoadedPanel } from './load-picture.ts';
import { bareElement } from './page.ts';
import type { SvgCanvas } from './svg-canvas.ts';

/** Lines, bars and points over time with their legend, drawn by the same code as in a browser. */
export function drawTimeSeries(canvas: SvgCanvas, input: PanelInput, box: Box, loaded: LoadedPanel): 'ready' | 'empty' {
  const { panel, frames, range, theme, annotations } = input;
  const model = timeSeriesModel(panel, frames, { range, theme });
  const options = legendOptions(panel);
  const entries = legendEntries(model.legend, options);
  const hidden = hiddenIn(entries, loaded);
  const rest = drawLegend(canvas, entries, options, box, { hidden });
  const data: ChartData = {
    ...model.data,
    series: model.data.series.map((one) => (hidden.has(one.name) ? { ...one, hidden: true } : one)),
    annotations: annotations.map(({ source, start, end, title }): ChartAnnotation => {
      return { start, end, title, text: '', color: cssColor(source.color, theme) };
    }),
  };
  if (isEmpty(data)) return 'empty';
  drawChart(canvas, data, { axes: model.axes, thresholds: model.thresholds }, rest);
  return 'ready';
}

function drawChart(canvas: SvgCanvas, data: ChartData, options: ChartOptions, box: Box): void {
  const root = bareElement();
  const state: ChartState = {
    root,
    options,
    data,
    plot: null,
    key: '',
    colors: readColors(),
    pinned: false,
    pressed: null,
    marks: null,
    shared: null,
  };
  const { columns, bands } = drawnColumns(data.series);
  const size = { width: Math.max(1, Math.round(box.width)), height: Math.max(1, Math.round(box.height)) };
  const aligned = [data.times as number[], ...columns.map((column) => column as (number | null)[])];
  const plot = new uPlot(plotOptions(state, size, bands), aligned as uPlot.AlignedData, root);
  // It would draw when this turn of the event loop is over.
  plot.batch(() => {});
  canvas.place(plot.ctx as unknown as SvgCanvas, box.left, box.top);
  plot.destroy();
}
