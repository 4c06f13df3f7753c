import { themeColor } from '../state/theme.ts';
import type { Box } from './box.ts';
import type { SvgCanvas } from './svg-canvas.ts';

/** How a text is written. */
export interface WordStyle {
  /** A custom property (`--text-dim`) or a CSS color; the text's own when left out. */
  readonly color?: string;
  readonly size?: number;
  readonly bold?: boolean;
  readonly mono?: boolean;
  readonly align?: 'left' | 'center' | 'right';
}

/** Lines of text are so much higher than their font. */
const LINE = 1.45;

/** Sets the font that a style asks for, for measuring and writing. */
export function setFont(canvas: SvgCanvas, { size = 13, bold = false, mono = false }: WordStyle): void {
  canvas.font = `${bold ? 'bold ' : ''}${size}px ${mono ? 'monospace' : 'sans-serif'}`;
}

export function widthOf(canvas: SvgCanvas, words: string, style: WordStyle): number {
  setFont(canvas, style);
  return canvas.measureText(words).width;
}

/** A CSS color: custom properties are those of the theme. */
export function colorOf(name: string): string {
  return name.startsWith('--') ? themeColor(name) : name;
}

/** Writes one line in the middle of a box's height, cut off where it is too wide. Gives the width it took. */
export function writeLine(canvas: SvgCanvas, words: string, box: Box, style: WordStyle = {}): number {
  setFont(canvas, style);
  const shown = clipped(canvas, words, box.width);
  const width = canvas.measureText(shown).width;
  const { align = 'left', color = '--text' } = style;
  canvas.fillStyle = colorOf(color);
  canvas.textAlign = 'left';
  canvas.textBaseline = 'alphabetic';
  const room = box.width - width;
  const left = box.left + (align === 'center' ? room / 2 : align === 'right' ? room : 0);
  canvas.fillText(shown, left, wholeBaseline(canvas, box));
  return width;
}

/** The line that letters stand on in the middle of a box: pages write on whole pixels, and half ones go up. */
export function wholeBaseline(canvas: SvgCanvas, { top, height }: Box): number {
  return Math.ceil(top + height / 2 + canvas.lineBaseline - 0.5);
}

/** The text with an ellipsis where it is wider than `width`, in the font of the canvas. */
export function clipped(canvas: SvgCanvas, words: string, width: number): string {
  // What fits but for the rounding of its box is written whole.
  if (canvas.measureText(words).width <= width + 0.5) return words;
  const chars = [...words];
  let [low, high] = [0, chars.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (canvas.measureText(`${chars.slice(0, middle).join('')}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${chars.slice(0, low).join('')}…`;
}

/** Breaks a text into lines of a width: at its own breaks, between words, and inside of words that are wider. */
export function wrapped(canvas: SvgCanvas, words: string, width: number): string[] {
  return words.split('\n').flatMap((line) => wrappedLine(canvas, line, width));
}

function wrappedLine(canvas: SvgCanvas, line: string, width: number): string[] {
  const fits = (text: string): boolean => canvas.measureText(text).width <= width;
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\s)/)) {
    if (fits((current + word).trimEnd())) {
      current += word;
      continue;
    }
    if (current !== '') lines.push(current.trimEnd());
    current = word;
    while (!fits(current.trimEnd()) && [...current].length > 1) {
      const chars = [...current];
      let count = chars.length;
      while (count > 1 && !fits(chars.slice(0, count).join(''))) count--;
      lines.push(chars.slice(0, count).join(''));
      current = chars.slice(count).join('');
    }
  }
  return [...lines, current.trimEnd()];
}

/** Writes lines below each other from the top of a box, those that fit. Gives the height they took. */
export function writeLines(canvas: SvgCanvas, lines: readonly string[], box: Box, style: WordStyle = {}): number {
  const high = lineHeight(style);
  lines.forEach((line, i) => {
    const place = { ...box, top: box.top + i * high, height: high };
    if (place.top + high <= box.top + box.height + 1) writeLine(canvas, line, place, style);
  });
  return lines.length * high;
}

/** How high a line is in a style. */
export function lineHeight({ size = 13 }: WordStyle): number {
  return size * LINE;
}

/** Draws inside of a box only. */
export function within(canvas: SvgCanvas, box: Box, draw: () => void): void {
  canvas.save();
  canvas.beginPath();
  canvas.rect(box.left, box.top, box.width, box.height);
  canvas.clip();
  draw();
  canvas.restore();
}

/** Fills a box with a color, its corners rounded. */
export function fillBox(canvas: SvgCanvas, { left, top, width, height }: Box, color: string, radius = 0): void {
  canvas.fillStyle = colorOf(color);
  if (radius === 0) {
    canvas.fillRect(left, top, width, height);
    return;
  }
  canvas.beginPath();
  canvas.roundRect(left, top, width, height, radius);
  canvas.fill();
}

/** A hair line along the lower edge of a box. */
export function lineBelow(canvas: SvgCanvas, { left, top, width, height }: Box, color: string): void {
  canvas.fillStyle = colorOf(color);
  canvas.fillRect(left, top + height - 1, width, 1);
}
