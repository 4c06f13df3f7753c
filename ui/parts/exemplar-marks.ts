import './exemplars.css';
import type uPlot from 'uplot';
import { currentTimeZone } from '../state/preferences.ts';
import type { ChartExemplar } from './chart-data.ts';
import { axisOf, type ChartOptions } from './chart-options.ts';
import { hideTooltip } from './chart-tooltip.ts';
import { hideCard, isInCard, showCard } from './exemplar-card.ts';
import { timeLabel } from './time-axis.ts';

/** What of a chart its marks are made from; read at every draw. */
export interface MarkedChart {
  readonly options: ChartOptions;
  readonly data: { readonly exemplars?: readonly ChartExemplar[] } | null;
}

interface Mark {
  readonly button: HTMLButtonElement;
  exemplar: ChartExemplar;
}

/**
 * Diamonds over a chart, one per exemplar. They are one stop of the Tab key; arrows go from one to the next. Pointing at
 * one or giving it the focus shows what it is, a press keeps that open.
 */
export class ExemplarMarks {
  private readonly root = document.createElement('div');
  private readonly chart: MarkedChart;
  private marks = new Map<string, Mark>();

  constructor(chart: MarkedChart) {
    this.chart = chart;
    this.root.className = 'exemplars';
    this.root.setAttribute('role', 'group');
    this.root.setAttribute('aria-label', 'Exemplars');
    // A press on a mark is none on the chart: it neither zooms nor pins.
    for (const kind of ['mousedown', 'mousemove', 'click', 'dblclick'] as const) {
      this.root.addEventListener(kind, (event) => event.stopPropagation());
    }
    this.root.addEventListener('keydown', (event) => this.move(event));
  }

  /** Moves the marks to where the plot has them; those that stay keep the focus. */
  place(plot: uPlot): void {
    if (this.root.parentElement !== plot.over) plot.over.append(this.root);
    const before = this.marks;
    this.marks = new Map();
    for (const exemplar of this.chart.data?.exemplars ?? []) {
      const at = positionOf(plot, exemplar, this.chart.options);
      const key = keyOf(exemplar);
      if (at === null || this.marks.has(key)) continue;
      const mark = before.get(key) ?? this.created(exemplar);
      mark.exemplar = exemplar;
      mark.button.style.transform = `translate(${at.x}px, ${at.y}px)`;
      this.marks.set(key, mark);
    }
    for (const [key, { button }] of before) if (!this.marks.has(key)) this.remove(button);
    this.root.append(...[...this.marks.values()].map(({ button }) => button).filter((button) => !button.isConnected));
    this.keepOneStop();
  }

  destroy(): void {
    hideCard(this);
    this.root.remove();
  }

  private created(exemplar: ChartExemplar): Mark {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'exemplar';
    button.tabIndex = -1;
    button.dataset['testid'] = 'exemplar';
    button.setAttribute('aria-label', this.label(exemplar));
    const mark: Mark = { button, exemplar };
    const show = (pinned: boolean): void => {
      hideTooltip(this.chart);
      showCard({ by: this, anchor: button, pinned, ...this.content(mark.exemplar) });
    };
    const leave = ({ relatedTarget }: { readonly relatedTarget: EventTarget | null }): void => {
      if (!isInCard(relatedTarget)) hideCard(this, button);
    };
    button.addEventListener('pointerenter', () => show(false));
    button.addEventListener('focus', () => show(false));
    button.addEventListener('pointerleave', leave);
    button.addEventListener('blur', leave);
    button.addEventListener('click', () => show(true));
    return mark;
  }

  private label(exemplar: ChartExemplar): string {
    const { value, time } = this.content(exemplar);
    const own = Object.entries(exemplar.labels).map(([name, text]) => `${name} ${text}`);
    return [`Exemplar ${value}`, time, ...own].join(', ');
  }

  private content(exemplar: ChartExemplar): { value: string; time: string; exemplar: ChartExemplar } {
    const { format } = axisOf(this.chart.options, exemplar.axis);
    return { value: format(exemplar.value), time: timeLabel(exemplar.time, currentTimeZone()), exemplar };
  }

  private remove(button: HTMLButtonElement): void {
    hideCard(this, button);
    button.remove();
  }

  private keepOneStop(): void {
    const buttons = [...this.marks.values()].map(({ button }) => button);
    if (buttons.some(({ tabIndex }) => tabIndex === 0)) return;
    const last = buttons.at(-1);
    if (last !== undefined) last.tabIndex = 0;
  }

  private move(event: KeyboardEvent): void {
    const buttons = [...this.marks.values()].map(({ button }) => button);
    const from = buttons.indexOf(event.target as HTMLButtonElement);
    const steps: Readonly<Record<string, number>> = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: -1 };
    const step = steps[event.key];
    if (event.key === 'Escape' && from >= 0 && hideCard(this)) stop(event);
    if (from < 0 || step === undefined) return;
    stop(event);
    const next = buttons.at(event.key === 'ArrowLeft' ? Math.max(0, step) : step);
    if (next === undefined) return;
    buttons[from]!.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function keyOf({ time, value, labels, seriesLabels }: ChartExemplar): string {
  return JSON.stringify([time, value, labels, seriesLabels]);
}

/** In pixels of the plot; a value beyond the axis stands at its end. Null where the time is not drawn. */
function positionOf(
  plot: uPlot,
  { time, value, axis }: ChartExemplar,
  options: ChartOptions,
): { readonly x: number; readonly y: number } | null {
  const width = plot.bbox.width / devicePixelRatio;
  const height = plot.bbox.height / devicePixelRatio;
  const x = plot.valToPos(time, 'x');
  const { id, log } = axisOf(options, axis);
  const y = log !== undefined && value <= 0 ? height : plot.valToPos(value, id);
  if (!(x >= 0 && x <= width) || Number.isNaN(y)) return null;
  return { x: Math.round(x), y: Math.round(Math.min(height, Math.max(0, y))) };
}
