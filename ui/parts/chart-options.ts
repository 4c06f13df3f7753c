import type { Link } from '#dashboards/links';
import type { TooltipSize } from '#dashboards/tooltip';
import type { Millis, TimeRange } from '#model/time';

/** A value axis. Hard limits (`min`, `max`) cut; soft ones only widen what the values ask for. */
export interface ChartAxis {
  readonly id: string;
  /** `step` is the distance of the axis' labels, absent in the tooltip: decimals can follow from it. */
  readonly format: (value: number, step?: number) => string;
  readonly side?: 'left' | 'right';
  readonly label?: string;
  readonly hidden?: boolean;
  /** Of its labels and its border; left out: that of texts. */
  readonly color?: string;
  /** Whether lines go from its labels across the plot; left out: those of the first axis do. */
  readonly grid?: boolean;
  /** A line where it meets the plot. */
  readonly border?: boolean;
  /** In pixels; left out: as wide as its labels. */
  readonly width?: number;
  readonly min?: number;
  readonly max?: number;
  readonly softMin?: number;
  readonly softMax?: number;
  /** Zero stands in the middle. */
  readonly centered?: boolean;
  /** Labels at multiples of powers of two, for bytes. */
  readonly binary?: boolean;
  /** Labels at even durations: the values are units of so many seconds. */
  readonly seconds?: number;
  /** The base of a logarithmic axis. */
  readonly log?: 2 | 10;
}

/** A horizontal line at a value, with or without the area above it. */
export interface ChartThreshold {
  readonly value: number;
  readonly color: string;
  readonly line?: boolean;
  readonly dashed?: boolean;
  /** Fills up to the next threshold. */
  readonly area?: boolean;
}

export interface ChartOptions {
  /** At least one; the first is the one of series that name none. */
  readonly axes: readonly ChartAxis[];
  readonly thresholds?: readonly ChartThreshold[];
  /** Charts with the same text show the same instant; left out or null: alone. */
  readonly crosshair?: string | null;
  /** Each of them shows its values at that instant, too. */
  readonly sharesTooltip?: boolean;
  /** `all` (the default) lists every series at the instant, the one under the pointer marked. */
  readonly tooltip?: 'all' | 'nearest' | 'none';
  /** How the rows of a tooltip are ordered; `falling` (the default) has the largest first. */
  readonly tooltipOrder?: 'falling' | 'rising' | 'series';
  /** Leaves series that are zero out of tooltips. */
  readonly hideZeros?: boolean;
  /** Tooltips are no larger than this. */
  readonly tooltipSize?: TooltipSize;
  /** A drag across the chart; without it dragging does nothing. */
  readonly onZoom?: (range: TimeRange) => void;
  /** A double click. */
  readonly onZoomOut?: () => void;
  /** A click on the series under the pointer, or null beside all of them. */
  readonly onSelect?: (series: number | null, time: Millis) => void;
  /** What leads on from a series at one of the times; asked for when the instant is pinned. */
  readonly linksOf?: (series: number, index: number) => Promise<readonly Link[]>;
  /** A click or drag with Ctrl (or Cmd) down: an instant or a while that something is to be said of. */
  readonly onAnnotate?: (range: TimeRange) => void;
  /** A click on the mark of an event (its index). */
  readonly onEvent?: (index: number) => void;
  /** Draws no axes: for tiles. */
  readonly bare?: boolean;
}

/** The axis that a series is measured on: the one it names, else the first. */
export function axisOf({ axes }: ChartOptions, id: string | undefined): ChartAxis {
  return axes.find((axis) => axis.id === id) ?? axes[0]!;
}
