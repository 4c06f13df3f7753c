import { number } from '#dashboards/dashboard';
import { cssColor } from '#dashboards/palette';
import { initialSort, type TableColumn, tableCell, tableColumns, tableFooter } from '#dashboards/table';
import { asTable, otherWords } from '../panels/other-view.ts';
import type { PanelInput } from '../panels/panel-view.ts';
import { columnWeight, sortedOrder } from '../panels/table-view.ts';
import { drawTrendLine } from '../panels/trend.ts';
import { type Box, splitBelow } from './box.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import {
  fillBox,
  lineBelow,
  lineHeight,
  setFont,
  type WordStyle,
  widthOf,
  within,
  wrapped,
  writeLine,
  writeLines,
} from './words.ts';

/** The height of a line; the sizes are those of the page. */
const LINE = 26;
const PAD = 8;

/** A table: its head, the first lines that fit, and its foot. Of several results the one that the panel names. */
export function drawTable(canvas: SvgCanvas, input: PanelInput, box: Box): 'ready' | 'empty' {
  const { panel, frames, theme } = input;
  const frame = frames[Math.min(frames.length - 1, number(panel.options['frameIndex'], 0))];
  if (frame === undefined || frames.every(({ length }) => length === 0)) return 'empty';
  const columns = tableColumns(panel, frame, frames);
  const order = sortedOrder(frame, columns, initialSort(panel));
  const weights = columns.map((column) => columnWeight(column, order, input));
  const widths = columnWidths(columns, weights, box.width);
  const footer = tableFooter(panel, columns);
  const hasHead = panel.options['showHeader'] !== false;
  const [head, rest] = splitBelow(box, hasHead ? LINE : 0);
  const [body, below] = splitBelow(rest, rest.height - (footer === null ? 0 : LINE));
  // The foot follows the last line, and stays in sight where there are too many.
  const foot = { ...below, top: Math.min(below.top, body.top + order.length * LINE) };
  within(canvas, box, () => {
    if (hasHead) drawTexts(canvas, headTexts(columns, input), { columns, widths, box: head, style: HEAD });
    if (hasHead) lineBelow(canvas, head, '--line');
    within(canvas, body, () => {
      for (const [i, line] of order.slice(0, Math.ceil(body.height / LINE)).entries()) {
        const place = { ...body, top: body.top + i * LINE, height: LINE };
        const coloring = columns.find(({ colorsLine }) => colorsLine);
        const ground = coloring === undefined ? null : tableCell(coloring, line, theme).background;
        if (ground !== null) fillBox(canvas, place, ground);
        let left = place.left;
        columns.forEach((column, at) => {
          drawCell(canvas, column, line, { input, box: { ...place, left, width: widths[at]! } });
          left += widths[at]!;
        });
        lineBelow(canvas, place, '--grid');
      }
    });
    if (footer === null) return;
    lineBelow(canvas, { ...foot, height: 1 }, '--line');
    drawTexts(canvas, footer, { columns, widths, box: foot, style: { bold: true } });
  });
  return 'ready';
}

/** A panel of a type that is not drawn here: it says so, and its data is a table. */
export function drawOther(canvas: SvgCanvas, input: PanelInput, box: Box): 'ready' | 'empty' {
  setFont(canvas, HEAD);
  const lines = wrapped(canvas, otherWords(input), box.width - 2 * PAD);
  const high = lines.length * lineHeight(HEAD);
  const [note, rest] = splitBelow({ ...box, top: box.top + 4, height: box.height - 4 }, high + 4);
  writeLines(canvas, lines, { ...note, left: note.left + PAD, width: note.width - 2 * PAD }, HEAD);
  if (input.frames.length > 0) drawTable(canvas, asTable(input), rest);
  return 'ready';
}

const HEAD: WordStyle = { size: 12, color: '--text-dim' };

function headTexts(columns: readonly TableColumn[], { panel }: PanelInput): string[] {
  const sort = initialSort(panel);
  return columns.map(({ name }) => (sort?.column === name ? `${name}  ${sort.descending ? '▾' : '▴'}` : name));
}

