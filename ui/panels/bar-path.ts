import type { Bar } from '#dashboards/bar-chart';
import type { PlotArea } from './canvas-plot.ts';
import type { Surface } from './surface.ts';

type End = 'left' | 'top' | 'right' | 'bottom';

/** The end of a bar that is away from zero. */
export function outerEnd({ from, to }: Bar, horizontal: boolean): End {
  if (horizontal) return to < from ? 'left' : 'right';
  return to < from ? 'bottom' : 'top';
}

/** Corners clockwise from the upper left one: on which sides of a box they are, and the angle at which their arc begins. */
const CORNERS = [
  { ends: ['left', 'top'], x: 0, y: 0, angle: Math.PI },
  { ends: ['top', 'right'], x: 1, y: 0, angle: 1.5 * Math.PI },
  { ends: ['right', 'bottom'], x: 1, y: 1, angle: 0 },
  { ends: ['bottom', 'left'], x: 0, y: 1, angle: 0.5 * Math.PI },
] as const;

/** Begins the path of a bar whose corners at one end are round, by a share of its width; not more than the bar is long. */
export function barPath(
  context: Surface,
  { left, top, width, height }: PlotArea,
  { radius, end }: { readonly radius: number; readonly end: End },
): void {
  context.beginPath();
  if (radius === 0) {
    context.rect(left, top, width, height);
    return;
  }
  const upright = end === 'top' || end === 'bottom';
  const round = Math.min(radius * (upright ? width : height), upright ? height : width);
  for (const { ends, x, y, angle } of CORNERS) {
    const isRound = (ends as readonly End[]).includes(end);
    const [cornerX, cornerY] = [left + x * width, top + y * height];
    if (isRound) {
      context.arc(cornerX + (1 - 2 * x) * round, cornerY + (1 - 2 * y) * round, round, angle, angle + Math.PI / 2);
    } else context.lineTo(cornerX, cornerY);
  }
  context.closePath();
}
