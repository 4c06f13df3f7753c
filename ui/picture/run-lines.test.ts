import { describe, expect, it } from 'vitest';
import type { PictureFonts } from './font.ts';
import { runLines } from './run-lines.ts';
import { SvgCanvas } from './svg-canvas.ts';
import type { TextRun } from './text-runs.ts';

/** A letter is as wide as the font is high, twice that when it is bold. */
const face = (wide: number) => ({ width: (text: string) => wide * [...text].length, ascent: 0.8, descent: 0.2 });
const fonts: PictureFonts = { regular: face(1), bold: face(2), mono: face(1) };

const lines = (width: number, ...runs: TextRun[]): string[] =>
  runLines(new SvgCanvas(fonts), runs, width * 10, { size: 10 }).map((line) => {
    return line.map(({ words, bold }) => (bold === true ? `*${words}*` : words)).join('|');
  });

describe('lines of words of several looks', () => {
  it('break between words, whatever their look', () => {
    expect(lines(9, { words: 'one ' }, { words: 'two', bold: true }, { words: ' three' })).toEqual([
      'one',
      '*two*',
      'three',
    ]);
    expect(lines(10, { words: 'one ' }, { words: 'two', bold: true }, { words: ' three' })).toEqual([
      'one |*two*',
      'three',
    ]);
  });

  it('never break in a word that has two looks', () => {
    expect(lines(6, { words: 'go un' }, { words: 'do', bold: true })).toEqual(['go', 'un|*do*']);
  });

  it('break where the text does, and inside of words that are too wide', () => {
    expect(lines(4, { words: 'a\n\nbcdefg h' })).toEqual(['a', '', 'bcde', 'fg h']);
  });
});
