/** The largest font size in pixels at which a text fits a box, between 10 and `most`. `width` is the text's at size 1. */
export function fittingSize(
  width: number,
  box: { readonly width: number; readonly height: number },
  most: number,
): number {
  return Math.max(10, Math.min(most, box.width / Math.max(0.5, width), box.height));
}

/** How a panel wants its boxes. */
export interface BoxesWish {
  readonly orientation: 'auto' | 'horizontal' | 'vertical';
  /** As in boxGrid. */
  readonly shape?: number;
  /** No box is smaller: where there is no room for all, they are scrolled. */
  readonly least?: BoxSize;
}

/** The size of one of several equal boxes. */
export interface BoxSize {
  readonly width: number;
  readonly height: number;
}

/** Equal boxes in an area, with gaps between them; all of them may be larger than it. */
export interface BoxesLayout extends BoxSize {
  readonly columns: number;
}

/** What is free between two boxes, as panels.css has it. */
export const BOX_GAP = 4;
/** No box is lower. */
const LOWEST = 28;

/** How so many boxes lie in an area. */
export function boxLayout(count: number, area: BoxSize, { orientation, shape, least }: BoxesWish): BoxesLayout {
  const { columns, lines } = boxGrid(count, area, orientation, shape);
  return {
    columns,
    width: Math.max(least?.width ?? 0, (area.width - (columns - 1) * BOX_GAP) / columns),
    height: Math.max(LOWEST, least?.height ?? 0, (area.height - (lines - 1) * BOX_GAP) / lines),
  };
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
