import { text } from '#dashboards/dashboard';
import { interpolate } from '#dashboards/interpolate';
import type { PanelInput } from '../panels/panel-view.ts';
import { type Box, inset } from './box.ts';
import { runLines, writeRunLines } from './run-lines.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import { type TextBlock, textBlocks } from './text-blocks.ts';
import { colorOf, fillBox, lineHeight, type WordStyle, within } from './words.ts';

/**
 * A panel of words. Headings, lists, tables, code, bold words and colors are as they
 * are on a page; of an image there are the words that stand for it.
 */
export function drawText(canvas: SvgCanvas, { panel, scope }: PanelInput, box: Box): 'ready' | 'empty' {
  const content = text(panel.options['content']) || text(panel.source['content']);
  if (content.trim() === '') return 'empty';
  const mode = text(panel.options['mode'] ?? panel.source['mode'], 'markdown');
  const full = interpolate(content, scope, mode === 'html' ? 'glob' : 'text');
  const inside = inset(box, 10, 4);
  within(canvas, box, () => {
    let { top } = inside;
    let last: TextBlock['kind'] | null = null;
    for (const block of textBlocks(full, mode)) {
      if (top > inside.top + inside.height) return;
      // Of two margins that meet the larger counts; the lines of a list have none between them.
      const between = block.kind === 'item' && last === 'item';
      if (last !== null && !between) top += Math.max(MARGINS[block.kind], MARGINS[last]);
      top += drawBlock(canvas, block, { ...inside, top, height: inside.top + inside.height - top });
      last = block.kind;
    }
  });
  return 'ready';
}

const STYLES: Readonly<Record<TextBlock['kind'], WordStyle>> = {
  title: { size: 20, bold: true },
  heading: { size: 16, bold: true },
  subheading: { size: 14, bold: true },
  words: {},
  item: {},
  quote: {},
  code: { size: 12, mono: true },
  rule: {},
};

/** What is left free above and below, in pixels. */
const MARGINS: Readonly<Record<TextBlock['kind'], number>> = {
  ...{ title: 0, heading: 0, subheading: 0, words: 4, item: 13, quote: 13, code: 13, rule: 6 },
};

const INDENT = 40;

/** Gives the height that it took. */
function drawBlock(canvas: SvgCanvas, { kind, runs, depth }: TextBlock, box: Box): number {
  const style = STYLES[kind];
  if (kind === 'rule') {
    fillBox(canvas, { ...box, top: box.top + 4, height: 1 }, '--line');
    return 9;
  }
  const left = kind === 'item' ? INDENT * (1 + depth) : kind === 'quote' ? INDENT : 0;
  const place = { ...box, left: box.left + left, width: Math.max(10, box.width - left) };
  const lines = runLines(canvas, runs, place.width, style);
  if (kind === 'item') {
    canvas.fillStyle = colorOf('--text');
    canvas.beginPath();
    canvas.arc(place.left - 12, box.top + lineHeight(style) / 2, 2.3, 0, 2 * Math.PI);
    canvas.fill();
  }
  return writeRunLines(canvas, lines, place, style);
}
