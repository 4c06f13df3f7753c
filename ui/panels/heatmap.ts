import { type HeatmapModel, heatmapModel } from '#dashboards/heatmap';
import { hideTooltip, showTooltip } from '../parts/chart-tooltip.ts';
import { timeLabel } from '../parts/time-axis.ts';
import { currentTimeZone } from '../state/preferences.ts';
import { themeColor } from '../state/theme.ts';
import { CanvasPlot, drawLaneNames, type PlotArea, type PlotPoint, widestText } from './canvas-plot.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';
import { drawTimeAxis, TIME_AXIS, timeToX, xToTime } from './time-plot.ts';

/** How values are spread over time: a column per step, a row per bucket, a color per count. */
export function createHeatmap(root: HTMLElement): PanelView {
  return new Heatmap(root);
}

class Heatmap implements PanelView {
  private readonly root: HTMLElement;
  private readonly plot: CanvasPlot;
  private readonly scale = element('div', 'panel-heat-scale');
  private model: HeatmapModel | null = null;
  private area: PlotArea = { left: 0, top: 0, width: 0, height: 0 };
  private pointed: { readonly column: number; readonly row: number } | null = null;

  constructor(root: HTMLElement) {
    this.root = root;
    const holder = element('div', 'panel-plot');
    root.classList.add('panel-time-series');
    root.append(holder, this.scale);
    this.plot = new CanvasPlot(holder, {
      draw: (context, size) => this.draw(context, size),
      point: (at) => this.point(at),
    });
  }

  update({ panel, frames, range, theme }: PanelInput): 'ready' | 'empty' {
    const model = heatmapModel(panel, frames, { range, theme });
    this.model = model;
    this.pointed = null;
    this.scale.hidden = !model.showScale || model.cells.rows.length === 0;
    this.scale.replaceChildren(...scaleParts(model));
    this.plot.draw();
    const filled = model.cells.counts.some((row) => row.some((count) => model.color(count) !== null));
    return filled ? 'ready' : 'empty';
  }

  destroy(): void {
    this.plot.destroy();
    this.root.replaceChildren();
    this.root.classList.remove('panel-time-series');
  }

  /** From the top: the highest row first, unless the panel turns them round. */
  private rowAt(place: number): number {
    const { cells, reverse } = this.model!;
    return reverse ? place : cells.rows.length - 1 - place;
  }

  private draw(context: CanvasRenderingContext2D, { width, height }: { width: number; height: number }): void {
    const { model } = this;
    if (model === null) return;
    const { cells, labels, range, gap } = model;
    const names = labels.map((_, place) => labels[this.rowAt(place)]!);
    const left = Math.min(width * 0.3, widestText(context, names) + 16);
    this.area = { left, top: 6, width: width - left - 12, height: height - TIME_AXIS - 6 };
    drawTimeAxis(context, range, this.area);
    drawLaneNames(context, names, this.area);
    const tall = this.area.height / Math.max(1, cells.rows.length);
    context.save();
    context.beginPath();
    context.rect(this.area.left, this.area.top, this.area.width, this.area.height);
    context.clip();
    cells.times.forEach((time, column) => {
      const from = timeToX(time, range, this.area);
      const wide = timeToX(time + cells.step, range, this.area) - from;
      // Between cells of a few pixels a gap would be stripes.
      const [gapX, gapY] = [wide < 5 ? -0.5 : gap, tall < 5 ? -0.5 : gap];
      for (let place = 0; place < cells.rows.length; place++) {
        const color = model.color(cells.counts[this.rowAt(place)]![column]!);
        if (color === null) continue;
        context.fillStyle = color;
        context.fillRect(from, this.area.top + place * tall, wide - gapX, tall - gapY);
      }
      if (this.pointed?.column === column) {
        context.strokeStyle = themeColor('--text');
        context.strokeRect(from, this.area.top + this.pointed.row * tall, wide - gapX, tall - gapY);
      }
    });
    context.restore();
  }

  private point(at: PlotPoint | null): void {
    const hit = at === null ? null : this.cellAt(at);
    if (hit?.column !== this.pointed?.column || hit?.row !== this.pointed?.row) {
      this.pointed = hit;
      this.plot.draw();
    }
    if (hit === null || at === null) hideTooltip(this);
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
    const place = this.rowAt(row);
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
      },
      at.client,
    );
  }
}

/** The colors with the counts at their ends. */
function scaleParts({ ramp, least, most, format }: HeatmapModel): HTMLElement[] {
  const bar = element('span', 'panel-heat-ramp');
  bar.style.background = `linear-gradient(to right, ${ramp.join(', ')})`;
  return [element('span', '', format(least)), bar, element('span', '', format(most))];
}
