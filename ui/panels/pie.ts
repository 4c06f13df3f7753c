import { legendOptions } from '#dashboards/legend';
import { readableOn } from '#dashboards/palette';
import { type PieModel, pieModel, type Slice } from '#dashboards/pie';
import { formattedText } from '#dashboards/units';
import { LegendView } from './legend-view.ts';
import { element, type PanelInput, type PanelSurroundings, type PanelView } from './panel-view.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** The hole of a donut, as a share of its radius. */
const HOLE = 0.62;
/** Slices smaller than this have no room for words. */
const LEAST_LABELLED = 0.03;

/** Parts of a whole, as a pie or a donut, with a legend. */
export function createPie(root: HTMLElement, { series: memory }: PanelSurroundings): PanelView {
  const plot = element('div', 'panel-plot panel-pie');
  let input: PanelInput | null = null;
  let names: readonly string[] = [];
  const draw = (): void => {
    if (input === null) return;
    const frames = input.frames;
    const model = pieModel(input.panel, frames, input.theme);
    plot.replaceChildren(pieElement(withoutSlices(model, (name) => legend.isHidden(name))));
  };
  // By name: slices that are hidden have no place among those that are drawn.
  const named = (series: number | null): string | null => (series === null ? null : (names[series] ?? null));
  const legend = new LegendView(memory, { highlight: (series) => highlight(plot, named(series)), changed: draw });
  root.classList.add('panel-time-series');
  root.append(plot, legend.root);
  return {
    update(next) {
      input = next;
      const model = pieModel(next.panel, next.frames, next.theme);
      const { mode, placement } = legendOptions(next.panel);
      root.dataset['legend'] = mode === 'hidden' ? 'none' : placement;
      names = model.slices.map(({ value }) => value.name);
      legend.update(model.legend, model.legendOptions);
      draw();
      return model.slices.length > 0 ? 'ready' : 'empty';
    },
    destroy() {
      root.replaceChildren();
      root.classList.remove('panel-time-series');
    },
  };
}

/** Without some of its slices, of which those that are left make a whole circle again. */
export function withoutSlices(model: PieModel, isHidden: (name: string) => boolean): PieModel {
  const slices = model.slices.filter(({ value }) => !isHidden(value.name));
  return { ...model, slices: rescaled(slices) };
}

function rescaled(slices: readonly Slice[]): Slice[] {
  const sum = slices.reduce((total, { share }) => total + share, 0);
  let start = 0;
  return slices.map((slice) => {
    const share = slice.share / sum;
    const placed = { ...slice, share, start };
    start += share;
    return placed;
  });
}

function sliceText({ value, percent }: Slice): string {
  return `${value.name}: ${formattedText(value.display)} (${percent})`;
}

/** The circle that pies are drawn in: its radius and a little around it. */
export const PIE_EDGE = 102;

/** A word on a slice, its middle and the line that it stands on. */
export interface PieWord {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

/** A slice as the path of an SVG, with the words on it, around the origin. */
export interface PieShape {
  readonly slice: Slice;
  readonly path: string;
  readonly words: readonly PieWord[];
}

export function pieShapes({ slices, donut, labels }: Pick<PieModel, 'slices' | 'donut' | 'labels'>): PieShape[] {
  return slices.map((slice) => ({
    slice,
    path: slicePath(slice, donut),
    words: slice.share >= LEAST_LABELLED ? wordsOf(slice, labels, donut) : [],
  }));
}

function pieElement(model: PieModel): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `${-PIE_EDGE} ${-PIE_EDGE} ${2 * PIE_EDGE} ${2 * PIE_EDGE}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', model.slices.map(sliceText).join('; '));
  for (const { slice, path: d, words } of pieShapes(model)) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    path.setAttribute('fill', slice.value.color);
    path.dataset['slice'] = slice.value.name;
    const title = document.createElementNS(SVG, 'title');
    title.textContent = sliceText(slice);
    path.append(title);
    svg.append(path, ...words.map(wordElement));
  }
  return svg;
}

function wordElement({ text: word, x, y, color }: PieWord): SVGTextElement {
  const text = document.createElementNS(SVG, 'text');
  text.setAttribute('x', String(x));
  text.setAttribute('y', String(y));
  text.setAttribute('fill', color);
  text.textContent = word;
  return text;
}

function pointAt(share: number, radius: number): string {
  const angle = 2 * Math.PI * share - Math.PI / 2;
  return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
}

function slicePath({ start, share }: Slice, donut: boolean): string {
  // An arc cannot end where it begins: a whole circle is two halves.
  if (share > 0.9999) {
    const circle = (radius: number): string =>
      `M ${pointAt(0, radius)} A ${radius} ${radius} 0 1 1 ${pointAt(0.5, radius)} A ${radius} ${radius} 0 1 1 ${pointAt(1, radius)} Z`;
    return donut ? `${circle(100)} M 0 ${-100 * HOLE} ${holeArc()}` : circle(100);
  }
  const large = share > 0.5 ? 1 : 0;
  const end = start + share;
  const outer = `M ${pointAt(start, 100)} A 100 100 0 ${large} 1 ${pointAt(end, 100)}`;
  if (!donut) return `${outer} L 0 0 Z`;
  const hole = 100 * HOLE;
  return `${outer} L ${pointAt(end, hole)} A ${hole} ${hole} 0 ${large} 0 ${pointAt(start, hole)} Z`;
}

function holeArc(): string {
  const hole = 100 * HOLE;
  return `A ${hole} ${hole} 0 1 0 ${pointAt(0.5, hole)} A ${hole} ${hole} 0 1 0 ${pointAt(0, hole)} Z`;
}

function wordsOf({ value, percent, start, share }: Slice, labels: PieModel['labels'], donut: boolean): PieWord[] {
  const texts = { name: value.name, value: formattedText(value.display), percent };
  const words = labels.map((label) => texts[label]).filter((text) => text !== '');
  const whole = share > 0.9999 && !donut;
  const [x = 0, y = 0] = pointAt(start + share / 2, whole ? 0 : donut ? 81 : 68)
    .split(' ')
    .map(Number);
  return words.map((word, i) => ({
    text: word.length > 16 ? `${word.slice(0, 15)}…` : word,
    x,
    y: y + (i - (words.length - 1) / 2) * 11 + 3,
    color: readableOn(value.color),
  }));
}

function highlight(plot: HTMLElement, name: string | null): void {
  for (const path of plot.querySelectorAll<SVGPathElement>('path')) {
    path.style.opacity = name === null || path.dataset['slice'] === name ? '' : '0.25';
  }
}
