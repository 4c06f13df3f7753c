import { cssColor, readableOn } from '#dashboards/palette';
import { type SingleValue, singleValues } from '#dashboards/single-values';
import { numbersWish, textWidth, widestNumber } from '../panels/boxes.ts';
import { BOX_GAP, type BoxesWish, boxLayout } from '../panels/fitting-text.ts';
import { DIAL_LABEL, dialName, dialNumberSize, dialParts, dialsWish, gaugeDial } from '../panels/gauge-arc.ts';
import type { PanelInput } from '../panels/panel-view.ts';
import { CHANGE_LINE, changeWords, NAME_LINE, STAT_PADDING, statLook } from '../panels/stat-look.ts';
import { textSizes } from '../panels/text-sizes.ts';
import { drawTrendLine } from '../panels/trend.ts';
import { type Box, inset } from './box.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import { SvgPath } from './svg-path.ts';
import { colorOf, fillBox, setFont, type WordStyle, wholeBaseline, widthOf, within, writeLine } from './words.ts';

/** What fills one of several equal boxes. `widest` is the width of the widest number at font size 1. */
type DrawValue = (value: SingleValue, box: Box, among: { readonly count: number; readonly widest: number }) => void;

/** Numbers in large type, with a line of how they came about. */
export function drawStat(canvas: SvgCanvas, input: PanelInput, box: Box): 'ready' | 'empty' {
  const values = singleValues({ ...input, ends: 'data' });
  return drawBoxes(values, { box, wish: numbersWish(input.panel) }, (value, place, among) => {
    within(canvas, place, () => drawOneStat(canvas, value, input, { place, ...among }));
  });
}

/** Numbers on arcs, with their thresholds around them. */
export function drawGauge(canvas: SvgCanvas, input: PanelInput, box: Box): 'ready' | 'empty' {
  const values = singleValues({ ...input, ends: 'hundred' });
  return drawBoxes(values, { box, wish: dialsWish(input.panel) }, (value, place, among) => {
    within(canvas, place, () => drawOneGauge(canvas, value, input, { place, ...among }));
  });
}

/** Writes a number with its unit smaller behind it, in the middle of a box. */
export function writeNumber(canvas: SvgCanvas, { display }: SingleValue, box: Box, style: WordStyle): void {
  const unit = { ...style, size: (style.size ?? 13) * 0.65, bold: false, align: 'left' } as const;
  const number = { ...style, bold: true, align: 'left' } as const;
  const parts = (
    [
      [display.prefix, unit],
      [display.text, number],
      [display.suffix, unit],
    ] as const
  ).filter(([words]) => words !== '');
  const widths = parts.map(([words, look]) => widthOf(canvas, words, look));
  const room = box.width - widths.reduce((sum, width) => sum + width, 0);
  let left = box.left + (style.align === 'center' ? room / 2 : style.align === 'right' ? room : 0);
  setFont(canvas, number);
  const base = wholeBaseline(canvas, box);
  parts.forEach(([words, look], i) => {
    setFont(canvas, look);
    canvas.fillStyle = style.color ?? '#888888';
    canvas.textAlign = 'left';
    canvas.textBaseline = 'alphabetic';
    canvas.fillText(words, left, base);
    left += widths[i]!;
  });
}

interface BoxesPlace {
  readonly box: Box;
  readonly wish: BoxesWish;
}

/** What is scrolled to on a page is cut off. */
function drawBoxes(values: readonly SingleValue[], { box, wish }: BoxesPlace, draw: DrawValue): 'ready' | 'empty' {
  if (values.length === 0) return 'empty';
  const { columns, width, height } = boxLayout(values.length, box, wish);
  const among = { count: values.length, widest: widestNumber(values) };
  values.forEach((value, i) => {
    const left = box.left + (i % columns) * (width + BOX_GAP);
    const top = box.top + Math.floor(i / columns) * (height + BOX_GAP);
    const seen = top < box.top + box.height && left < box.left + box.width;
    if (seen) draw(value, { left, top, width, height }, among);
  });
  return 'ready';
}

interface ValuePlace {
  readonly place: Box;
  readonly count: number;
  readonly widest: number;
}

