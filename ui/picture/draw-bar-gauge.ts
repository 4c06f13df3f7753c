import { colorRamp } from '#dashboards/color-ramp';
import { type SingleValue, singleValues } from '#dashboards/single-values';
import { formattedText } from '#dashboards/units';
import { barStyle } from '../panels/bar-gauge.ts';
import type { PanelInput } from '../panels/panel-view.ts';
import type { Box } from './box.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import { fillBox, lineHeight, type WordStyle, widthOf, within, writeLine } from './words.ts';

type BarStyle = ReturnType<typeof barStyle>;

/** Cells of an old display: so long, so far apart. */
const CELL = 10;
const CELL_GAP = 2;
/** Panels narrower than this have the name of a bar above it. */
const NARROW = 220;

/** Numbers as bars: lines of a list, or columns beside each other. */
export function drawBarGauge(canvas: SvgCanvas, input: PanelInput, box: Box): 'ready' | 'empty' {
  const values = singleValues({ ...input, ends: 'data' });
  if (values.length === 0) return 'empty';
  const style = barStyle(input, { clientWidth: box.width, clientHeight: box.height }, values.length);
  const inside = { left: box.left + 8, top: box.top + 2, width: box.width - 16, height: box.height - 8 };
  if (style.vertical) within(canvas, box, () => drawColumns(canvas, values, style, inside));
  else drawLines(canvas, values, { style, box, inside });
  return 'ready';
}

function clamp(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

interface LinesPlace {
  readonly style: BarStyle;
  /** The whole panel, which sizes of fonts follow. */
  readonly box: Box;
  readonly inside: Box;
}

function drawLines(canvas: SvgCanvas, values: readonly SingleValue[], { style, box, inside }: LinesPlace): void {
  const gap = 4;
  const height = clamp(style.lowest, (inside.height - gap * (values.length - 1)) / values.length, style.highest);
  const whole = height * values.length + gap * (values.length - 1);
  const top = inside.top + Math.max(0, (inside.height - whole) / 2);
  const nameStyle: WordStyle = {
    size: style.sizes.name || clamp(12, (box.height * 0.2) / values.length, Math.min(15, box.width * 0.05)),
    color: '--text-dim',
  };
  const fitting = clamp(12, (box.height * 0.32) / values.length, Math.min(24, box.width * 0.08));
  const valueSize = style.sizes.number || fitting;
  const texts = values.map(({ display }) => (style.shown === 'hidden' ? '' : formattedText(display)));
  const widest = Math.max(...texts.map((words) => widthOf(canvas, words, { size: valueSize, bold: true })));
  const above = style.named && (style.above || box.width <= NARROW);
  const names = Math.max(0, ...values.map(({ name }) => widthOf(canvas, name, nameStyle)));
  const nameWide = style.named && !above ? Math.min(names, inside.width * 0.4) : 0;
  within(canvas, box, () => {
    values.forEach((value, i) => {
      const line = { ...inside, top: top + i * (height + gap), height };
      const label = above ? Math.min(15, height - 8) : 0;
      if (style.named) {
        const place = above ? { ...line, height: label } : { ...line, width: nameWide };
        writeLine(canvas, value.name, place, nameStyle);
      }
      const left = line.left + (nameWide === 0 ? 0 : nameWide + 8);
      const right = line.left + line.width - (widest === 0 ? 0 : widest + 8);
      const track = { left, top: line.top + label, width: Math.max(0, right - left), height: height - label };
      drawTrack(canvas, value, style, track);
      const color = style.shown === 'color' ? value.textColor : '--text';
      const place = { left: right, top: track.top, width: line.left + line.width - right, height: track.height };
      writeLine(canvas, texts[i]!, place, { size: valueSize, bold: true, align: 'right', color });
    });
  });
}

const SMALL = { size: 11, bold: true, align: 'center' } as const;
const COLUMN_GAP = 3;
const COLUMN_NAME = { size: 12, align: 'center', color: '--text-dim' } as const;

function drawColumns(canvas: SvgCanvas, values: readonly SingleValue[], style: BarStyle, inside: Box): void {
  const gaps = 8 * (values.length - 1);
  const width = Math.max(style.narrowest, Math.min(90, (inside.width - gaps) / values.length));
  const space = Math.max(0, (inside.width - gaps - width * values.length) / (values.length + 1));
  const small = { ...SMALL, size: style.sizes.number || SMALL.size };
  const columnName = { ...COLUMN_NAME, size: style.sizes.name || COLUMN_NAME.size };
  const [valueHigh, nameHigh] = [lineHeight(small), style.named ? lineHeight(columnName) : 0];
  values.forEach((value, i) => {
    const column = { ...inside, left: inside.left + space + i * (width + space + 8), width };
    const color = style.shown === 'color' ? value.textColor : '--text';
    const words = style.shown === 'hidden' ? '' : formattedText(value.display);
    writeLine(canvas, words, { ...column, height: valueHigh }, { ...small, color });
    const rest = column.height - valueHigh - nameHigh - 2 * COLUMN_GAP;
    const track = { ...column, top: column.top + valueHigh + COLUMN_GAP, height: Math.max(0, rest) };
    drawTrack(canvas, value, style, track);
    const name = { ...column, top: track.top + track.height + COLUMN_GAP, height: nameHigh };
    if (style.named) writeLine(canvas, value.name, name, columnName);
  });
}

/** The part of a track that a value fills, over what is left of it. */
function drawTrack(canvas: SvgCanvas, value: SingleValue, style: BarStyle, track: Box): void {
  if (track.width <= 0 || track.height <= 0) return;
  const { vertical, mode, unfilled, theme } = style;
  const share = clamp(0, (value.value - value.min) / (value.max - value.min) || 0, 1);
  const cells = mode === 'lcd' ? cellsOf(track, vertical) : [track];
  const { left, top, width, height } = track;
  const ramp = vertical
    ? canvas.createLinearGradient(0, top + height, 0, top)
    : canvas.createLinearGradient(left, 0, left + width, 0);
  const colors = colorRamp(value, theme);
  colors.forEach((color, i) => {
    ramp.addColorStop(colors.length === 1 ? 0 : i / (colors.length - 1), color);
  });
  if (unfilled && mode === 'lcd') {
    canvas.globalAlpha = 0.18;
    canvas.fillStyle = ramp;
    for (const cell of cells) canvas.fillRect(cell.left, cell.top, cell.width, cell.height);
    canvas.globalAlpha = 1;
  } else if (unfilled) fillBox(canvas, track, '--hover', 2);
  const filled = vertical
    ? { ...track, top: top + height * (1 - share), height: height * share }
    : { ...track, width: width * share };
  within(canvas, filled, () => {
    canvas.fillStyle = mode === 'basic' ? value.color : ramp;
    for (const cell of cells) {
      canvas.beginPath();
      canvas.roundRect(cell.left, cell.top, cell.width, cell.height, mode === 'lcd' ? 0 : 2);
      canvas.fill();
    }
  });
}

function cellsOf(track: Box, vertical: boolean): Box[] {
  const length = vertical ? track.height : track.width;
  return Array.from({ length: Math.ceil(length / (CELL + CELL_GAP)) }, (_, i) => {
    const from = i * (CELL + CELL_GAP);
    const long = Math.min(CELL, length - from);
    return vertical
      ? { ...track, top: track.top + track.height - from - long, height: long }
      : { ...track, left: track.left + from, width: long };
  });
}
