import type { Box } from './box.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import type { TextRun } from './text-runs.ts';
import { lineHeight, type WordStyle, widthOf, writeLine } from './words.ts';

type Line = readonly TextRun[];

/** Breaks runs into lines of a width: at their own breaks, between words, and inside of words that are wider. */
export function runLines(canvas: SvgCanvas, runs: Line, width: number, style: WordStyle): Line[] {
  const lines: TextRun[][] = [[]];
  let taken = 0;
  const add = (part: Line): void => {
    lines.at(-1)!.push(...part);
    taken += lineWidth(canvas, part, style);
  };
  const next = (): void => {
    lines.push([]);
    taken = 0;
  };
  for (const word of wordsOf(runs)) {
    if (word.length === 0) next();
    else {
      const wide = lineWidth(canvas, withoutEnd(word), style);
      if (taken > 0 && taken + wide > width) next();
      if (wide <= width) add(word);
      else {
        for (const letter of lettersOf(word)) {
          if (taken > 0 && taken + lineWidth(canvas, [letter], style) > width) next();
          add([letter]);
        }
      }
    }
  }
  return lines.map((line) => withoutEnd(joined(line)));
}

/** Writes lines below each other from the top of a box, those that fit. Gives the height they took. */
export function writeRunLines(canvas: SvgCanvas, lines: readonly Line[], box: Box, style: WordStyle): number {
  const high = lineHeight(style);
  lines.forEach((line, i) => {
    const place = { ...box, top: box.top + i * high, height: high };
    if (place.top + high > box.top + box.height + 1) return;
    let { left } = box;
    for (const run of line) {
      left += writeLine(canvas, run.words, { ...place, left, width: box.left + box.width - left }, styleOf(run, style));
    }
  });
  return lines.length * high;
}

/** Code is as high everywhere. */
const CODE = 12;

function styleOf({ bold, mono, color }: TextRun, style: WordStyle): WordStyle {
  return {
    ...style,
    ...(bold === true ? { bold } : {}),
    ...(mono === true ? { mono, size: CODE } : {}),
    ...(color === undefined ? {} : { color }),
  };
}

function lineWidth(canvas: SvgCanvas, line: Line, style: WordStyle): number {
  return line.reduce((sum, run) => sum + widthOf(canvas, run.words, styleOf(run, style)), 0);
}

/** Words with the space behind them, of one look or several; an empty one is a break. */
function wordsOf(runs: Line): Line[] {
  const words: TextRun[][] = [];
  let open = false;
  for (const run of runs) {
    for (const [piece] of run.words.matchAll(/\n|\S*[^\S\n]|\S+/g)) {
      if (piece === '\n') words.push([]);
      else if (open) words.at(-1)!.push({ ...run, words: piece });
      else words.push([{ ...run, words: piece }]);
      open = piece.trimEnd() === piece && piece !== '\n';
    }
  }
  return words;
}

function lettersOf(word: Line): TextRun[] {
  return word.flatMap((run) => [...run.words].map((words) => ({ ...run, words })));
}

function withoutEnd(line: Line): Line {
  const last = line.at(-1);
  if (last === undefined) return line;
  const words = last.words.trimEnd();
  return words === '' ? line.slice(0, -1) : [...line.slice(0, -1), { ...last, words }];
}

/** Neighbours of one look are one run. */
function joined(line: Line): Line {
  const runs: TextRun[] = [];
  for (const run of line) {
    const last = runs.at(-1);
    const same = last !== undefined && last.bold === run.bold && last.mono === run.mono && last.color === run.color;
    if (same) runs[runs.length - 1] = { ...last, words: last.words + run.words };
    else runs.push(run);
  }
  return runs;
}
