import { type Panel, text } from '#dashboards/dashboard';
import { readableOn } from '#dashboards/palette';
import { reducer } from '#dashboards/reducers';
import { type SingleValue, singleValues } from '#dashboards/single-values';
import { formattedText, unitFormatter } from '#dashboards/units';
import { Boxes, type BoxSize, textWidth, widestNumber } from './boxes.ts';
import { fittingSize } from './fitting-text.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';
import { drawTrend } from './trend.ts';

/** Numbers in large type, with a line of how they came about. */
export function createStat(root: HTMLElement): PanelView {
  let input: PanelInput | null = null;
  let values: readonly SingleValue[] = [];
  const boxes = new Boxes(root, (box, value, size) => {
    if (input !== null)
      drawStat(box, value, { size, panel: input.panel, count: values.length, width: widestNumber(values) });
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
  readonly panel: Panel;
  readonly count: number;
  /** Of the widest number at font size 1. */
  readonly width: number;
}

const LARGEST = 64;

function drawStat(box: HTMLElement, value: SingleValue, { size, panel, count, width }: StatPlace): void {
  const { options } = panel;
  const colorMode = text(options['colorMode'], 'value');
  const textMode = text(options['textMode'], 'auto');
  const filled = colorMode.startsWith('background');
  const named = textMode === 'name' || textMode === 'value_and_name' || (textMode === 'auto' && count > 1);
  const counted = textMode !== 'name' && textMode !== 'none';
  box.className = filled ? 'panel-stat filled' : 'panel-stat';
  box.style.background = filled ? value.color : '';
  box.style.color = filled ? readableOn(value.color) : '';
  const hasTrend = text(options['graphMode'], 'area') === 'area' && value.trend !== null && size.height >= 60;
  const words = element('div', hasTrend ? 'panel-stat-words above' : 'panel-stat-words');
  const height = size.height * (hasTrend ? 0.5 : 0.7) - (named && counted ? 16 : 0);
  if (named) {
    const name = element('div', 'panel-stat-name', value.name);
    if (!counted) {
      name.style.fontSize = `${fittingSize(textWidth(value.name), { width: size.width - 16, height }, 28)}px`;
      name.style.color = filled || colorMode === 'none' ? '' : value.textColor;
    }
    words.append(name);
  }
  if (counted) {
    const number = numberElement(value, fittingSize(width, { width: size.width - 16, height }, LARGEST));
    if (!filled && colorMode !== 'none') number.style.color = value.textColor;
    words.append(number);
    const change = options['showPercentChange'] === true ? percentChange(value) : null;
    if (change !== null) {
      const line = element(
        'div',
        'panel-stat-change',
        `${change > 0 ? '▲' : change < 0 ? '▼' : ''} ${percentText(change)}`,
      );
      const inverted = text(options['percentChangeColorMode']) === 'inverted';
      if (!filled && change !== 0) line.dataset['good'] = String(change > 0 !== inverted);
      words.append(line);
    }
  }
  box.replaceChildren(words);
  if (hasTrend) box.append(drawTrend(value.trend!, size, filled ? readableOn(value.color) : value.color));
}

/** How far the last value is from the first, in percent of it; null when that cannot be said. */
function percentChange({ trend }: SingleValue): number | null {
  const change = trend === null ? Number.NaN : reducer('diffperc')!.reduce(trend.values);
  return Number.isFinite(change) ? change : null;
}

function percentText(change: number): string {
  return formattedText(unitFormatter('percent')(Math.abs(change), 1));
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
