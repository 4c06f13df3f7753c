import { expect, it } from 'vitest';
import type { JsonObject } from '#dashboards/dashboard';
import { DARK, panelOf } from '#test/panels';
import { barStyle } from './bar-gauge.ts';

function sizes(options: JsonObject) {
  const input = { panel: panelOf('bargauge', options), theme: DARK } as never;
  const { narrowest, lowest, highest } = barStyle(input, { clientWidth: 300, clientHeight: 200 }, 3);
  return { narrowest, lowest, highest };
}

const WRITTEN = { minVizWidth: 40, minVizHeight: 20, maxVizHeight: 90 };

it('bars have the sizes of their panel where it sets them itself', () => {
  expect(sizes({ ...WRITTEN, sizing: 'manual' })).toEqual({ narrowest: 40, lowest: 20, highest: 90 });
  expect(sizes({ sizing: 'manual' })).toEqual({ narrowest: 8, lowest: 16, highest: 300 });
  expect(sizes({ sizing: 'manual', minVizHeight: 50, maxVizHeight: 30 })).toMatchObject({ lowest: 50, highest: 50 });
  const automatic = { narrowest: 0, lowest: 16, highest: 56 };
  expect(sizes({ ...WRITTEN, sizing: 'auto' })).toEqual(automatic);
  expect(sizes(WRITTEN)).toEqual(automatic);
});
