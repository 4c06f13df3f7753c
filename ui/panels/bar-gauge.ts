import { colorRamp } from '#dashboards/color-ramp';
import { number, text } from '#dashboards/dashboard';
import type { LinkContext } from '#dashboards/links';
import type { ColorTheme } from '#dashboards/palette';
import { type SingleValue, singleValues } from '#dashboards/single-values';
import { formattedText } from '#dashboards/units';
import { linksOfValue } from './boxes.ts';
import { element, keepingFocus, type PanelInput, type PanelView } from './panel-view.ts';
import { type TextSizes, textSizes } from './text-sizes.ts';

/** Numbers as bars: lines of a list, or columns beside each other when the panel is `vertical` or wider than high. */
export function createBarGauge(root: HTMLElement): PanelView {
  let input: PanelInput | null = null;
  let values: readonly SingleValue[] = [];
  let drawnSize = '';
  const draw = (): void => {
    if (input === null) return;
    drawnSize = `${root.clientWidth} ${root.clientHeight}`;
    const style = barStyle(input, root, values.length);
    root.classList.toggle('vertical', style.vertical);
    root.classList.toggle('names-above', style.above && !style.vertical);
    setSizes(root, style, values.length);
    const { links } = input;
    keepingFocus(root, () => root.replaceChildren(...values.map((value) => bar(value, style, links))));
  };
  const observer = new ResizeObserver(() => {
    if (drawnSize !== `${root.clientWidth} ${root.clientHeight}`) draw();
  });
  root.classList.add('panel-bars');
  observer.observe(root);
  return {
    update(next) {
      input = next;
      values = singleValues({ ...next, ends: 'data' });
      draw();
      return values.length > 0 ? 'ready' : 'empty';
    },
    destroy() {
      observer.disconnect();
      root.replaceChildren();
      root.classList.remove('panel-bars', 'vertical', 'names-above');
      for (const name of SIZES) root.style.removeProperty(name);
    },
  };
}

interface BarStyle {
  readonly vertical: boolean;
  /** `color`, `text` or `hidden`: how the number is written. */
  readonly shown: string;
  /** `basic`, `gradient` or `lcd`. */
  readonly mode: string;
  readonly unfilled: boolean;
  readonly named: boolean;
  /** Names of lines stand above their bars wherever there is room beside them, too. */
  readonly above: boolean;
  /** No column is narrower, no line lower or higher, in pixels. */
  readonly narrowest: number;
  readonly lowest: number;
  readonly highest: number;
  /** The sizes of fonts that the panel sets. */
  readonly sizes: TextSizes;
  readonly theme: ColorTheme;
}

/** A bar where a panel does not size them itself, and what it means when it does so without saying how. */
const LOWEST = 16;
const HIGHEST = 56;
const SIZED = { narrowest: 8, lowest: LOWEST, highest: 300 };

/** How the bars of a panel look in an element of a size. */
export function barStyle(
  { panel, theme }: PanelInput,
  root: Pick<HTMLElement, 'clientWidth' | 'clientHeight'>,
  count: number,
): BarStyle {
  const { options } = panel;
  const orientation = text(options['orientation'], 'auto');
  const manual = text(options['sizing']) === 'manual';
  const lowest = manual ? number(options['minVizHeight'], SIZED.lowest) : LOWEST;
  return {
    ...{ lowest, narrowest: manual ? number(options['minVizWidth'], SIZED.narrowest) : 0 },
    highest: Math.max(lowest, manual ? number(options['maxVizHeight'], SIZED.highest) : HIGHEST),
    vertical: orientation === 'vertical' || (orientation === 'auto' && root.clientWidth > root.clientHeight),
    shown: text(options['valueMode'], 'color'),
    mode: text(options['displayMode'], 'gradient'),
    unfilled: options['showUnfilled'] !== false,
    above: text(options['namePlacement']) === 'top',
    named: count > 1 && text(options['namePlacement']) !== 'hidden',
    sizes: textSizes(panel),
    theme,
  };
}

const SIZES = ['--bars', '--bar-least', '--bar-most', '--bar-narrowest'] as const;

function setSizes(root: HTMLElement, { narrowest, lowest, highest }: BarStyle, count: number): void {
  const sizes = [String(Math.max(1, count)), ...[lowest, highest, narrowest].map((pixels) => `${pixels}px`)];
  SIZES.forEach((name, i) => {
    root.style.setProperty(name, sizes[i]!);
  });
}

function bar(value: SingleValue, style: BarStyle, links: LinkContext): HTMLElement {
  const line = element('div', style.named ? 'panel-bar' : 'panel-bar alone');
  const display = element('div', 'panel-bar-value', style.shown === 'hidden' ? '' : formattedText(value.display));
  if (style.shown === 'color') display.style.color = value.textColor;
  const name = element('div', 'panel-bar-name clip', style.named ? value.name : '');
  name.title = value.name;
  if (style.sizes.name > 0) name.style.fontSize = `${style.sizes.name}px`;
  if (style.sizes.number > 0) display.style.fontSize = `${style.sizes.number}px`;
  line.append(name, track(value, style), display, ...linksOfValue(value, links));
  return line;
}

function track(value: SingleValue, { vertical, mode, unfilled, theme }: BarStyle): HTMLElement {
  const cells = mode === 'lcd';
  const colored = element('div', cells ? 'panel-bar-track cells' : 'panel-bar-track');
  const share = Math.min(1, Math.max(0, (value.value - value.min) / (value.max - value.min) || 0));
  const hidden = `${Math.round((1 - share) * 1000) / 10}%`;
  const ramp = `linear-gradient(${vertical ? 'to top' : 'to right'}, ${colorRamp(value, theme).join(', ')})`;
  const fill = element('div', 'panel-bar-fill');
  fill.style.background = mode === 'basic' ? value.color : ramp;
  fill.style.clipPath = vertical ? `inset(${hidden} 0 0 0)` : `inset(0 ${hidden} 0 0)`;
  const rest = element('div', cells ? 'panel-bar-rest lit' : 'panel-bar-rest');
  if (cells) rest.style.background = ramp;
  colored.append(...(unfilled ? [rest] : []), fill);
  return colored;
}
