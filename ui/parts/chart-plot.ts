import uPlot from 'uplot';
import { currentTimeZone } from '../state/preferences.ts';
import { BINARY_STEPS, durationSteps } from './axis-steps.ts';
import { drawAnnotations } from './chart-annotations.ts';
import { areaStyle, lineStyle, withOpacity } from './chart-colors.ts';
import { type ChartBand, type ChartSeries, isEmpty } from './chart-data.ts';
import { markExemplars } from './chart-exemplars.ts';
import { answerPointer, followPointer, listenToPointer } from './chart-hover.ts';
import type { ChartAxis } from './chart-options.ts';
import type { ChartState } from './chart-state.ts';
import { lonelyPoints } from './lonely-points.ts';
import { straightLines } from './straight-lines.ts';
import { TIME_STEPS, timeAxisLabels, timeTicks } from './time-axis.ts';

/** How uPlot is to draw a chart; hooks and styles read the state when they are called. */
export function plotOptions(
  state: ChartState,
  size: { readonly width: number; readonly height: number },
  bands: readonly ChartBand[],
): uPlot.Options {
  const { options, data } = state;
  const { series, range } = data!;
  const zooms = options.onZoom !== undefined;
  return {
    ...size,
    ms: 1,
    pxAlign: false,
    legend: { show: false },
    padding: options.bare === true ? [2, 0, 2, 0] : [8, 16, 0, 0],
    focus: { alpha: 0.15 },
    cursor: {
      x: true,
      y: false,
      points: { one: true, size: 6 },
      focus: { prox: -1 },
      drag: { x: zooms, y: false, setScale: false, dist: 6 },
      bind: {
        // uPlot's own double click would reset the scales to the data.
        dblclick: () => () => {
          options.onZoomOut?.();
          return null;
        },
      },
    },
    scales: {
      x: {
        time: true,
        min: range.start,
        max: range.end,
        range: () => [state.data!.range.start, state.data!.range.end],
      },
      ...Object.fromEntries(options.axes.map((axis) => [axis.id, valueScale(axis)])),
    },
    axes: options.bare === true ? [{ show: false }, { show: false }] : [timeAxis(state), ...valueAxes(state)],
    series: [{}, ...series.map((one, i) => seriesOptions(state, one, i))],
    bands: bands.map((band) => bandOptions(band, series)),
    hooks: {
      drawClear: [(plot) => drawThresholds(plot, state, 'area')],
      draw: [
        (plot) => drawThresholds(plot, state, 'line'),
        (plot) => drawAnnotations(plot, state),
        (plot) => markExemplars(plot, state),
        () => markReady(state),
      ],
      setCursor: [(plot) => followPointer(plot, state)],
      setSelect: [(plot) => answerPointer(({ selectionMade }) => selectionMade(plot, state))],
      ready: [(plot) => listenToPointer(plot, state)],
    },
  };
}

function markReady({ root, data }: ChartState): void {
  root.dataset['panelReady'] = data !== null && isEmpty(data) ? 'empty' : '';
}

function seriesOptions(state: ChartState, series: ChartSeries, index: number): uPlot.Series {
  const { shape = 'linear', width = 1.25, fill = 0, points = 'auto' } = series;
  const current = (): ChartSeries => state.data?.series[index] ?? series;
  const paths = linePaths(shape, series.bars);
  const lonely = (plot: uPlot, place: number, shown: boolean, gaps?: number[][] | null): number[] | null => {
    const drawn = plot.series[place]?.idxs;
    if (shown || shape === 'bars' || drawn === undefined) return null;
    const at = (i: number): number => plot.valToPos(plot.data[0][i]!, 'x');
    return lonelyPoints({ values: plot.data[place]!, at, gaps: (gaps ?? []).length > 0 }, drawn as [number, number]);
  };
  const scale = series.axis ?? state.options.axes[0]!.id;
  return {
    label: String(index),
    scale,
    show: series.hidden !== true,
    stroke: (plot) => lineStyle(plot, scale, current()),
    width: shape === 'points' ? 0 : width,
    spanGaps: series.spanGaps === true,
    points: {
      size: series.pointSize ?? 4,
      ...(points === 'auto' && shape !== 'points' ? { filter: lonely } : { show: points !== 'never' }),
      stroke: () => current().color,
      fill: () => current().color,
    },
    ...(series.dash === undefined ? {} : { dash: [...series.dash] }),
    ...(fill > 0 ? { fill: (plot) => areaStyle(plot, scale, current()) } : {}),
    paths,
  };
}

function linePaths(shape: ChartSeries['shape'], bar: ChartSeries['bars']): uPlot.Series.PathBuilder {
  const { spline, stepped, bars } = uPlot.paths;
  if (shape === 'smooth') return spline!();
  if (shape === 'step-after') return stepped!({ align: 1 });
  if (shape === 'step-before') return stepped!({ align: -1 });
  if (shape === 'bars') return bars!({ size: [bar?.width ?? 0.8, 64], align: bar?.align ?? 0 });
  return shape === 'points' ? () => null : straightLines;
}

