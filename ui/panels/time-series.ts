import type { Annotation } from '#dashboards/annotations';
import type { PanelExemplar } from '#dashboards/exemplars';
import { legendEntries, legendOptions } from '#dashboards/legend';
import type { Link, LinkContext } from '#dashboards/links';
import { cssColor } from '#dashboards/palette';
import { shownExemplars } from '#dashboards/shown-exemplars';
import { tooltipOptions } from '#dashboards/tooltip';
import { type ChartAnnotation, type ChartExemplar, type ChartSeries, isEmpty } from '../parts/chart-data.ts';
import type { ChartOptions } from '../parts/chart-options.ts';
import { createTimeSeriesChart, type TimeSeriesChart } from '../parts/time-series-chart.ts';
import { LegendView } from './legend-view.ts';
import { element, type PanelInput, type PanelSurroundings, type PanelView } from './panel-view.ts';
import { type TimeSeriesModel, timeSeriesModel } from './time-series-model.ts';

/** A panel of lines, bars and points over time, with its legend. */
export function createTimeSeries(root: HTMLElement, surroundings: PanelSurroundings): PanelView {
  return new TimeSeries(root, surroundings);
}

class TimeSeries implements PanelView {
  private readonly root: HTMLElement;
  private readonly surroundings: PanelSurroundings;
  private readonly plot = element('div', 'panel-plot');
  private readonly legend: LegendView;
  private chart: TimeSeriesChart | null = null;
  /** What the chart was set up for; its formats follow the panel, which the key names too. */
  private optionsKey = '';
  private model: TimeSeriesModel | null = null;
  private links: LinkContext | null = null;
  private annotations: readonly ChartAnnotation[] = [];
  private events: readonly Annotation[] = [];
  private exemplars: readonly PanelExemplar[] = [];

  constructor(root: HTMLElement, surroundings: PanelSurroundings) {
    this.root = root;
    this.surroundings = surroundings;
    root.classList.add('panel-time-series');
    this.legend = new LegendView(surroundings.series, {
      highlight: (series) => this.chart?.highlight(series),
      changed: () => this.draw(),
    });
    root.append(this.plot, this.legend.root);
  }

  update({ panel, frames, range, theme, annotations, exemplars, links }: PanelInput): 'ready' | 'empty' {
    const model = timeSeriesModel(panel, frames, { range, theme });
    this.model = model;
    this.links = links;
    this.exemplars = exemplars;
    this.events = annotations;
    this.annotations = annotations.map(({ source, start, end, title, text: words, tags }) => {
      return {
        start,
        end,
        title,
        text: [words, ...tags].filter(Boolean).join(' · '),
        color: cssColor(source.color, theme),
      };
    });
    const options = legendOptions(panel);
    this.root.dataset['legend'] = options.mode === 'hidden' ? 'none' : options.placement;
    this.legend.update(legendEntries(model.legend, options), options);
    const key = JSON.stringify([
      model.axes,
      model.thresholds,
      panel.defaults,
      panel.overrides,
      panel.options['tooltip'] ?? null,
    ]);
    const chartOptions = this.chartOptions(model, panel);
    if (this.chart === null) this.chart = createTimeSeriesChart(this.plot, chartOptions);
    else if (key !== this.optionsKey) this.chart.setOptions(chartOptions);
    this.optionsKey = key;
    this.draw();
    return isEmpty(model.data) ? 'empty' : 'ready';
  }

  destroy(): void {
    this.chart?.destroy();
    this.root.replaceChildren();
    this.root.classList.remove('panel-time-series');
  }

  private draw(): void {
    const { model } = this;
    if (model === null) return;
    const series = model.data.series.map((one): ChartSeries => {
      return this.legend.isHidden(one.name) ? { ...one, hidden: true } : one;
    });
    const origins = model.origins.map((origin, i) => ({ ...origin, hidden: series[i]!.hidden === true }));
    const exemplars = shownExemplars(this.exemplars, origins).map((exemplar): ChartExemplar => {
      const axis = origins.find(({ refId }) => refId === exemplar.refId)?.axis;
      return axis === undefined ? exemplar : { ...exemplar, axis };
    });
    this.chart?.setData({ ...model.data, series, annotations: this.annotations, exemplars });
  }

  /** Most series have no links: what they need is fetched with the first that has. */
  private async linksOf(series: number, index: number): Promise<readonly Link[]> {
    const { model, links } = this;
    const { config, labels } = model?.origins[series] ?? {};
    if (model === null || links === null || labels === undefined || !config?.links.length) return [];
    const { linksOfPoint } = await import('./point-links.ts');
    const { name, values } = model.data.series[series]!;
    return linksOfPoint(
      { config, labels, name, value: values[index] ?? Number.NaN, time: model.data.times[index]! },
      links,
    );
  }

  private chartOptions({ axes, thresholds }: TimeSeriesModel, panel: PanelInput['panel']): ChartOptions {
    const { crosshair, sharesTooltip = false, onZoom, onZoomOut, onAnnotate, onEvent } = this.surroundings;
    const { mode, sort, hideZeros, most } = tooltipOptions(panel);
    return {
      ...{ axes, thresholds, crosshair, sharesTooltip, onZoom, onZoomOut },
      ...(onAnnotate === undefined ? {} : { onAnnotate }),
      onEvent: (index) => onEvent?.(this.events[index]!),
      linksOf: (series, index) => this.linksOf(series, index),
      tooltip: mode === 'none' ? 'none' : mode === 'single' ? 'nearest' : 'all',
      hideZeros,
      tooltipSize: most,
      tooltipOrder: sort === 'asc' ? 'rising' : sort === 'desc' ? 'falling' : 'series',
    };
  }
}
