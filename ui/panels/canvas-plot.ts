import { onTimeZoneChange } from '../state/preferences.ts';
import { themeColor } from '../state/theme.ts';
import { element } from './panel-view.ts';
import type { Surface } from './surface.ts';

/** A rectangle in CSS pixels. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How large a plot is, in CSS pixels. */
export type PlotSize = Pick<PlotArea, 'width' | 'height'>;

/** What draws and answers the pointer. */
export interface PlotEvents {
  /** Draws everything anew; pixels are CSS pixels. */
  readonly draw: (context: CanvasRenderingContext2D, size: PlotSize) => void;
  /** The pointer moved, at these pixels of the canvas and of the window; null when it left. */
  readonly point: (at: PlotPoint | null) => void;
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  readonly client: { readonly x: number; readonly y: number };
}

export const PLOT_FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** A canvas that fills an element, follows its size and is sharp on every screen. */
export class CanvasPlot {
  readonly canvas: HTMLCanvasElement;
  private readonly root: HTMLElement;
  private readonly events: PlotEvents;
  private readonly observer: ResizeObserver;
  private readonly forgetZone: () => void;

  constructor(root: HTMLElement, events: PlotEvents) {
    this.root = root;
    this.events = events;
    this.canvas = element('canvas', 'panel-canvas');
    root.append(this.canvas);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(root);
    this.forgetZone = onTimeZoneChange(() => this.draw());
    this.canvas.addEventListener('pointermove', ({ offsetX, offsetY, clientX, clientY }) => {
      events.point({ x: offsetX, y: offsetY, client: { x: clientX, y: clientY } });
    });
    this.canvas.addEventListener('pointerleave', () => events.point(null));
  }

  draw(): void {
    const { clientWidth: width, clientHeight: height } = this.root;
    const context = this.canvas.getContext('2d');
    if (width === 0 || height === 0 || context === null) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    context.font = PLOT_FONT;
    this.events.draw(context, { width, height });
  }

  destroy(): void {
    this.observer.disconnect();
    this.forgetZone();
    this.events.point(null);
    this.canvas.remove();
  }
}

/** The widest of some texts in the font of axes. */
export function widestText(context: Pick<Surface, 'measureText'>, texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, context.measureText(text).width), 0);
}

/** The text, cut off where it is wider than `width`. */
export function clippedText(context: Pick<Surface, 'measureText'>, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low)}…`;
}

/** Names at the left of an area, one per lane from the top; as many as fit below each other. */
export function drawLaneNames(context: Surface, names: readonly string[], { left, top, height }: PlotArea): void {
  context.fillStyle = themeColor('--text-dim');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const lane = height / Math.max(1, names.length);
  const every = Math.max(1, Math.ceil(13 / lane));
  names.forEach((name, i) => {
    if (i % every === 0)
      context.fillText(clippedText(context, name.trim(), left - 10), left - 6, top + (i + 0.5) * lane);
  });
}
