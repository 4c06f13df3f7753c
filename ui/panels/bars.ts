import { type Bar, type BarModel, barChartModel, histogramModel } from '#dashboards/bar-chart';
import { legendEntries, legendOptions } from '#dashboards/legend';
import { niceTicks } from '#dashboards/ticks';
import { withOpacity } from '../parts/chart-colors.ts';
import { hideTooltip, showTooltip, type TooltipRow } from '../parts/chart-tooltip.ts';
import { themeColor } from '../state/theme.ts';
import { CanvasPlot, clippedText, type PlotArea, type PlotPoint, widestText } from './canvas-plot.ts';
import { LegendView } from './legend-view.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';

type MakeModel = (input: PanelInput) => BarModel;

/** Groups of bars by category. */
export function createBarChart(root: HTMLElement): PanelView {
  return new Bars(root, ({ panel, frames, theme }) => barChartModel(panel, frames, theme));
}

/** How often values lie in each bucket. */
export function createHistogram(root: HTMLElement): PanelView {
  return new Bars(root, ({ panel, frames, theme }) => histogramModel(panel, frames, theme));
}

const AXIS = 20;

class Bars implements PanelView {
  private readonly root: HTMLElement;
  private readonly make: MakeModel;
  private readonly plot: CanvasPlot;
  private readonly legend: LegendView;
  private model: BarModel | null = null;
  private focus: number | null = null;
  private area: PlotArea = { left: 0, top: 0, width: 0, height: 0 };

  constructor(root: HTMLElement, make: MakeModel) {
    this.root = root;
    this.make = make;
    const holder = element('div', 'panel-plot');
    root.classList.add('panel-time-series');
    this.legend = new LegendView({
      highlight: (series) => {
        this.focus = series;
        this.plot.draw();
      },
      changed: () => this.plot.draw(),
    });
    root.append(holder, this.legend.root);
    this.plot = new CanvasPlot(holder, {
      draw: (context, size) => this.draw(context, size),
      point: (at) => this.point(at),
    });
  }

  update(input: PanelInput): 'ready' | 'empty' {
    const model = this.make(input);
    this.model = model;
    const options = legendOptions(input.panel);
    this.root.dataset['legend'] = options.mode === 'hidden' ? 'none' : options.placement;
    this.legend.update(legendEntries(model.legend, options), options);
    this.plot.draw();
    return model.series.some(({ bars }) => bars.some((bar) => bar !== null)) ? 'ready' : 'empty';
  }

  destroy(): void {
    this.plot.destroy();
    this.root.replaceChildren();
    this.root.classList.remove('panel-time-series');
  }

  private shown(): BarModel['series'] {
    return this.model?.series.filter(({ name }) => !this.legend.isHidden(name)) ?? [];
  }

  private get horizontal(): boolean {
    const { model, area } = this;
    if (model === null || model.horizontal !== 'auto') return model?.horizontal === true;
    return area.height > area.width * 1.2;
  }

  private draw(context: CanvasRenderingContext2D, { width, height }: { width: number; height: number }): void {
    const { model } = this;
    if (model === null) return;
    this.area = { left: 0, top: 0, width, height };
    const { horizontal } = this;
    const ticks = niceTicks(model.min, model.max, Math.max(2, (horizontal ? width : height) / 60), model.binary);
    const wide = widestText(context, horizontal ? model.categories : ticks.map(model.format));
    const left = Math.min(width * 0.4, wide + 16);
    this.area = { left, top: 8, width: width - left - 12, height: height - AXIS - 8 };
    this.drawValueAxis(context, ticks);
    this.drawCategories(context);
    for (const box of this.boxes()) drawBar(context, box, { horizontal, ...this.drawing(box.series) });
  }

  private drawing(series: number): { faded: boolean; fill: number; showValue: BarModel['showValue'] } {
    const faded = this.focus !== null && this.focus !== series;
    return { faded, fill: this.model!.series[series]!.fill, showValue: this.model!.showValue };
  }

  /** How far along the value axis a number stands, 0 to 1. */
  private along(value: number): number {
    const { min, max } = this.model!;
    return Math.min(1, Math.max(0, (value - min) / (max - min || 1)));
  }

  private drawValueAxis(context: CanvasRenderingContext2D, ticks: readonly number[]): void {
    const { area, horizontal } = this;
    context.strokeStyle = themeColor('--grid');
    context.fillStyle = themeColor('--text-dim');
    context.textAlign = horizontal ? 'center' : 'right';
    context.textBaseline = horizontal ? 'top' : 'middle';
    for (const tick of ticks) {
      const share = this.along(tick);
      const [x, y] = [
        Math.round(area.left + share * area.width) + 0.5,
        Math.round(area.top + (1 - share) * area.height) + 0.5,
      ];
      context.beginPath();
      context.moveTo(horizontal ? x : area.left, horizontal ? area.top : y);
      context.lineTo(horizontal ? x : area.left + area.width, horizontal ? area.top + area.height : y);
      context.stroke();
      const label = this.model!.format(tick);
      if (horizontal) context.fillText(label, x, area.top + area.height + 5);
      else context.fillText(label, area.left - 6, y);
    }
  }

