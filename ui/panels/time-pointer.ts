import type { Millis, TimeRange } from '#model/time';
import { onCrosshair } from '../parts/crosshair.ts';
import { moveCrosshair } from '../parts/move-crosshair.ts';
import type { PlotArea, PlotPoint } from './canvas-plot.ts';
import { element, type PanelSurroundings } from './panel-view.ts';
import { timeToX, xToTime } from './time-plot.ts';

/** A drag over fewer pixels was meant as a click. */
const LEAST_DRAG = 6;

/** The time between two places of an area, in whole ms; null where they are too near to each other to be meant. */
export function draggedRange(from: number, to: number, { range, area }: TimePlace): TimeRange | null {
  const [low, high] = [Math.min(from, to), Math.max(from, to)].map((x) => clampTo(area, x)) as [number, number];
  if (high - low < LEAST_DRAG) return null;
  return { start: Math.round(xToTime(low, range, area)), end: Math.round(xToTime(high, range, area)) };
}

function clampTo({ left, width }: PlotArea, x: number): number {
  return Math.min(left + width, Math.max(left, x));
}

/** Which times a plot shows, and where. */
export interface TimePlace {
  readonly range: TimeRange;
  readonly area: PlotArea;
}

/**
 * What the pointer does on a canvas over time, as on charts: the other panels of the group show its instant, and this one
 * theirs; a drag zooms, Escape gives it up, and a double click zooms out again.
 */
export class TimePointer {
  private readonly surroundings: PanelSurroundings;
  private readonly canvas: HTMLCanvasElement;
  private readonly line = element('div', 'chart-crosshair');
  private readonly selection = element('div', 'panel-time-selection');
  private readonly events = new AbortController();
  private readonly leaveGroup: () => void;
  private place: TimePlace | null = null;
  /** Where the button went down; null while it is up. */
  private pressedAt: number | null = null;

  /** Listens to a canvas that fills `holder`. */
  constructor(holder: HTMLElement, canvas: HTMLCanvasElement, surroundings: PanelSurroundings) {
    this.surroundings = surroundings;
    this.canvas = canvas;
    this.line.hidden = true;
    this.selection.hidden = true;
    holder.append(this.line, this.selection);
    const { signal } = this.events;
    canvas.addEventListener('pointerdown', (event) => this.press(event), { signal });
    canvas.addEventListener('pointerup', ({ offsetX }) => this.release(offsetX), { signal });
    canvas.addEventListener('pointercancel', () => this.giveUp(), { signal });
    canvas.addEventListener('dblclick', () => surroundings.onZoomOut(), { signal });
    window.addEventListener('keydown', ({ key }) => key === 'Escape' && this.giveUp(), { signal });
    this.leaveGroup = onCrosshair(surroundings.crosshair, (time, source) => this.show(source === this ? null : time));
  }

  /** The plot was drawn: times stand here now. */
  moved(place: TimePlace): void {
    this.place = place;
  }

  /** The pointer moved over the canvas, or left it. */
  point(at: PlotPoint | null): void {
    const { place, pressedAt } = this;
    if (place === null) return;
    moveCrosshair(this.surroundings.crosshair, at === null ? null : timeAt(at.x, place), this);
    if (at !== null && pressedAt !== null) this.select(draggedRange(pressedAt, at.x, place));
  }

  destroy(): void {
    this.events.abort();
    this.leaveGroup();
    this.line.remove();
    this.selection.remove();
  }

  private press({ button, pointerType, pointerId, offsetX }: PointerEvent): void {
    // A finger scrolls the page.
    if (button !== 0 || pointerType === 'touch' || this.place === null) return;
    this.pressedAt = offsetX;
    this.canvas.setPointerCapture(pointerId);
  }

  private release(x: number): void {
    const range = this.pressedAt === null || this.place === null ? null : draggedRange(this.pressedAt, x, this.place);
    this.giveUp();
    if (range !== null) this.surroundings.onZoom(range);
  }

  private giveUp(): void {
    this.pressedAt = null;
    this.select(null);
  }

  private select(range: TimeRange | null): void {
    const { selection, place } = this;
    selection.hidden = range === null || place === null;
    if (range === null || place === null) return;
    const left = timeToX(range.start, place.range, place.area);
    setBox(selection, { ...place.area, left, width: timeToX(range.end, place.range, place.area) - left });
  }

  private show(time: Millis | null): void {
    const { line, place } = this;
    line.hidden = time === null || place === null || time < place.range.start || time > place.range.end;
    if (line.hidden || time === null || place === null) return;
    const { top, height } = place.area;
    line.style.transform = `translateX(${Math.round(timeToX(time, place.range, place.area))}px)`;
    line.style.top = `${top}px`;
    line.style.height = `${height}px`;
  }
}

/** Null beside the area. */
function timeAt(x: number, { range, area }: TimePlace): Millis | null {
  return x < area.left || x > area.left + area.width ? null : xToTime(x, range, area);
}

function setBox({ style }: HTMLElement, box: PlotArea): void {
  for (const side of ['left', 'top', 'width', 'height'] as const) style[side] = `${box[side]}px`;
}
