import type { Bar, BarModel } from '#dashboards/bar-chart';
import { niceTicks } from '#dashboards/ticks';
import { withOpacity } from '../parts/chart-colors.ts';
import { themeColor } from '../state/theme.ts';
import { clippedText, type PlotArea, type PlotSize, widestText } from './canvas-plot.ts';
import type { Surface } from './surface.ts';

/** What is drawn of a model, and where. */
export interface BarPlan {
  readonly model: BarModel;
  /** The series that are not hidden. */
  readonly shown: BarModel['series'];
  /** Where bars stand, inside of the axes. */
  readonly area: PlotArea;
  readonly horizontal: boolean;
}

const AXIS = 20;

/** Draws bars with their axes; all series but `focus` are faded unless it is null. */
export function drawBars(
  context: Surface,
  { model, shown, focus }: Pick<BarPlan, 'model' | 'shown'> & { readonly focus: number | null },
  { width, height }: PlotSize,
): BarPlan {
  const horizontal = model.horizontal === 'auto' ? height > width * 1.2 : model.horizontal;
  const ticks = niceTicks(model.min, model.max, Math.max(2, (horizontal ? width : height) / 60), model.binary);
  const wide = widestText(context, horizontal ? model.categories : ticks.map(model.format));
  const left = Math.min(width * 0.4, wide + 16);
  const area = { left, top: 8, width: width - left - 12, height: height - AXIS - 8 };
  const plan = { model, shown, area, horizontal };
  drawValueAxis(context, plan, ticks);
  drawCategories(context, plan);
  for (const box of boxes(plan)) {
    const { fill } = model.series[box.series]!;
    const faded = focus !== null && focus !== box.series;
    drawBar(context, box, { horizontal, faded, fill, showValue: model.showValue });
  }
  return plan;
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

/** Names of categories at their middles; the ends of buckets between them. */
function drawCategories(context: Surface, { model, area, horizontal }: BarPlan): void {
  const { categories, edges } = model;
  const room = (horizontal ? area.height : area.width) / placesOf(model);
  const needed = horizontal ? 13 : Math.min(120, widestText(context, categories) + 8);
  const every = Math.max(1, Math.ceil((edges || horizontal ? needed : Math.min(needed, 40)) / room));
  context.fillStyle = themeColor('--text-dim');
  context.textAlign = horizontal ? 'right' : 'center';
  context.textBaseline = horizontal ? 'middle' : 'top';
  categories.forEach((category, i) => {
    if (i % every !== 0) return;
    const place = (edges ? i : i + 0.5) * room;
    if (horizontal) context.fillText(clippedText(context, category, area.left - 10), area.left - 6, area.top + place);
    else {
      const text = edges ? category : clippedText(context, category, room * every - 4);
      context.fillText(text, area.left + place, area.top + area.height + 5);
    }
  });
}

function boxes({ model, shown, area, horizontal }: BarPlan): BarBox[] {
  const room = (horizontal ? area.height : area.width) / placesOf(model);
  const beside = model.stacked || model.edges ? 1 : Math.max(1, shown.length);
  const thick = (room * model.groupWidth) / beside;
  return shown.flatMap((series, place) =>
    series.bars.flatMap((bar, i): BarBox[] => {
      if (bar === null) return [];
      const across = i * room + (room * (1 - model.groupWidth)) / 2 + (beside === 1 ? 0 : place * thick);
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

interface BarBox extends PlotArea {
  readonly bar: Bar;
  readonly series: number;
  readonly category: number;
}

interface BarDrawing {
  readonly horizontal: boolean;
  readonly faded: boolean;
  readonly fill: number;
  readonly showValue: BarModel['showValue'];
}

function drawBar(context: Surface, box: BarBox, { horizontal, faded, fill, showValue }: BarDrawing): void {
  const { left, top, width, height, bar } = box;
  const thin = Math.min(1, width * 0.1, height * 0.1);
  context.globalAlpha = faded ? 0.2 : 1;
  context.fillStyle = withOpacity(bar.color, Math.max(0.1, fill));
  context.fillRect(left + thin / 2, top + thin / 2, Math.max(1, width - thin), Math.max(1, height - thin));
  context.strokeStyle = bar.color;
  context.strokeRect(left + thin / 2, top + thin / 2, Math.max(1, width - thin), Math.max(1, height - thin));
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
