import './exemplars.css';
import type uPlot from 'uplot';
import { currentTimeZone } from '../state/preferences.ts';
import type { ChartExemplar } from './chart-data.ts';
import { axisOf, type ChartOptions } from './chart-options.ts';
import { hideTooltip } from './chart-tooltip.ts';
import { type CardEntry, hideCard, isInCard, leaveCard, showCard } from './exemplar-card.ts';
import { timeLabel } from './time-axis.ts';
import { type Place, touching } from './touching-marks.ts';

/** What of a chart its marks are made from; read at every draw. */
export interface MarkedChart {
  readonly options: ChartOptions;
  readonly data: { readonly exemplars?: readonly ChartExemplar[] } | null;
}

interface Mark {
  readonly button: HTMLButtonElement;
  exemplar: ChartExemplar;
  at: Place;
}

/**
 * Diamonds over a chart, one per exemplar. They are one stop of the Tab key; arrows go from one to the next. Pointing at
 * one or giving it the focus shows what it is and which others it touches, a press keeps that open. Of those that cover
 * each other the pointer is on the one whose middle is nearest, whichever is on top.
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
    // Nor does it move the focus, which would show the mark on top instead of the nearest.
    this.root.addEventListener('mousedown', (event) => event.preventDefault());
    this.root.addEventListener('keydown', (event) => this.move(event));
    this.root.addEventListener('pointerover', (event) => this.point(event));
    this.root.addEventListener('pointermove', (event) => this.point(event));
    this.root.addEventListener('focusin', ({ target }) => this.show(this.markOf(target), false));
    this.root.addEventListener('pointerout', ({ relatedTarget }) => this.leave(relatedTarget));
    this.root.addEventListener('focusout', ({ relatedTarget }) => this.leave(relatedTarget));
    // A press of a key has no place.
    this.root.addEventListener('click', (event) => {
      this.show(event.detail === 0 ? this.markOf(event.target) : this.nearest(event), true);
    });
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
      const mark = before.get(key) ?? { button: this.created(exemplar), exemplar, at };
      mark.exemplar = exemplar;
      mark.at = at;
      mark.button.style.transform = `translate(${at.x}px, ${at.y}px)`;
      this.marks.set(key, mark);
    }
    for (const [key, { button }] of before) if (!this.marks.has(key)) this.remove(button);
    this.putInOrder();
    this.keepOneStop();
  }

  destroy(): void {
    hideCard(this);
    this.root.remove();
  }

  private created(exemplar: ChartExemplar): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'exemplar';
    button.tabIndex = -1;
    button.dataset['testid'] = 'exemplar';
    button.setAttribute('aria-label', this.label(exemplar));
    return button;
  }

  private markOf(target: EventTarget | null): Mark | undefined {
    return [...this.marks.values()].find(({ button }) => button === target);
  }

  private nearest({ clientX, clientY }: MouseEvent): Mark | undefined {
    const { left, top } = this.root.getBoundingClientRect();
    const from = ({ at }: Mark): number => Math.hypot(at.x - (clientX - left), at.y - (clientY - top));
    return [...this.marks.values()].reduce<Mark | undefined>(
      (best, mark) => (best === undefined || from(mark) <= from(best) ? mark : best),
      undefined,
    );
  }

  private point(event: PointerEvent): void {
    this.show(this.nearest(event), false);
  }

  private show(mark: Mark | undefined, pinned: boolean): void {
    if (mark === undefined) return;
    hideTooltip(this.chart);
    showCard({
      ...{ by: this, anchor: mark.button, pinned },
      entries: touching(mark, [...this.marks.values()]).map(({ exemplar }) => this.entry(exemplar)),
    });
  }

  private leave(to: EventTarget | null): void {
    if (!isInCard(to) && !(to instanceof Node && this.root.contains(to))) leaveCard(this);
  }

  private label(exemplar: ChartExemplar): string {
    const { value, time } = this.entry(exemplar);
    const own = Object.entries(exemplar.labels).map(([name, text]) => `${name} ${text}`);
    return [`Exemplar ${value}`, time, ...own].join(', ');
  }

  private entry(exemplar: ChartExemplar): CardEntry {
    const { format } = axisOf(this.chart.options, exemplar.axis);
    return { value: format(exemplar.value), time: timeLabel(exemplar.time, currentTimeZone()), exemplar };
  }

  private remove(button: HTMLButtonElement): void {
    leaveCard(this, button);
    button.remove();
  }

  /** The page has them in the order of time, later ones on top; those that are there are not touched: one may have the focus. */
  private putInOrder(): void {
    let next: HTMLButtonElement | null = null;
    for (const { button } of [...this.marks.values()].reverse()) {
      if (!button.isConnected) this.root.insertBefore(button, next);
      next = button;
    }
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
function positionOf(plot: uPlot, { time, value, axis }: ChartExemplar, options: ChartOptions): Place | null {
  const width = plot.bbox.width / devicePixelRatio;
  const height = plot.bbox.height / devicePixelRatio;
  const x = plot.valToPos(time, 'x');
  const { id, log } = axisOf(options, axis);
  const y = log !== undefined && value <= 0 ? height : plot.valToPos(value, id);
  if (!(x >= 0 && x <= width) || Number.isNaN(y)) return null;
  return { x: Math.round(x), y: Math.round(Math.min(height, Math.max(0, y))) };
}