/** The filled area between two stacked neighbours. */
export function bandOptions(band: { upper: number; lower: number }, series: readonly ChartSeries[]): uPlot.Band {
  const { color, fill = 0, negate, fillTo } = series[band.upper]!;
  return {
    series: [band.upper + 1, band.lower + 1],
    fill: withOpacity(color, fill),
    ...(fillTo === undefined ? { dir: negate === true ? 1 : -1 } : {}),
  };
}

function valueScale({ min, max, softMin, softMax, log, centered }: ChartAxis): uPlot.Scale {
  return {
    ...(log === undefined ? {} : { distr: 3, log }),
    range: (_plot, dataMin: number | null, dataMax: number | null) => {
      if (dataMin === null || dataMax === null) return [min ?? softMin ?? 0, max ?? softMax ?? 1];
      if (log !== undefined) {
        const [low, high] = uPlot.rangeLog(Math.max(dataMin, Number.MIN_VALUE), dataMax, log, false);
        return [min ?? low, max ?? high];
      }
      const low = softMin === undefined ? dataMin : Math.min(softMin, dataMin);
      const high = softMax === undefined ? dataMax : Math.max(softMax, dataMax);
      const [nearLow, nearHigh] = uPlot.rangeNum(low, high, {
        min: { pad: low === softMin ? 0 : 0.08, soft: 0, mode: 3 },
        max: { pad: high === softMax ? 0 : 0.08, soft: 0, mode: 3 },
      });
      if (centered === true) {
        const size = Math.max(Math.abs(nearLow!), Math.abs(nearHigh!));
        return [min ?? -size, max ?? size];
      }
      return [min ?? nearLow, max ?? nearHigh];
    },
  } as uPlot.Scale;
}

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

function timeAxis(state: ChartState): uPlot.Axis {
  return {
    stroke: () => state.colors.text,
    font: FONT,
    size: 22,
    gap: 4,
    space: 72,
    incrs: [...TIME_STEPS],
    splits: (_plot, _axis, min, max, step) => timeTicks({ start: min, end: max }, step, currentTimeZone()),
    values: (_plot, splits) => timeAxisLabels(splits, currentTimeZone()),
    grid: { stroke: () => state.colors.grid, width: 1 },
    ticks: { stroke: () => state.colors.grid, width: 1, size: 3 },
  };
}

function valueAxes(state: ChartState): uPlot.Axis[] {
  return state.options.axes.map((axis, i) => ({
    scale: axis.id,
    show: axis.hidden !== true,
    side: axis.side === 'right' ? 1 : 3,
    stroke: () => axis.color ?? state.colors.text,
    font: FONT,
    gap: 6,
    space: 28,
    size: (_plot, values) => axis.width ?? 14 + 6.4 * Math.max(2, ...(values ?? []).map((text) => text.length)),
    values: (_plot, splits, _axis, _space, step) =>
      splits.map((value) => (value === null ? '' : state.options.axes[i]!.format(value, step))),
    ...(axis.binary === true ? { incrs: BINARY_STEPS } : {}),
    ...(axis.seconds === undefined ? {} : { incrs: durationSteps(axis.seconds) }),
    ...(axis.label === undefined ? {} : { label: axis.label, labelSize: 18, labelFont: FONT }),
    ...(axis.border === true
      ? { border: { show: true, stroke: () => axis.color ?? state.colors.text, width: 1 } }
      : {}),
    grid: { show: axis.grid ?? i === 0, stroke: () => state.colors.grid, width: 1 },
    ticks: { show: false },
  }));
}

function drawThresholds(plot: uPlot, { options }: ChartState, what: 'line' | 'area'): void {
  const { ctx, bbox } = plot;
  const scale = options.axes[0]!.id;
  const thresholds = options.thresholds ?? [];
  if (!thresholds.some((threshold) => threshold[what] === true)) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  thresholds.forEach((threshold, i) => {
    if (threshold[what] !== true) return;
    const y = Number.isFinite(threshold.value)
      ? plot.valToPos(threshold.value, scale, true)
      : bbox.top + bbox.height + 1;
    if (what === 'line') {
      ctx.strokeStyle = threshold.color;
      ctx.lineWidth = uPlot.pxRatio;
      ctx.setLineDash(threshold.dashed === true ? [6 * uPlot.pxRatio, 4 * uPlot.pxRatio] : []);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    } else {
      const next = thresholds[i + 1];
      const top = next === undefined ? bbox.top : plot.valToPos(next.value, scale, true);
      ctx.fillStyle = withOpacity(threshold.color, 0.1);
      ctx.fillRect(bbox.left, top, bbox.width, y - top);
    }
  });
  ctx.restore();
}
