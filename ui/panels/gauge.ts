import { cssColor } from '#dashboards/palette';
import { type SingleValue, singleValues } from '#dashboards/single-values';
import { Boxes, type BoxSize, widestNumber } from './boxes.ts';
import { fittingSize } from './fitting-text.ts';
import { arcPath, gaugeSegments, START_ANGLE, SWEEP } from './gauge-arc.ts';
import { element, type PanelInput, type PanelView } from './panel-view.ts';
import { numberElement } from './stat.ts';

/** Numbers on arcs, with their thresholds around them. */
export function createGauge(root: HTMLElement): PanelView {
  let input: PanelInput | null = null;
  let values: readonly SingleValue[] = [];
  const boxes = new Boxes(root, (box, value, size) => {
    if (input !== null) drawGauge(box, value, { size, input, count: values.length, width: widestNumber(values) });
  });
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
  const { panel, theme } = input;
  box.className = 'panel-gauge';
  const named = count > 1;
  const room = size.height - (named ? 18 : 0);
  // The arc is open below: its height is less than its width.
  const radius = Math.max(12, Math.min(size.width / 2 - 6, room / 1.72 - 4));
  const width = Math.max(6, radius * 0.22);
  const svg = document.createElementNS(SVG, 'svg');
  const high = radius * 1.72 + 4;
  svg.setAttribute('viewBox', `${-radius - 2} ${-radius - 2} ${2 * radius + 4} ${high}`);
  svg.setAttribute('width', String(2 * radius + 4));
  svg.setAttribute('height', String(high));
  // The number stands beside it as text.
  svg.setAttribute('aria-hidden', 'true');
  const share = Math.min(1, Math.max(0, (value.value - value.min) / (value.max - value.min)));
  const markers = panel.options['showThresholdMarkers'] !== false;
  const ring = markers ? Math.max(2, radius * 0.04) : 0;
  const middle = radius - ring - (markers ? 2 : 0) - width / 2;
  addArc(svg, { radius: middle, width, from: 0, to: 1, color: 'var(--pressed)' });
  if (share > 0) addArc(svg, { radius: middle, width, from: 0, to: share, color: value.color });
  if (markers) {
    for (const { from, to, color } of gaugeSegments(value)) {
      addArc(svg, { radius: radius - ring / 2, width: ring, from, to, color: cssColor(color, theme) });
    }
  }
  const inside = 2 * (middle - width / 2) * 0.86;
  const number = numberElement(value, fittingSize(textWide, { width: inside, height: radius * 0.5 }, 44));
  number.classList.add('panel-gauge-number');
  number.style.top = `${radius + 2}px`;
  number.style.color = value.textColor;
  const dial = element('div', 'panel-gauge-dial');
  dial.append(svg, number);
  box.replaceChildren(dial, ...(named ? [element('div', 'panel-gauge-name clip', value.name)] : []));
}

interface Arc {
  readonly radius: number;
  readonly width: number;
  /** Shares of the sweep. */
  readonly from: number;
  readonly to: number;
  readonly color: string;
}

function addArc(svg: SVGElement, { radius, width, from, to, color }: Arc): void {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', arcPath(radius, START_ANGLE + from * SWEEP, START_ANGLE + to * SWEEP));
  path.setAttribute('fill', 'none');
  path.setAttribute('stroke-width', String(width));
  path.style.stroke = color;
  svg.append(path);
}
