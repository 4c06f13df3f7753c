import type { Bar, BarModel } from '#dashboards/bar-chart';
import { niceTicks } from '#dashboards/ticks';
import { withOpacity } from '../parts/chart-colors.ts';
import { themeColor } from '../state/theme.ts';
import { barPath, outerEnd } from './bar-path.ts';
import { clippedText, type PlotArea, type PlotPoint, type PlotSize, widestText } from './canvas-plot.ts';
import type { Surface } from './surface.ts';

/** What is drawn of a model, and where. */
export interface BarPlan {
  readonly model: BarModel;
  /** The series that are not hidden. */
  readonly shown: BarModel['series'];
  /** Where bars stand, inside of the axes. */
  readonly area: PlotArea;
  /** How high what is below the area is. */
  readonly below: number;
  readonly horizontal: boolean;
}

/** A bar of a plan: of which series of the model, and at which place along the axis. */
export interface BarPlace {
  readonly series: number;
  readonly category: number;
}

/** What stands out of a drawing. */
export interface BarEmphasis {
  /** The series that is not faded; null: none is. */
  readonly focus: number | null;
  /** The bar under the pointer. */
  readonly pointed: BarPlace | null;
}

const AXIS = 20;
/** What is free at the right, and between the bars and the names that are turned. */
const RIGHT = 12;
const GAP = 7;

/** Draws bars with their axes. */
export function drawBars(
  context: Surface,
  { model, shown, focus, pointed }: Pick<BarPlan, 'model' | 'shown'> & BarEmphasis,
  { width, height }: PlotSize,
): BarPlan {
  const horizontal = model.horizontal === 'auto' ? height > width * 1.2 : model.horizontal;
  const ticks = niceTicks(model.min, model.max, Math.max(2, (horizontal ? width : height) / 60), model.binary);
  const wide = widestText(context, horizontal ? model.categories : ticks.map(model.format));
  const left = Math.min(width * 0.4, wide + 16);
  const below = horizontal ? AXIS : Math.min(height * 0.5, namesHeight(context, model));
  const area = { left, top: 8, width: width - left - RIGHT, height: height - below - 8 };
  const plan = { model, shown, area, below, horizontal };
  drawValueAxis(context, plan, ticks);
  drawCategories(context, plan);
  const all = boxes(plan);
  const lit = all.find(({ series, category }) => series === pointed?.series && category === pointed.category);
  if (lit !== undefined && model.wholeHighlight) light(context, acrossPlot(lit, plan));
  for (const box of all) {
    const { fill } = model.series[box.series]!;
    const faded = focus !== null && focus !== box.series;
    drawBar(context, box, { ...plan, faded, fill });
  }
  if (lit !== undefined && !model.wholeHighlight) light(context, lit);
  return plan;
}

function light(context: Surface, { left, top, width, height }: PlotArea): void {
  context.globalAlpha = 0.2;
  context.fillStyle = themeColor('--text');
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
}

/** A bar's place from one end of the axis of values to the other. */
function acrossPlot({ left, top, width, height }: PlotArea, { area, horizontal }: BarPlan): PlotArea {
  return horizontal
    ? { left: area.left, top, width: area.width, height }
    : { left, top: area.top, width, height: area.height };
}

/** How far along the value axis a number stands, 0 to 1. */
function along({ min, max }: BarModel, value: number): number {
  return Math.min(1, Math.max(0, (value - min) / (max - min || 1)));
}

function drawValueAxis(context: Surface, { model, area, horizontal }: BarPlan, ticks: readonly number[]): void {
  context.strokeStyle = themeColor('--grid');
  context.fillStyle = themeColor('--text-dim');
  context.textAlign = horizontal ? 'center' : 'right';
  context.textBaseline = horizontal ? 'top' : 'middle';
  for (const tick of ticks) {
    const share = along(model, tick);
    const [x, y] = [
      Math.round(area.left + share * area.width) + 0.5,
      Math.round(area.top + (1 - share) * area.height) + 0.5,
    ];
    context.beginPath();
    context.moveTo(horizontal ? x : area.left, horizontal ? area.top : y);
    context.lineTo(horizontal ? x : area.left + area.width, horizontal ? area.top + area.height : y);
    context.stroke();
    const label = model.format(tick);
    if (horizontal) context.fillText(label, x, area.top + area.height + 5);
    else context.fillText(label, area.left - 6, y);
  }
}

/** How many places there are along the axis of categories. */
function placesOf({ categories, edges }: BarModel): number {
  return Math.max(1, edges ? categories.length - 1 : categories.length);
}

/** Names are as high as their font, and as long as the longest where they are turned. */
const NAME = 13;
const LONGEST_NAME = 120;

function isTurned({ edges, labels }: BarModel): boolean {
  return !edges && labels.rotation !== 0;
}

/** How high the names below upright bars are, with what is free around them. */
function namesHeight(context: Surface, model: BarModel): number {
  if (!isTurned(model)) return AXIS;
  const angle = (Math.abs(model.labels.rotation) * Math.PI) / 180;
  const longest = Math.min(LONGEST_NAME, widestText(context, model.categories));
  return Math.sin(angle) * longest + Math.cos(angle) * NAME + AXIS - NAME;
}

