import { at } from '#dashboards/dashboard';
import { type HeatmapModel, heatmapModel } from '#dashboards/heatmap';
import { type TooltipOptions, tooltipOptions } from '#dashboards/tooltip';
import { hideTooltip, showTooltip } from '../parts/chart-tooltip.ts';
import { timeLabel } from '../parts/time-axis.ts';
import { currentTimeZone } from '../state/preferences.ts';
import { themeColor } from '../state/theme.ts';
import { CanvasPlot, drawLaneNames, type PlotArea, type PlotPoint, type PlotSize, widestText } from './canvas-plot.ts';
import { element, type PanelInput, type PanelSurroundings, type PanelView } from './panel-view.ts';
import type { Surface } from './surface.ts';
import { drawTimeAxis, RIGHT_OF_PLOT, TIME_AXIS, timeToX, xToTime } from './time-plot.ts';
import { TimePointer } from './time-pointer.ts';

/** How values are spread over time: a column per step, a row per bucket, a color per count. */
export function createHeatmap(root: HTMLElement, surroundings: PanelSurroundings): PanelView {
  return new Heatmap(root, surroundings);
}

interface CellPlace {
  readonly column: number;
  readonly row: number;
}

class Heatmap implements PanelView {
  private readonly root: HTMLElement;
  private readonly plot: CanvasPlot;
  private readonly pointer: TimePointer;
  private readonly scale = element('div', 'panel-heat-scale');
  private model: HeatmapModel | null = null;
  private tooltip: TooltipOptions | null = null;
  private area: PlotArea = { left: 0, top: 0, width: 0, height: 0 };
  private pointed: CellPlace | null = null;

  constructor(root: HTMLElement, surroundings: PanelSurroundings) {
    this.root = root;
    const holder = element('div', 'panel-plot');
    root.classList.add('panel-time-series');
    root.append(holder, this.scale);
    this.plot = new CanvasPlot(holder, {
      draw: (context, size) => this.draw(context, size),
      point: (at) => this.point(at),
    });
    this.pointer = new TimePointer(holder, this.plot.canvas, surroundings);
  }

  update({ panel, frames, range, theme }: PanelInput): 'ready' | 'empty' {
    const model = heatmapModel(panel, frames, { range, theme });
    this.model = model;
    this.tooltip = heatmapTooltip(panel);
    this.pointed = null;
    this.scale.hidden = !model.showScale || model.cells.rows.length === 0;
    this.scale.replaceChildren(...scaleParts(model));
    this.plot.draw();
    return hasCells(model) ? 'ready' : 'empty';
  }

  destroy(): void {
    this.plot.destroy();
    this.pointer.destroy();
    this.root.replaceChildren();
    this.root.classList.remove('panel-time-series');
  }

  private draw(context: CanvasRenderingContext2D, size: PlotSize): void {
    const { model, pointed } = this;
    if (model === null) return;
    this.area = drawHeatmap(context, model, { size, pointed });
    this.pointer.moved({ range: model.range, area: this.area });
  }

  private point(at: PlotPoint | null): void {
    this.pointer.point(at);
    const hit = at === null ? null : this.cellAt(at);
    if (hit?.column !== this.pointed?.column || hit?.row !== this.pointed?.row) {
      this.pointed = hit;
      this.plot.draw();
    }
    if (hit === null || at === null || this.tooltip?.mode === 'none') hideTooltip(this);
    else this.showCell(hit, at);
  }

  private cellAt({ x, y }: PlotPoint): { column: number; row: number } | null {
    const { model, area } = this;
    if (model === null || x < area.left || y < area.top) return null;
    const { times, step, rows } = model.cells;
    const time = xToTime(x, model.range, area);
    const column = times.findIndex((start) => time >= start && time < start + step);
    const row = Math.floor(((y - area.top) / area.height) * rows.length);
    return column < 0 || row >= rows.length ? null : { column, row };
  }

  private showCell({ column, row }: { column: number; row: number }, at: PlotPoint): void {
    const { cells, spans, color, format } = this.model!;
    const place = rowAt(this.model!, row);
    const count = cells.counts[place]![column]!;
    const zone = currentTimeZone();
    const from = cells.times[column]!;
    showTooltip(
      this,
      {
        title: `${timeLabel(from, zone)} – ${timeLabel(from + cells.step, zone)}`,
        rows: [
          {
            ...{ color: color(count) ?? 'transparent', name: spans[place]!, near: false },
            value: Number.isNaN(count) ? 'none' : format(count),
          },
        ],
        ...(this.tooltip === null ? {} : { most: this.tooltip.most }),
      },
      at.client,
    );
  }
}

/** Files before Grafana 10.4 say `show: false` for no tooltip. */
function heatmapTooltip(panel: PanelInput['panel']): TooltipOptions {
  const tooltip = tooltipOptions(panel);
  return at(panel.options, 'tooltip', 'show') === false ? { ...tooltip, mode: 'none' } : tooltip;
}

/** From the top: the highest row first, unless the panel turns them round. */
function rowAt({ cells, reverse }: HeatmapModel, place: number): number {
  return reverse ? place : cells.rows.length - 1 - place;
}

/** Whether there is any cell with a color. */
export function hasCells({ cells, color }: HeatmapModel): boolean {
  return cells.counts.some((row) => row.some((count) => color(count) !== null));
}

/** Draws cells with their axes, and a frame around the one that is pointed at. Gives the area of the cells. */
export function drawHeatmap(
  context: Surface,
  model: HeatmapModel,
  { size: { width, height }, pointed }: { readonly size: PlotSize; readonly pointed: CellPlace | null },
): PlotArea {
  const { cells, labels, range, gap } = model;
  const names = labels.map((_, place) => labels[rowAt(model, place)]!);
  const left = Math.min(width * 0.3, widestText(context, names) + 16);
  const area = { left, top: 6, width: width - left - RIGHT_OF_PLOT, height: height - TIME_AXIS - 6 };
  drawTimeAxis(context, range, area);
  drawLaneNames(context, names, area);
  const tall = area.height / Math.max(1, cells.rows.length);
  context.save();
  context.beginPath();
  context.rect(area.left, area.top, area.width, area.height);
  context.clip();
  cells.times.forEach((time, column) => {
    const from = timeToX(time, range, area);
    const wide = timeToX(time + cells.step, range, area) - from;
    // Between cells of a few pixels a gap would be stripes.
    const [gapX, gapY] = [wide < 5 ? -0.5 : gap, tall < 5 ? -0.5 : gap];
    for (let place = 0; place < cells.rows.length; place++) {
      const color = model.color(cells.counts[rowAt(model, place)]![column]!);
      if (color === null) continue;
      context.fillStyle = color;
      context.fillRect(from, area.top + place * tall, wide - gapX, tall - gapY);
    }
    if (pointed?.column === column) {
      context.strokeStyle = themeColor('--text');
      context.strokeRect(from, area.top + pointed.row * tall, wide - gapX, tall - gapY);
    }
  });
  context.restore();
  return area;
}

/** The colors with the counts at their ends. */
function scaleParts({ ramp, least, most, format }: HeatmapModel): HTMLElement[] {
  const bar = element('span', 'panel-heat-ramp');
  bar.style.background = `linear-gradient(to right, ${ramp.join(', ')})`;
  return [element('span', '', format(least)), bar, element('span', '', format(most))];
}
