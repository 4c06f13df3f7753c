import { type Panel, text } from '#dashboards/dashboard';
import type { LinkContext } from '#dashboards/links';
import type { SingleValue } from '#dashboards/single-values';
import { formattedText } from '#dashboards/units';
import { valueLinks } from '#dashboards/value-links';
import { type BoxesWish, type BoxSize, boxLayout } from './fitting-text.ts';
import { keepingFocus } from './panel-view.ts';
import { linksOver } from './value-link.ts';

/** What fills a box. It is drawn anew for every value; the element is kept. */
export type DrawBox = (box: HTMLElement, value: SingleValue, size: BoxSize) => void;

/** What leads from a value: links as its field has them. */
export function linksOfValue(value: SingleValue, context: LinkContext): HTMLElement[] {
  const { config, name, labels, value: raw, line, display } = value;
  if (config.links.length === 0) return [];
  const links = valueLinks({ config, name, labels, value: raw, line, text: formattedText(display) }, context);
  const over = linksOver(links, name);
  return over === null ? [] : [over];
}

/**
 * Equal boxes that fill an element and follow its size, one per value. `draw` is called for each box after every change of
 * the values or of the size.
 */
export class Boxes {
  private readonly root: HTMLElement;
  private readonly draw: DrawBox;
  private readonly observer: ResizeObserver;
  private readonly wishOf: (panel: Panel) => BoxesWish;
  private values: readonly SingleValue[] = [];
  private wish: BoxesWish = { orientation: 'auto' };
  private size = '';

  constructor(root: HTMLElement, draw: DrawBox, wishOf: (panel: Panel) => BoxesWish = numbersWish) {
    this.wishOf = wishOf;
    this.root = root;
    this.draw = draw;
    root.classList.add('panel-boxes');
    this.observer = new ResizeObserver(() => {
      if (this.size !== `${root.clientWidth} ${root.clientHeight}`) this.layout();
    });
    this.observer.observe(root);
  }

  update(values: readonly SingleValue[], panel: Panel): void {
    this.wish = this.wishOf(panel);
    this.values = values;
    this.layout();
  }

  destroy(): void {
    this.observer.disconnect();
    this.root.replaceChildren();
    this.root.classList.remove('panel-boxes');
  }

  private layout(): void {
    const { root, values } = this;
    const { clientWidth, clientHeight } = root;
    this.size = `${clientWidth} ${clientHeight}`;
    if (clientWidth === 0 || clientHeight === 0) return;
    while (root.childElementCount > values.length) root.lastElementChild?.remove();
    while (root.childElementCount < values.length) root.append(document.createElement('div'));
    const area = { width: clientWidth, height: clientHeight };
    const { columns, ...size } = boxLayout(values.length, area, this.wish);
    root.style.gridTemplateColumns = `repeat(${columns}, minmax(${this.wish.least?.width ?? 0}px, 1fr))`;
    root.style.gridAutoRows = `${size.height}px`;
    keepingFocus(root, () => this.drawAll(size));
  }

  private drawAll(size: BoxSize): void {
    const { root, values } = this;
    values.forEach((value, i) => {
      const box = root.children[i] as HTMLElement;
      const name = value.name === '' ? '' : `${value.name}: `;
      box.title = name + formattedText(value.display);
      this.draw(box, value, size);
    });
  }
}

/** How a panel of numbers wants its boxes. */
export function numbersWish({ options }: Panel): BoxesWish {
  const orientation = text(options['orientation'], 'auto');
  return { orientation: orientation === 'horizontal' || orientation === 'vertical' ? orientation : 'auto' };
}

let ruler: CanvasRenderingContext2D | null = null;
const RULER_SIZE = 100;

/** The width of a text in bold at font size 1. */
export function textWidth(text: string): number {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (ruler === null) return text.length * 0.65;
  ruler.font = `600 ${RULER_SIZE}px ${getComputedStyle(document.documentElement).fontFamily}`;
  return ruler.measureText(text).width / RULER_SIZE;
}

/** A unit is written smaller than its number by this factor. */
const UNIT_SCALE = 0.65;

/** The width of the widest number with its unit at font size 1, so that all are written in one size. */
export function widestNumber(values: readonly SingleValue[]): number {
  return Math.max(
    0.5,
    ...values.map(({ display: { prefix, text, suffix } }) => textWidth(text) + UNIT_SCALE * textWidth(prefix + suffix)),
  );
}
