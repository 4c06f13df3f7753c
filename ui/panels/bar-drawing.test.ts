import { expect, it } from 'vitest';
import { barChartModel } from '#dashboards/bar-chart';
import type { JsonObject } from '#dashboards/dashboard';
import { DARK, panelOf, tableOf } from '#test/panels';
import { barAt } from './bar-drawing.ts';

/** Two bars of 1 and 2 on a plot of 100 by 200 pixels, each as wide as its half. */
function pointed(x: number, y: number, options: JsonObject = {}) {
  const panel = panelOf('barchart', { groupWidth: 1, barWidth: 1, ...options }, { min: 0, max: 2 });
  const model = barChartModel(panel, [tableOf({ name: ['x', 'y'], in: [1, 2] })], DARK);
  const area = { left: 0, top: 0, width: 100, height: 200 };
  const plan = { model, shown: model.series, area, below: 0, horizontal: options['orientation'] === 'horizontal' };
  return barAt(plan, { x, y })?.category ?? null;
}

it('the pointer finds a bar on it', () => {
  expect([pointed(25, 150), pointed(75, 50), pointed(25, 50)]).toEqual([0, 1, null]);
});

it('the pointer finds a bar that reaches across the plot above it, too', () => {
  const whole = { fullHighlight: true };
  expect([pointed(25, 50, whole), pointed(25, 150, whole), pointed(75, 199, whole)]).toEqual([0, 0, 1]);
  expect(pointed(90, 50, { ...whole, orientation: 'horizontal' })).toBe(0);
  expect(pointed(90, 50, { orientation: 'horizontal' })).toBeNull();
});
