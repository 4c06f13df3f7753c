import { isAnyChar } from './char-set.ts';
import { literalsOf } from './literals.ts';
import type { Node } from './syntax.ts';

/** One of some literals, after a gap of any characters. */
interface Piece {
  /** Least length of the gap before it; null when nothing may stand there. */
  readonly gap: number | null;
  readonly texts: readonly string[];
}

const MAX_TEXTS = 32;

/**
 * A test for patterns that consist of literals and wildcards: `a.*`, `.+(b|c).*d`. It searches for one literal after the
 * other, each as far to the left as possible. Null for other patterns.
 */
export function wildcardTest(node: Node): ((text: string) => boolean) | null {
  const pieces = piecesOf(node);
  if (pieces === null) return null;
  const last = pieces.at(-1)!;
  const before = pieces.slice(0, -1);
  return (text) => {
    let from = 0;
    for (const piece of before) {
      from = endOf(piece, text, from);
      if (from < 0) return false;
    }
    return endsWith(last, text, from);
  };
}

function piecesOf(node: Node): Piece[] | null {
  const pieces: Piece[] = [];
  let gap: number | null = null;
  let literal: readonly Node[] = [];
  const close = (): boolean => {
    const texts = literalsOf({ kind: 'concat', items: literal });
    if (texts === null || texts.length > MAX_TEXTS) return false;
    pieces.push({ gap, texts });
    literal = [];
    return true;
  };
  for (const item of node.kind === 'concat' ? node.items : [node]) {
    const least = wildcardOf(item);
    if (least === null) literal = [...literal, item];
    else if (literal.length === 0 && gap !== null) gap += least;
    else {
      if (!close()) return null;
      gap = least;
    }
  }
  return close() && pieces.length > 1 ? pieces : null;
}

// Code units are counted, which for more than one code point is not the same.
function wildcardOf(node: Node): number | null {
  const isWildcard = node.kind === 'repeat' && node.item.kind === 'char' && isAnyChar(node.item.set);
  return isWildcard && node.max === Number.POSITIVE_INFINITY && node.min <= 1 ? node.min : null;
}

/** Where the leftmost occurrence ends, -1 when there is none. */
function endOf({ gap, texts }: Piece, text: string, from: number): number {
  let end = -1;
  // indexOf finds the empty text at the end, however far beyond it is asked to begin.
  if (gap !== null && from + gap > text.length) return end;
  for (const wanted of texts) {
    const at = gap === null ? (text.startsWith(wanted, from) ? from : -1) : text.indexOf(wanted, from + gap);
    if (at >= 0 && (end < 0 || at + wanted.length < end)) end = at + wanted.length;
  }
  return end;
}

function endsWith({ gap, texts }: Piece, text: string, from: number): boolean {
  return texts.some((wanted) => {
    const room = text.length - wanted.length - from;
    return (gap === null ? room === 0 : room >= gap) && text.endsWith(wanted);
  });
}
