import { cssColor } from '#dashboards/palette';
import { type SingleValue, singleValues } from '#dashboards/single-values';
import { Boxes, linksOfValue, widestNumber } from './boxes.ts';
import type { BoxSize } from './fitting-text.ts';
import { DIAL_LABEL, type DialLabel, dialName, dialNumberSize, dialParts, dialsWish, gaugeDial } from './gauge-arc.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';
import { numberElement } from './stat.ts';
import { textSizes } from './text-sizes.ts';

/** Numbers on arcs, with their thresholds around them. */
export function createGauge(root: HTMLElement): PanelView {
  let input: PanelInput | null = null;
  let values: readonly SingleValue[] = [];
  const boxes = new Boxes(
    root,
    (box, value, size) => {
      if (input !== null) drawGauge(box, value, { size, input, count: values.length, width: widestNumber(values) });
    },
    dialsWish,
  );
  return {
    update(next) {
      input = next;
      values = singleValues({ ...next, ends: 'hundred' });
      boxes.update(values, next.panel);
      return values.length > 0 ? 'ready' : 'empty';
    },
    destroy: () => boxes.destroy(),
  };
}

interface GaugePlace {
  readonly size: BoxSize;
  readonly input: PanelInput;
  readonly count: number;
  /** Of the widest number at font size 1. */
  readonly width: number;
}

const SVG = 'http://www.w3.org/2000/svg';

function drawGauge(box: HTMLElement, value: SingleValue, { size, input, count, width: textWide }: GaugePlace): void {
  const { panel, theme, links } = input;
  box.className = 'panel-gauge';
  const name = dialName(panel, count);
  const room = { width: size.width, height: size.height - (name?.room ?? 0) };
  const dial = gaugeDial(value, room, dialParts(panel));
  const { radius, height, above } = dial;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `${-radius - 2} ${-radius - 2 - above} ${2 * radius + 4} ${height}`);
  svg.setAttribute('width', String(2 * radius + 4));
  svg.setAttribute('height', String(height));
  // The number stands beside it as text.
  svg.setAttribute('aria-hidden', 'true');
  for (const { path: d, width, color } of dial.arcs) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    path.setAttribute('fill', 'none');
    path.setAttribute('stroke-width', String(width));
    path.style.stroke = color === null ? 'var(--pressed)' : cssColor(color, theme);
    svg.append(path);
  }
  svg.append(...dial.labels.map(labelElement));
  const number = numberElement(value, textSizes(panel).number || dialNumberSize(textWide, dial));
  number.classList.add('panel-gauge-number');
  number.style.top = `${above + radius + 2}px`;
  number.style.color = value.textColor;
  const shown = element('div', 'panel-gauge-dial');
  shown.append(svg, number);
  const named = name === null ? [] : [nameElement(value.name, name.size)];
  box.replaceChildren(shown, ...named, ...linksOfValue(value, links));
}

function nameElement(name: string, size: number): HTMLElement {
  const made = element('div', 'panel-gauge-name clip', name);
  made.style.fontSize = `${size}px`;
  return made;
}

const ANCHORS = { left: 'start', center: 'middle', right: 'end' } as const;

function labelElement({ text, x, y, align }: DialLabel): SVGTextElement {
  const label = document.createElementNS(SVG, 'text');
  label.setAttribute('x', String(x));
  label.setAttribute('y', String(y));
  label.setAttribute('font-size', String(DIAL_LABEL));
  label.setAttribute('text-anchor', ANCHORS[align]);
  label.textContent = text;
  return label;
}
