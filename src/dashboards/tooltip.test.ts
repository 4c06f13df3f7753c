import { describe, expect, it } from 'vitest';
import { panelOf } from '#test/panels';
import { tooltipOptions } from './tooltip.ts';
import { inTooltipOrder } from './tooltip-order.ts';

describe('what a panel shows beside the pointer', () => {
  it('is the value under it where the file says nothing or nonsense', () => {
    const plain = { mode: 'single', sort: 'none', hideZeros: false, most: { width: null, height: null } };
    expect(tooltipOptions(panelOf('timeseries'))).toEqual(plain);
    const tooltip = { mode: 'loud', sort: 7, hideZeros: 'yes', maxHeight: -1, maxWidth: 'wide' };
    expect(tooltipOptions(panelOf('timeseries', { tooltip }))).toEqual(plain);
  });

  it('is as the file says', () => {
    const tooltip = { mode: 'multi', sort: 'desc', hideZeros: true, maxHeight: 200, maxWidth: 300 };
    expect(tooltipOptions(panelOf('barchart', { tooltip }))).toEqual({
      ...{ mode: 'multi', sort: 'desc', hideZeros: true, most: { width: 300, height: 200 } },
    });
  });

  it.each([
    ['none', false, [3, 0, 5]],
    ['asc', false, [0, 3, 5]],
    ['desc', true, [5, 3]],
  ] as const)('is ordered %s, zeros hidden: %s', (sort, hideZeros, order) => {
    expect(inTooltipOrder([3, 0, 5], { sort, hideZeros }, (value) => value)).toEqual(order);
  });
});
