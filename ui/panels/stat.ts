import type { Panel } from '#dashboards/dashboard';
import { readableOn } from '#dashboards/palette';
import { type SingleValue, singleValues } from '#dashboards/single-values';
import { Boxes, linksOfValue, textWidth, widestNumber } from './boxes.ts';
import type { BoxSize } from './fitting-text.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';
import { changeWords, type StatLook, statLook } from './stat-look.ts';
import { drawTrend } from './trend.ts';

/** Numbers in large type, with a line of how they came about. */
export function createStat(root: HTMLElement): PanelView {
  let input: PanelInput | null = null;
  let values: readonly SingleValue[] = [];
  const boxes = new Boxes(root, (box, value, size) => {
    if (input !== null) drawStat(box, value, { size, input, count: values.length, widest: widestNumber(values) });
  });
  return {
    update(next) {
      input = next;
      values = singleValues({ ...next, ends: 'data' });
      boxes.update(values, next.panel);
      return values.length > 0 ? 'ready' : 'empty';
    },
    destroy: () => boxes.destroy(),
  };
}

interface StatPlace {
  readonly size: BoxSize;
  readonly input: PanelInput;
  readonly count: number;
  /** Of the widest number at font size 1. */
  readonly widest: number;
}

function drawStat(box: HTMLElement, value: SingleValue, place: StatPlace): void {
  const { input, size } = place;
  const { panel, links } = input;
  const look = statLook(value, panel, { ...place, nameWidth: textWidth(value.name) });
  const { filled, named, counted, colored, hasTrend, nameSize, wide, centered } = look;
  box.className = filled ? 'panel-stat filled' : 'panel-stat';
  box.style.background = filled ? value.color : '';
  box.style.color = filled ? readableOn(value.color) : '';
  const words = element('div', hasTrend ? 'panel-stat-words above' : 'panel-stat-words');
  if (wide) words.classList.add('wide');
  else if (!centered) words.classList.add('left');
  if (named) {
    const name = element('div', 'panel-stat-name', value.name);
    name.style.fontSize = `${nameSize}px`;
    if (!counted) name.style.color = colored ? value.textColor : '';
    words.append(name);
  }
  if (counted) words.append(countedWords(value, panel, look));
  box.replaceChildren(words);
  if (hasTrend) box.append(drawTrend(value.trend!, size, filled ? readableOn(value.color) : value.color));
  box.append(...linksOfValue(value, links));
}

function countedWords(
  value: SingleValue,
  panel: Panel,
  { numberSize, filled, colored, change }: StatLook,
): HTMLElement {
  const words = element('div', '');
  const number = numberElement(value, numberSize);
  if (colored) number.style.color = value.textColor;
  words.append(number);
  if (change === null) return words;
  const said = changeWords(change, panel);
  const line = element('div', 'panel-stat-change', said.words);
  if (!filled && said.good !== null) line.dataset['good'] = String(said.good);
  else if (colored && change !== 0) line.style.color = value.textColor;
  words.append(line);
  return words;
}

/** A number with its unit smaller behind it. */
export function numberElement({ display }: SingleValue, size: number): HTMLElement {
  const number = element('div', 'panel-number');
  number.style.fontSize = `${size}px`;
  number.append(
    element('span', 'panel-unit', display.prefix),
    display.text,
    element('span', 'panel-unit', display.suffix),
  );
  return number;
}
