import { type BarModel, barChartModel, histogramModel } from '#dashboards/bar-chart';
import { legendEntries, legendOptions } from '#dashboards/legend';
import { type TooltipOptions, tooltipOptions } from '#dashboards/tooltip';
import { inTooltipOrder } from '#dashboards/tooltip-order';
import { hideTooltip, rowsThatFit, showTooltip, type TooltipRow } from '../parts/chart-tooltip.ts';
import { type BarPlace, type BarPlan, barAt, drawBars } from './bar-drawing.ts';
import { CanvasPlot, type PlotPoint, type PlotSize } from './canvas-plot.ts';
import { LegendView } from './legend-view.ts';
import { element, type PanelInput, type PanelSurroundings, type PanelView, type SeriesMemory } from './panel-view.ts';

type MakeModel = (input: PanelInput) => BarModel;

/** Groups of bars by category. */
export function createBarChart(root: HTMLElement, { series }: PanelSurroundings): PanelView {
  return new Bars(root, series, ({ panel, frames, theme }) => barChartModel(panel, frames, theme));
}

/** How often values lie in each bucket. */
export function createHistogram(root: HTMLElement, { series }: PanelSurroundings): PanelView {
  return new Bars(root, series, ({ panel, frames, theme }) => histogramModel(panel, frames, theme));
}

class Bars implements PanelView {
  private readonly root: HTMLElement;
  private readonly make: MakeModel;
  private readonly plot: CanvasPlot;
  private readonly legend: LegendView;
  private model: BarModel | null = null;
  private focus: number | null = null;
  /** The bar under the pointer. */
  private pointed: BarPlace | null = null;
  private drawn: BarPlan | null = null;
  private tooltip: TooltipOptions | null = null;

  constructor(root: HTMLElement, memory: SeriesMemory, make: MakeModel) {
    this.root = root;
    this.make = make;
    const holder = element('div', 'panel-plot');
    root.classList.add('panel-time-series');
    this.legend = new LegendView(memory, {
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
    this.tooltip = tooltipOptions(input.panel);
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

  private draw(context: CanvasRenderingContext2D, size: PlotSize): void {
    const { model, focus, pointed } = this;
    if (model !== null) this.drawn = drawBars(context, { model, shown: this.shown(), focus, pointed }, size);
  }

  private light(bar: BarPlace | null): void {
    const same = bar?.series === this.pointed?.series && bar?.category === this.pointed?.category;
    this.pointed = bar;
    if (!same) this.plot.draw();
  }

  private point(at: PlotPoint | null): void {
    const { drawn, tooltip } = this;
    const hit = drawn === null || at === null ? null : barAt(drawn, at);
    this.light(hit);
    if (
      drawn === null ||
      tooltip === null ||
      tooltip.mode === 'none' ||
      at === null ||
      at.x < drawn.area.left ||
      at.y < drawn.area.top
    ) {
      hideTooltip(this);
      return;
    }
    const { model, area, horizontal } = drawn;
    const count = model.edges ? model.categories.length - 1 : model.categories.length;
    const share = horizontal ? (at.y - area.top) / area.height : (at.x - area.left) / area.width;
    const place = Math.floor(share * count);
    const listed = this.shown().flatMap((series) => {
      const bar = series.bars[place];
      return bar ? [{ bar, name: series.name }] : [];
    });
    const chosen = hit === null || tooltip.mode !== 'single' ? listed : listed.filter(({ bar }) => bar === hit.bar);
    const ordered = inTooltipOrder(chosen, tooltip, ({ bar }) => bar.to - bar.from);
    const rows = ordered.map(({ bar, name }): TooltipRow => ({ color: bar.color, name, value: bar.text, near: false }));
    const title = model.edges ? `${model.categories[place]} – ${model.categories[place + 1]}` : model.categories[place];
    if (rows.length === 0 || title === undefined) hideTooltip(this);
    else showTooltip(this, { title, rows: rows.slice(0, rowsThatFit(tooltip.most)), most: tooltip.most }, at.client);
  }
}
