import type { PlotArea } from '../panels/canvas-plot.ts';

/** A place in a picture, in its pixels. */
export type Box = PlotArea;

/** The box without a margin at each side. */
export function inset({ left, top, width, height }: Box, x: number, y = x): Box {
  return { left: left + x, top: top + y, width: Math.max(0, width - 2 * x), height: Math.max(0, height - 2 * y) };
}

/** The upper part of a height, and what is left below it. */
export function splitBelow(box: Box, height: number): readonly [above: Box, below: Box] {
  const high = Math.max(0, Math.min(box.height, height));
  return [
    { ...box, height: high },
    { ...box, top: box.top + high, height: box.height - high },
  ];
}