function drawOneStat(
  canvas: SvgCanvas,
  value: SingleValue,
  { panel, theme }: PanelInput,
  { place, count, widest }: ValuePlace,
): void {
  const look = statLook(value, panel, { size: place, count, widest, nameWidth: textWidth(value.name) });
  const { filled, named, counted, colored, hasTrend, height, numberSize, nameSize, wide, centered, change } = look;
  const plain = filled ? readableOn(value.color) : theme.text;
  if (filled) fillBox(canvas, place, value.color, 3);
  if (hasTrend) {
    const high = Math.round(place.height * 0.45);
    canvas.save();
    canvas.translate(place.left, place.top + place.height - high);
    drawTrendLine(canvas, value.trend!, { width: place.width, height: high }, filled ? plain : value.color);
    canvas.restore();
  }
  const nameHigh = named ? nameSize * NAME_LINE : 0;
  const numberHigh = counted ? numberSize * 1.15 : 0;
  const changeHigh = change === null ? 0 : CHANGE_LINE;
  const counts = numberHigh + changeHigh;
  const whole = wide ? Math.max(nameHigh, counts) : nameHigh + counts;
  const top = hasTrend ? place.top + 2 : place.top + (place.height - Math.min(whole, height + 40)) / 2;
  const inside = { ...inset(place, STAT_PADDING, 0), top };
  const valueColor = colored ? value.textColor : plain;
  const align = wide ? 'right' : centered ? 'center' : 'left';
  if (named) {
    const color = counted ? plain : valueColor;
    const box = { ...inside, top: wide ? top + (whole - nameHigh) / 2 : top, height: nameHigh };
    const room = wide ? inside.width - widest * numberSize - STAT_PADDING : inside.width;
    canvas.globalAlpha = 0.85;
    writeLine(canvas, value.name, { ...box, width: room }, { color, size: nameSize, align: wide ? 'left' : align });
    canvas.globalAlpha = 1;
  }
  const countsTop = wide ? top + (whole - counts) / 2 : top + nameHigh;
  const numberBox = { ...inside, top: countsTop, height: numberHigh };
  if (counted) writeNumber(canvas, value, numberBox, { size: numberSize, color: valueColor, align });
  if (change === null) return;
  const { words, good } = changeWords(change, panel);
  const same = change === 0 ? plain : valueColor;
  const color = filled || good === null ? same : good ? '--good' : '--bad';
  writeLine(canvas, words, { ...inside, top: countsTop + numberHigh, height: changeHigh }, { color, align });
}

function drawOneGauge(
  canvas: SvgCanvas,
  value: SingleValue,
  { panel, theme }: PanelInput,
  { place, count, widest }: ValuePlace,
): void {
  const name = dialName(panel, count);
  const nameRoom = name?.room ?? 0;
  const dial = gaugeDial(value, { width: place.width, height: place.height - nameRoom }, dialParts(panel));
  const whole = dial.height + nameRoom;
  const top = place.top + (place.height - whole) / 2;
  const middle = place.left + place.width / 2;
  canvas.save();
  const center = top + dial.above + dial.radius + 2;
  canvas.translate(middle, center);
  for (const { path, width, color } of dial.arcs) {
    canvas.lineWidth = width;
    canvas.strokeStyle = color === null ? colorOf('--pressed') : cssColor(color, theme);
    canvas.stroke(new SvgPath(path));
  }
  setFont(canvas, { size: DIAL_LABEL });
  canvas.fillStyle = colorOf('--text-dim');
  canvas.textBaseline = 'middle';
  for (const { text: words, x, y, align } of dial.labels) {
    canvas.textAlign = align;
    canvas.fillText(words, x, y);
  }
  canvas.restore();
  const size = textSizes(panel).number || dialNumberSize(widest, dial);
  const box = { left: place.left, top: center - size * 0.575, width: place.width, height: size * 1.15 };
  writeNumber(canvas, value, box, { size, color: value.textColor, align: 'center' });
  if (name === null) return;
  const nameBox = { left: place.left, top: top + dial.height, width: place.width, height: name.room };
  writeLine(canvas, value.name, nameBox, { size: name.size, align: 'center', color: '--text-dim' });
}
