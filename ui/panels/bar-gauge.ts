import { text } from '#dashboards/dashboard';
import { type SingleValue, singleValues } from '#dashboards/single-values';
import { formattedText } from '#dashboards/units';
import { element, type PanelView } from './panel-view.ts';

/** Numbers as bars: lines of a list, or columns beside each other when the panel is `vertical`. */
export function createBarGauge(root: HTMLElement): PanelView {
  root.classList.add('panel-bars');
  return {
    update(input) {
      const values = singleValues({ ...input, ends: 'data' });
      const vertical = text(input.panel.options['orientation']) === 'vertical';
      const shown = text(input.panel.options['valueMode'], 'color');
      root.classList.toggle('vertical', vertical);
      root.replaceChildren(...values.map((value) => bar(value, { vertical, shown, alone: values.length === 1 })));
      return values.length > 0 ? 'ready' : 'empty';
    },
    destroy() {
      root.replaceChildren();
      root.classList.remove('panel-bars', 'vertical');
    },
  };
}

interface BarStyle {
  readonly vertical: boolean;
  readonly shown: string;
  readonly alone: boolean;
}

function bar(value: SingleValue, { vertical, shown, alone }: BarStyle): HTMLElement {
  const line = element('div', alone ? 'panel-bar alone' : 'panel-bar');
  const share = (value.value - value.min) / (value.max - value.min);
  const percent = `${Math.round(Math.min(1, Math.max(0, share || 0)) * 1000) / 10}%`;
  const fill = element('div', 'panel-bar-fill');
  fill.style.background = value.color;
  fill.style[vertical ? 'height' : 'width'] = percent;
  const track = element('div', 'panel-bar-track');
  track.append(fill);
  const number = element('div', 'panel-bar-value', shown === 'hidden' ? '' : formattedText(value.display));
  if (shown === 'color') number.style.color = value.color;
  const name = element('div', 'panel-bar-name clip', alone ? '' : value.name);
  name.title = value.name;
  line.append(name, track, number);
  return line;
}
