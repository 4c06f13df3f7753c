/** The largest font size in pixels at which a text fits a box, between 10 and `most`. `width` is the text's at size 1. */
export function fittingSize(
  width: number,
  box: { readonly width: number; readonly height: number },
  most: number,
): number {
  return Math.max(10, Math.min(most, box.width / Math.max(0.5, width), box.height));
}

/**
 * Columns and lines for so many boxes in an area, chosen so that each box is as large as possible at a useful shape, which is
 * `shape` times as wide as high.
 */
export function boxGrid(
  count: number,
  { width, height }: { readonly width: number; readonly height: number },
  orientation: 'auto' | 'horizontal' | 'vertical',
  shape = NUMBER_SHAPE,
): { readonly columns: number; readonly lines: number } {
  if (count <= 1) return { columns: 1, lines: 1 };
  if (orientation === 'vertical') return { columns: count, lines: 1 };
  if (orientation === 'horizontal') return { columns: 1, lines: count };
  let best = { columns: count, lines: 1, score: -1 };
  for (let columns = 1; columns <= count; columns++) {
    const lines = Math.ceil(count / columns);
    // A box is read at the size of its smaller side.
    const score = Math.min(width / columns / shape, height / lines) - 0.001 * (columns * lines - count);
    if (score > best.score) best = { columns, lines, score };
  }
  return { columns: best.columns, lines: best.lines };
}

/** Numbers are about three times as wide as high; dials hardly, with a name below. */
const NUMBER_SHAPE = 3;
export const DIAL_SHAPE = 1.1;
