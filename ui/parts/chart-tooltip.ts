import type { Link } from '#dashboards/links';
import type { TooltipSize } from '#dashboards/tooltip';
import { anchorOf } from './anchor.ts';

/** One line of a tooltip. All texts are shown as they are, never as markup. */
export interface TooltipRow {
  readonly color: string;
  readonly name: string;
  readonly value: string;
  /** The series under the pointer. */
  readonly near: boolean;
}

export interface TooltipContent {
  readonly title: string;
  readonly rows: readonly TooltipRow[];
  /** Said below the rows: how many were left out, or how to let go of a pinned tooltip. */
  readonly note?: string;
  /** What leads on from what is shown, in a tooltip that the pointer goes into. */
  readonly links?: readonly Link[];
  /** No larger than this. */
  readonly most?: TooltipSize;
  /** The pointer goes into it, to see all of its rows. */
  readonly scrolls?: boolean;
}

/** The height of a row and of the title, and of what is around them, as theme/charts.css has them. */
const LINE = 18;
const AROUND = 12;
/** As many rows as are listed where nothing says how high a tooltip may be. */
const USUAL_ROWS = 24;

/** How many rows a tooltip lists at once, with a title and a note. */
export function rowsThatFit(most: TooltipSize | undefined): number {
  const { height } = most ?? NO_SIZE;
  return height === null ? USUAL_ROWS : Math.max(1, Math.floor((height - AROUND) / LINE) - 2);
}

const NO_SIZE: TooltipSize = { width: null, height: null };

let element: HTMLElement | null = null;
let owner: object | null = null;

/** Shows the page's one tooltip beside a point of the window; it belongs to `by` until hidden or shown by another. */
export function showTooltip(by: object, content: TooltipContent, at: { readonly x: number; readonly y: number }): void {
  element ??= document.body.appendChild(created('div', 'chart-tooltip', ''));
  owner = by;
  fillTooltip(element, content);
  limit(element, content);
  element.hidden = false;
  place(element, at);
}

function limit(
  { style, classList }: HTMLElement,
  { most: { width, height } = NO_SIZE, scrolls = false }: TooltipContent,
): void {
  style.maxWidth = width === null ? '' : `min(${width}px, 92vw)`;
  style.maxHeight = height === null ? '' : `${height}px`;
  classList.toggle('scrolls', scrolls);
}

/** Hides the tooltip when it still belongs to `by`. */
export function hideTooltip(by: object): void {
  if (owner !== by || element === null) return;
  element.hidden = true;
  owner = null;
}

/**
 * Writes a tooltip's texts into its box. Lines that are there stay and say something else: new ones would have the browser
 * order all layers of the page anew.
 */
export function fillTooltip(box: HTMLElement, { title, rows, note = '', links = [] }: TooltipContent): void {
  box.firstElementChild ??
    box.append(created('div', 'chart-tooltip-title', ''), created('div', 'chart-tooltip-note', ''));
  const [head, foot] = [box.firstElementChild!, box.lastElementChild!];
  while (box.childElementCount > rows.length + 2) foot.previousElementSibling!.remove();
  while (box.childElementCount < rows.length + 2) foot.before(emptyRow());
  head.textContent = title;
  foot.textContent = note;
  foot.append(...links.map((link) => anchorOf(link, 'chart-tooltip-link')));
  for (const [i, row] of rows.entries()) write(box.children[i + 1]!, row);
}

function emptyRow(): HTMLElement {
  const line = created('div', '', '');
  line.append(
    created('i', 'swatch', ''),
    created('span', 'chart-tooltip-name', ''),
    created('b', 'chart-tooltip-value', ''),
  );
  return line;
}

function write(line: Element, { color, name, value, near }: TooltipRow): void {
  const [swatch, label, number] = line.children as unknown as [HTMLElement, Element, Element];
  line.className = near ? 'chart-tooltip-row near' : 'chart-tooltip-row';
  swatch.style.background = color;
  label.textContent = name;
  number.textContent = value;
}

function created(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

const DISTANCE = 14;

function place(box: HTMLElement, { x, y }: { readonly x: number; readonly y: number }): void {
  const { width, height } = box.getBoundingClientRect();
  const right = x + DISTANCE + width <= window.innerWidth;
  const left = right ? x + DISTANCE : Math.max(4, x - DISTANCE - width);
  const top = Math.min(Math.max(4, y - height / 2), Math.max(4, window.innerHeight - height - 4));
  box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}