interface TextsPlace {
  readonly columns: readonly TableColumn[];
  readonly widths: readonly number[];
  readonly box: Box;
  readonly style: WordStyle;
}

function drawTexts(canvas: SvgCanvas, texts: readonly string[], { columns, widths, box, style }: TextsPlace): void {
  let left = box.left;
  texts.forEach((words, i) => {
    const place = { ...box, left: left + PAD, width: widths[i]! - 2 * PAD };
    writeLine(canvas, words, place, { ...style, align: columns[i]!.align });
    left += widths[i]!;
  });
}

/** Fixed widths first; the rest by weight, but none below its least. */
function columnWidths(columns: readonly TableColumn[], weights: readonly number[], width: number): number[] {
  const fixed = columns.map((column) => column.width);
  for (;;) {
    const open = columns.flatMap((_, i) => (fixed[i] === null ? [i] : []));
    const left = width - fixed.reduce<number>((sum, one) => sum + (one ?? 0), 0);
    const weight = open.reduce((sum, i) => sum + weights[i]!, 0);
    const small = open.filter((i) => (left * weights[i]!) / weight < columns[i]!.minWidth);
    if (small.length === 0) return fixed.map((one, i) => one ?? (left * weights[i]!) / weight);
    for (const i of small) fixed[i] = columns[i]!.minWidth;
  }
}

interface CellPlace {
  readonly input: PanelInput;
  readonly box: Box;
}

function drawCell(canvas: SvgCanvas, column: TableColumn, line: number, { input, box }: CellPlace): void {
  const { theme } = input;
  const content = tableCell(column, line, theme);
  const style: WordStyle = { color: content.color ?? '--text', align: column.align };
  const inside = { ...box, left: box.left + PAD, width: Math.max(0, box.width - 2 * PAD) };
  if (column.look === 'pill') {
    drawPill(canvas, content, { inside, style });
    return;
  }
  if (content.background !== null && content.share === null && !column.colorsLine) {
    fillBox(canvas, { ...box, height: box.height - 1 }, content.background);
  }
  if (column.look === 'gauge' && content.share !== null) {
    const label = widthOf(canvas, content.text, style);
    const track = { ...inside, top: box.top + 7, width: Math.max(0, inside.width - label - PAD), height: 12 };
    fillBox(canvas, track, '--pressed', 2);
    const filled = { ...track, width: track.width * content.share };
    within(canvas, filled, () => fillBox(canvas, track, content.background ?? '--pressed', 2));
    writeLine(canvas, content.text, inside, { ...style, align: 'right' });
    return;
  }
  const trend = column.field.trends?.[line];
  if (column.look === 'sparkline' && trend !== undefined && trend.values.length > 1) {
    const label = widthOf(canvas, content.text, style);
    const wide = Math.max(0, Math.min(160, inside.width - label - PAD));
    canvas.save();
    canvas.translate(inside.left, box.top + 3);
    const color = cssColor(column.config.color.fixedColor || 'green', theme);
    drawTrendLine(canvas, trend, { width: wide, height: 20 }, color);
    canvas.restore();
    writeLine(canvas, content.text, { ...inside, left: inside.left + wide + PAD, width: label + 1 }, style);
    return;
  }
  writeLine(canvas, content.text, inside, column.look === 'json' ? { ...style, mono: true, size: 12 } : style);
}

function drawPill(
  canvas: SvgCanvas,
  { text, background }: ReturnType<typeof tableCell>,
  { inside, style }: { readonly inside: Box; readonly style: WordStyle },
): void {
  if (text === '') return;
  const width = Math.min(inside.width, widthOf(canvas, text, style) + 2 * PAD);
  const room = inside.width - width;
  const left = inside.left + (style.align === 'center' ? room / 2 : style.align === 'right' ? room : 0);
  fillBox(canvas, { left, top: inside.top + 4, width, height: 18 }, background ?? '--pressed', 9);
  const words = { ...inside, left: left + PAD, width: width - 2 * PAD };
  writeLine(canvas, text, words, { ...style, align: 'center' });
}