  /** Names of categories at their middles; the ends of buckets between them. */
  private drawCategories(context: CanvasRenderingContext2D): void {
    const { area, horizontal } = this;
    const { categories, edges } = this.model!;
    const count = Math.max(1, edges ? categories.length - 1 : categories.length);
    const room = (horizontal ? area.height : area.width) / count;
    const needed = horizontal ? 13 : Math.min(120, widestText(context, categories) + 8);
    const every = Math.max(1, Math.ceil((edges || horizontal ? needed : Math.min(needed, 40)) / room));
    context.fillStyle = themeColor('--text-dim');
    context.textAlign = horizontal ? 'right' : 'center';
    context.textBaseline = horizontal ? 'middle' : 'top';
    categories.forEach((category, i) => {
      if (i % every !== 0) return;
      const place = (edges ? i : i + 0.5) * room;
      if (horizontal) context.fillText(clippedText(context, category, area.left - 10), area.left - 6, area.top + place);
      else {
        const text = edges ? category : clippedText(context, category, room * every - 4);
        context.fillText(text, area.left + place, area.top + area.height + 5);
      }
    });
  }

  private boxes(): BarBox[] {
    const model = this.model!;
    const { area, horizontal } = this;
    const shown = this.shown();
    const count = Math.max(1, model.edges ? model.categories.length - 1 : model.categories.length);
    const room = (horizontal ? area.height : area.width) / count;
    const beside = model.stacked || model.edges ? 1 : Math.max(1, shown.length);
    const thick = (room * model.groupWidth) / beside;
    return shown.flatMap((series, place) =>
      series.bars.flatMap((bar, i): BarBox[] => {
        if (bar === null) return [];
        const across = i * room + (room * (1 - model.groupWidth)) / 2 + (beside === 1 ? 0 : place * thick);
        const [low, high] = [this.along(bar.from), this.along(bar.to)].sort((a, b) => a - b) as [number, number];
        const box = horizontal
          ? {
              left: area.left + low * area.width,
              top: area.top + across,
              width: (high - low) * area.width,
              height: thick,
            }
          : {
              left: area.left + across,
              top: area.top + (1 - high) * area.height,
              width: thick,
              height: (high - low) * area.height,
            };
        return [{ ...box, bar, series: model.series.indexOf(series), category: i }];
      }),
    );
  }

  private point(at: PlotPoint | null): void {
    const { model, area, horizontal } = this;
    if (model === null || at === null || at.x < area.left || at.y < area.top) {
      hideTooltip(this);
      return;
    }
    const count = model.edges ? model.categories.length - 1 : model.categories.length;
    const share = horizontal ? (at.y - area.top) / area.height : (at.x - area.left) / area.width;
    const place = Math.floor(share * count);
    const rows = this.shown().flatMap((series): TooltipRow[] => {
      const bar = series.bars[place];
      return bar ? [{ color: bar.color, name: series.name, value: bar.text, near: false }] : [];
    });
    const title = model.edges ? `${model.categories[place]} – ${model.categories[place + 1]}` : model.categories[place];
    if (rows.length === 0 || title === undefined) hideTooltip(this);
    else showTooltip(this, { title, rows: rows.slice(0, 24) }, at.client);
  }
}

interface BarBox extends PlotArea {
  readonly bar: Bar;
  readonly series: number;
  readonly category: number;
}

interface BarDrawing {
  readonly horizontal: boolean;
  readonly faded: boolean;
  readonly fill: number;
  readonly showValue: BarModel['showValue'];
}

function drawBar(
  context: CanvasRenderingContext2D,
  box: BarBox,
  { horizontal, faded, fill, showValue }: BarDrawing,
): void {
  const { left, top, width, height, bar } = box;
  const thin = Math.min(1, width * 0.1, height * 0.1);
  context.globalAlpha = faded ? 0.2 : 1;
  context.fillStyle = withOpacity(bar.color, Math.max(0.1, fill));
  context.fillRect(left + thin / 2, top + thin / 2, Math.max(1, width - thin), Math.max(1, height - thin));
  context.strokeStyle = bar.color;
  context.strokeRect(left + thin / 2, top + thin / 2, Math.max(1, width - thin), Math.max(1, height - thin));
  if (showValue !== 'never') {
    const room = horizontal ? height >= 12 : width >= context.measureText(bar.text).width + 2;
    if (showValue === 'always' || room) {
      context.fillStyle = themeColor('--text');
      context.textAlign = horizontal ? 'left' : 'center';
      context.textBaseline = horizontal ? 'middle' : 'bottom';
      if (horizontal) context.fillText(bar.text, left + width + 4, top + height / 2);
      else context.fillText(bar.text, left + width / 2, Math.max(11, top - 2));
    }
  }
  context.globalAlpha = 1;
}
