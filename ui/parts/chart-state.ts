import type uPlot from 'uplot';
import { themeColor } from '../state/theme.ts';
import type { ChartData } from './chart-data.ts';
import type { ChartOptions } from './chart-options.ts';
import type { ExemplarMarks } from './exemplar-marks.ts';

/** What a chart is between two calls. The parts of its drawing share it; nobody else sees it. */
export interface ChartState {
  readonly root: HTMLElement;
  options: ChartOptions;
  data: ChartData | null;
  plot: uPlot | null;
  /** What the drawing object was built for. */
  key: string;
  colors: ChartColors;
  /** A click keeps the crosshair and its tooltip where they are. */
  pinned: boolean;
  /** Where and with which keys the button of the pointer went down last. */
  pressed: MouseEvent | null;
  /** The marks of exemplars; null before the first. */
  marks: ExemplarMarks | null;
  /** Its values at the instant that the pointer has on another chart; null before the first. */
  shared: HTMLElement | null;
}

/** The colours of the theme in use. */
export interface ChartColors {
  readonly grid: string;
  readonly text: string;
}

/** Asks the theme; canvases do not follow CSS by themselves. */
export function readColors(): ChartColors {
  return { grid: themeColor('--grid'), text: themeColor('--text-dim') };
}
