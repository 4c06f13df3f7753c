import { legendOptions } from '#dashboards/legend';
import { readableOn } from '#dashboards/palette';
import { type StateLane, type StateModel, type StateSpan, stateModel } from '#dashboards/state-lanes';
import { type TooltipOptions, tooltipOptions } from '#dashboards/tooltip';
import type { Millis } from '#model/time';
import { durationText } from '../format/duration.ts';
import { hideTooltip, rowsThatFit, showTooltip, type TooltipRow } from '../parts/chart-tooltip.ts';
import { timeLabel } from '../parts/time-axis.ts';
import { currentTimeZone } from '../state/preferences.ts';
import {
  CanvasPlot,
  clippedText,
  drawLaneNames,
  type PlotArea,
  type PlotPoint,
  type PlotSize,
  widestText,
} from './canvas-plot.ts';
import { pageOf, pagerParts } from './pager.ts';
import { element, keepingFocus, type PanelInput, type PanelSurroundings, type PanelView } from './panel-view.ts';
import type { Surface } from './surface.ts';
import { drawTimeAxis, RIGHT_OF_PLOT, TIME_AXIS, timeToX, xToTime } from './time-plot.ts';
import { TimePointer } from './time-pointer.ts';

/** States over time: a state timeline, whose equal neighbours are one, or a status history of single samples. */
export function createStateLanes(root: HTMLElement, surroundings: PanelSurroundings): PanelView {
  return new StateLanes(root, surroundings);
}

class StateLanes implements PanelView {
  private readonly root: HTMLElement;
  private readonly plot: CanvasPlot;
  private readonly pointer: TimePointer;
  private readonly pager = element('div', 'panel-table-pager');
  private readonly legend = element('div', 'panel-legend');
  /** All lanes, and those of the page that is shown. */
  private whole: StateModel | null = null;
  private page = 0;
  private model: StateModel | null = null;
  private tooltip: TooltipOptions | null = null;
  private area: PlotArea = { left: 0, top: 0, width: 0, height: 0 };

  constructor(root: HTMLElement, surroundings: PanelSurroundings) {
    this.root = root;
    const holder = element('div', 'panel-plot');
    root.classList.add('panel-time-series');
    root.append(holder, this.pager, this.legend);
    this.plot = new CanvasPlot(holder, {
      draw: (context, size) => this.draw(context, size),
      point: (at) => this.point(at),
    });
    this.pointer = new TimePointer(holder, this.plot.canvas, surroundings);
  }

  update({ panel, frames, range, theme }: PanelInput): 'ready' | 'empty' {
    const model = stateModel(panel, frames, { range, theme });
    this.whole = model;
    this.tooltip = tooltipOptions(panel);
    this.legend.hidden = legendOptions(panel).mode === 'hidden' || model.states.length === 0;
    this.legend.replaceChildren(legendList(model));
    this.turn(this.page);
    return model.lanes.some(({ spans }) => spans.length > 0) ? 'ready' : 'empty';
  }

  private turn(wanted: number): void {
    const { whole, pager } = this;
    if (whole === null) return;
    const shown = pageOf(whole.lanes.length, whole.perPage, wanted);
    this.page = shown.page;
    this.model = { ...whole, lanes: whole.lanes.slice(shown.first, shown.last) };
    pager.hidden = shown.pages === 1;
    keepingFocus(pager, () => pager.replaceChildren(...pagerParts(shown, (page) => this.turn(page))));
    this.plot.draw();
  }

  destroy(): void {
    this.plot.destroy();
    this.pointer.destroy();
    this.root.replaceChildren();
    this.root.classList.remove('panel-time-series');
  }

  private draw(context: CanvasRenderingContext2D, size: PlotSize): void {
    const { model } = this;
    if (model === null) return;
    this.area = drawLanes(context, model, size);
    this.pointer.moved({ range: model.range, area: this.area });
  }

