import { type BarModel, barChartModel, histogramModel } from '#dashboards/bar-chart';
import { heatmapModel } from '#dashboards/heatmap';
import { legendEntries, legendOptions } from '#dashboards/legend';
import { pieModel } from '#dashboards/pie';
import { stateModel } from '#dashboards/state-lanes';
import { drawBars } from '../panels/bar-drawing.ts';
import { PLOT_FONT } from '../panels/canvas-plot.ts';
import { drawHeatmap, hasCells } from '../panels/heatmap.ts';
import type { PanelInput } from '../panels/panel-view.ts';
import { PIE_EDGE, pieShapes, withoutSlices } from '../panels/pie.ts';
import { drawLanes } from '../panels/state-lanes.ts';
import { type Box, splitBelow } from './box.ts';
import { drawLegend, hiddenIn } from './draw-legend.ts';
import type { LoadedPanel } from './load-picture.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import { SvgPath } from './svg-path.ts';
import { colorOf, type WordStyle, widthOf, writeLine } from './words.ts';

/** Draws from the corner of a box, in the font of axes. */
function plotted(canvas: SvgCanvas, { left, top }: Box, draw: () => void): void {
  canvas.save();
  canvas.translate(left, top);
  canvas.font = PLOT_FONT;
  draw();
  canvas.restore();
}

const SCALE: WordStyle = { size: 11, color: '--text-dim' };
const SCALE_HEIGHT = 11 * 1.45 + 4;

/** How values are spread over time, with the colors of their counts below. */
export function drawHeat(canvas: SvgCanvas, input: PanelInput, box: Box): 'ready' | 'empty' {
  const model = heatmapModel(input.panel, input.frames, input);
  if (!hasCells(model)) return 'empty';
  const [plot, scale] = splitBelow(box, box.height - (model.showScale ? SCALE_HEIGHT : 0));
  plotted(canvas, plot, () => drawHeatmap(canvas, model, { size: plot, pointed: null }));
  if (!model.showScale) return 'ready';
  const line = { left: scale.left + 12, top: scale.top, width: scale.width - 24, height: SCALE_HEIGHT - 4 };
  const least = writeLine(canvas, model.format(model.least), line, SCALE);
  const most = widthOf(canvas, model.format(model.most), SCALE);
  const left = line.left + least + 8;
  const wide = Math.min(260, line.width - least - most - 16);
  const ramp = canvas.createLinearGradient(left, 0, left + wide, 0);
  model.ramp.forEach((color, i) => {
    ramp.addColorStop(i / Math.max(1, model.ramp.length - 1), color);
  });
  canvas.fillStyle = ramp;
  canvas.fillRect(left, line.top + line.height / 2 - 3.5, wide, 7);
  writeLine(canvas, model.format(model.most), { ...line, left: left + wide + 8, width: most + 1 }, SCALE);
  return 'ready';
}

/** States over time, with what they are called below. */
export function drawStates(canvas: SvgCanvas, input: PanelInput, box: Box): 'ready' | 'empty' {
  const model = stateModel(input.panel, input.frames, input);
  if (!model.lanes.some(({ spans }) => spans.length > 0)) return 'empty';
  const options = { ...legendOptions(input.panel), placement: 'bottom', calcs: [] } as const;
  const entries = model.states.map(({ text, color }, series) => {
    return { name: text, color, series, values: [], numbers: [] };
  });
  const shown = options.mode === 'hidden' ? options : { ...options, mode: 'list' as const };
  const plot = drawLegend(canvas, entries, shown, box, { square: true });
  // The first page of them.
  const shownLanes = { ...model, lanes: model.lanes.slice(0, model.perPage) };
  plotted(canvas, plot, () => drawLanes(canvas, shownLanes, plot));
  return 'ready';
}

/** Groups of bars by category. */
export function drawBarChart(canvas: SvgCanvas, input: PanelInput, box: Box, loaded: LoadedPanel): 'ready' | 'empty' {
  return drawBarModel(canvas, barChartModel(input.panel, input.frames, input.theme), box, loaded);
}

/** How often values lie in each bucket. */
export function drawHistogram(canvas: SvgCanvas, input: PanelInput, box: Box, loaded: LoadedPanel): 'ready' | 'empty' {
  return drawBarModel(canvas, histogramModel(input.panel, input.frames, input.theme), box, loaded);
}

function drawBarModel(canvas: SvgCanvas, model: BarModel, box: Box, loaded: LoadedPanel): 'ready' | 'empty' {
  if (!model.series.some(({ bars }) => bars.some((bar) => bar !== null))) return 'empty';
  const options = legendOptions(loaded.panel);
  const entries = legendEntries(model.legend, options);
  const hidden = hiddenIn(entries, loaded);
  const plot = drawLegend(canvas, entries, options, box, { hidden });
  const shown = model.series.filter(({ name }) => !hidden.has(name));
  plotted(canvas, plot, () => drawBars(canvas, { model, shown, focus: null, pointed: null }, plot));
  return 'ready';
}

/** Parts of a whole, as a pie or a donut. */
export function drawPie(
  canvas: SvgCanvas,
  { panel, frames, theme }: PanelInput,
  box: Box,
  loaded: LoadedPanel,
): 'ready' | 'empty' {
  const model = pieModel(panel, frames, theme);
  if (model.slices.length === 0) return 'empty';
  const hidden = hiddenIn(model.legend, loaded);
  const plot = drawLegend(canvas, model.legend, model.legendOptions, box, { hidden });
  const scale = Math.min(plot.width, plot.height) / (2 * PIE_EDGE);
  canvas.save();
  canvas.translate(plot.left + plot.width / 2, plot.top + plot.height / 2);
  canvas.scale(scale, scale);
  canvas.font = '10px sans-serif';
  canvas.textAlign = 'center';
  canvas.textBaseline = 'alphabetic';
  canvas.lineWidth = 1;
  canvas.strokeStyle = colorOf('--bg');
  const shapes = pieShapes(withoutSlices(model, (name) => hidden.has(name)));
  for (const { slice, path } of shapes) {
    canvas.fillStyle = slice.value.color;
    canvas.fill(new SvgPath(path));
    canvas.stroke(new SvgPath(path));
  }
  for (const { text, x, y, color } of shapes.flatMap(({ words }) => words)) {
    canvas.fillStyle = color;
    canvas.fillText(text, x, y);
  }
  canvas.restore();
  return 'ready';
}