/** Which categories are named: every so many, from the first of them. */
function namesOf(context: Surface, { model, area, horizontal }: BarPlan): { every: number; first: number } {
  const { categories, edges, labels } = model;
  const room = (horizontal ? area.height : area.width) / placesOf(model);
  const wide = Math.min(LONGEST_NAME, widestText(context, categories) + 8);
  const least = horizontal || isTurned(model) ? NAME : edges ? wide : Math.min(wide, 40);
  const every = Math.max(1, Math.ceil(Math.max(least, horizontal ? 0 : labels.spacing) / room));
  return { every, first: labels.fromLast ? (categories.length - 1) % every : 0 };
}

/** Names of categories at their middles; the ends of buckets between them. */
function drawCategories(context: Surface, plan: BarPlan): void {
  const { model, area, horizontal } = plan;
  const { categories, edges } = model;
  const room = (horizontal ? area.height : area.width) / placesOf(model);
  const { every, first } = namesOf(context, plan);
  context.fillStyle = themeColor('--text-dim');
  context.textAlign = horizontal ? 'right' : 'center';
  context.textBaseline = horizontal ? 'middle' : 'top';
  categories.forEach((category, i) => {
    if (i % every !== first) return;
    const place = (edges ? i : i + 0.5) * room;
    if (horizontal) context.fillText(clippedText(context, category, area.left - 10), area.left - 6, area.top + place);
    else if (isTurned(model)) drawTurned(context, category, plan, area.left + place);
    else {
      const text = edges ? category : clippedText(context, category, room * every - 4);
      context.fillText(text, area.left + place, area.top + area.height + 5);
    }
  });
}

/** A name that ends below its bar where it rises to it, and begins there where it falls from it. */
function drawTurned(context: Surface, name: string, { model, area, below }: BarPlan, x: number): void {
  const { rotation } = model.labels;
  const angle = (Math.abs(rotation) * Math.PI) / 180;
  const beside = rotation > 0 ? x : area.left + area.width + RIGHT - x;
  const room = Math.min(LONGEST_NAME, beside / Math.cos(angle), (below - GAP) / Math.sin(angle));
  context.save();
  context.translate(x, area.top + area.height + GAP);
  context.rotate((-rotation * Math.PI) / 180);
  context.textAlign = rotation > 0 ? 'right' : 'left';
  context.textBaseline = 'middle';
  context.fillText(clippedText(context, name, room), 0, 0);
  context.restore();
}

function boxes({ model, shown, area, horizontal }: BarPlan): BarBox[] {
  const room = (horizontal ? area.height : area.width) / placesOf(model);
  const beside = model.stacked || model.edges ? 1 : Math.max(1, shown.length);
  const slotWidth = (room * model.groupWidth) / beside;
  const thick = slotWidth * model.barWidth;
  return shown.flatMap((series, place) =>
    series.bars.flatMap((bar, i): BarBox[] => {
      if (bar === null) return [];
      const slot = i * room + (room * (1 - model.groupWidth)) / 2 + (beside === 1 ? 0 : place * slotWidth);
      const across = slot + (slotWidth - thick) / 2;
      const [low, high] = [along(model, bar.from), along(model, bar.to)].sort((a, b) => a - b) as [number, number];
      const box = horizontal
        ? {
            left: area.left + low * area.width,
            top: area.top + across,
            width: (high - low) * area.width,
            height: thick,
          }
        : {
            left: area.left + across,
            top: area.top + (1 - high) * area.height,
            width: thick,
            height: (high - low) * area.height,
          };
      return [{ ...box, bar, series: model.series.indexOf(series), category: i }];
    }),
  );
}

/** The bar at a place of the plot; of those that cover each other the last. Null beside all of them. */
export function barAt(plan: BarPlan, at: Pick<PlotPoint, 'x' | 'y'>): (BarPlace & { readonly bar: Bar }) | null {
  const all = boxes(plan);
  const hit = all.findLast((box) => holds(box, at));
  if (hit !== undefined || !plan.model.wholeHighlight) return hit ?? null;
  return all.findLast((box) => holds(acrossPlot(box, plan), at)) ?? null;
}

function holds({ left, top, width, height }: PlotArea, { x, y }: Pick<PlotPoint, 'x' | 'y'>): boolean {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

interface BarBox extends PlotArea, BarPlace {
  readonly bar: Bar;
}

interface BarDrawing extends Pick<BarPlan, 'horizontal' | 'model'> {
  readonly faded: boolean;
  readonly fill: number;
}

function drawBar(context: Surface, box: BarBox, { horizontal, faded, fill, model }: BarDrawing): void {
  const { left, top, width, height, bar } = box;
  const { showValue, radius } = model;
  const thin = Math.min(1, width * 0.1, height * 0.1);
  const inside = {
    ...{ left: left + thin / 2, top: top + thin / 2 },
    ...{ width: Math.max(1, width - thin), height: Math.max(1, height - thin) },
  };
  context.globalAlpha = faded ? 0.2 : 1;
  context.fillStyle = withOpacity(bar.color, Math.max(0.1, fill));
  context.strokeStyle = bar.color;
  barPath(context, inside, { radius, end: outerEnd(bar, horizontal) });
  context.fill();
  context.stroke();
  if (showValue !== 'never') {
    const room = horizontal ? height >= 12 : width >= context.measureText(bar.text).width + 2;
    if (showValue === 'always' || room) {
      context.fillStyle = themeColor('--text');
      context.textAlign = horizontal ? 'left' : 'center';
      context.textBaseline = horizontal ? 'middle' : 'bottom';
      if (horizontal) context.fillText(bar.text, left + width + 4, top + height / 2);
      else context.fillText(bar.text, left + width / 2, Math.max(11, top - 2));
    }
  }
  context.globalAlpha = 1;
}
