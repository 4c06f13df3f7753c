import { createBarGauge } from './bar-gauge.ts';
import { createGauge } from './gauge.ts';
import { createOther } from './other-view.ts';
import type { CreatePanel } from './panel-view.ts';
import { createStat } from './stat.ts';
import { createTable } from './table-view.ts';
import { createText } from './text-view.ts';
import { createTimeSeries } from './time-series.ts';

/** How each type of panel is drawn. */
const PANELS: Readonly<Record<string, CreatePanel>> = {
  timeseries: createTimeSeries,
  stat: createStat,
  gauge: createGauge,
  bargauge: createBarGauge,
  table: createTable,
  text: createText,
};

/** How a type is drawn; types that are not known are named on screen with their data as a table. */
export function panelOf(type: string): CreatePanel {
  return Object.hasOwn(PANELS, type) ? PANELS[type]! : createOther;
}