  private point(at: PlotPoint | null): void {
    this.pointer.point(at);
    const { model, area, tooltip } = this;
    const lane = model === null || at === null ? undefined : laneAt(model, at, area);
    const time = model === null || at === null ? 0 : xToTime(at.x, model.range, area);
    const span = lane === undefined ? undefined : spanAt(lane, time);
    if (tooltip === null || tooltip.mode === 'none' || lane === undefined || span === undefined || at === null) {
      hideTooltip(this);
      return;
    }
    const zone = currentTimeZone();
    const lanes = tooltip.mode === 'multi' ? model!.lanes : [lane];
    const rows = lanes.flatMap((one): TooltipRow[] => {
      const state = spanAt(one, time);
      const near = one === lane && tooltip.mode === 'multi';
      return state === undefined ? [] : [{ color: state.color, name: one.name, value: state.text, near }];
    });
    showTooltip(
      this,
      {
        title: `${timeLabel(span.start, zone)} – ${timeLabel(span.end, zone)}`,
        rows: rows.slice(0, rowsThatFit(tooltip.most)),
        note: `for ${durationText(Math.round((span.end - span.start) / 1000) * 1000)}`,
        most: tooltip.most,
      },
      at.client,
    );
  }
}

function spanAt({ spans }: StateLane, time: Millis): StateSpan | undefined {
  return spans.find(({ start, end }) => time >= start && time < end);
}

/** Draws lanes with their axes. Gives the area of the lanes. */
export function drawLanes(context: Surface, model: StateModel, { width, height }: PlotSize): PlotArea {
  const names = model.lanes.map(({ name }) => name);
  const left = Math.min(width * 0.35, widestText(context, names) + 16);
  const area = { left, top: 4, width: width - left - RIGHT_OF_PLOT, height: height - TIME_AXIS - 4 };
  drawTimeAxis(context, model.range, area);
  drawLaneNames(context, names, area);
  const lane = area.height / Math.max(1, model.lanes.length);
  const tall = Math.max(1, lane * model.rowHeight);
  model.lanes.forEach(({ spans }, i) => {
    const top = area.top + i * lane + (lane - tall) / 2;
    for (const span of spans) drawSpan(context, span, model, { ...area, top, height: tall });
  });
  return area;
}

/** What is free at each side of a text on a state. */
const TEXT_GAP = 3;

function drawSpan(context: Surface, span: StateSpan, model: StateModel, lane: PlotArea): void {
  const { range, showValue, colWidth, align } = model;
  const { top, height: tall } = lane;
  const start = timeToX(span.start, range, lane);
  const whole = timeToX(span.end, range, lane) - start;
  const wide = whole * colWidth;
  const from = start + (whole - wide) / 2;
  context.fillStyle = span.color;
  // Neighbours that nothing parts otherwise have a hair between them.
  context.fillRect(from, top, Math.max(1, wide - (wide > 4 && colWidth === 1 ? 1 : 0)), tall);
  if (showValue === 'never' || tall < 12) return;
  const shown = clippedText(context, span.text, wide - 2 * TEXT_GAP);
  if (shown === '' || (showValue === 'auto' && shown !== span.text)) return;
  context.fillStyle = readableOn(span.color);
  context.textAlign = align;
  context.textBaseline = 'middle';
  const x = { left: from + TEXT_GAP, center: from + wide / 2, right: from + wide - TEXT_GAP }[align];
  context.fillText(shown, x, top + tall / 2 + 0.5);
}

function laneAt({ lanes }: StateModel, { x, y }: PlotPoint, area: PlotArea): StateLane | undefined {
  if (x < area.left || x > area.left + area.width) return undefined;
  return lanes[Math.floor(((y - area.top) / area.height) * lanes.length)];
}

function legendList({ states }: StateModel): HTMLElement {
  const list = element('div', 'panel-legend-list');
  for (const { text, color } of states) {
    const entry = element('span', 'panel-legend-entry');
    const swatch = element('i', 'swatch square');
    swatch.style.background = color;
    entry.append(swatch, element('span', 'clip', text));
    list.append(entry);
  }
  return list;
}
