import { describe, expect, it } from 'vitest';
import { panelOf } from '#test/panels';
import { mayThin } from './thinning.ts';

const withCustom = (custom: Readonly<Record<string, string | Readonly<Record<string, string>>>>) =>
  panelOf('timeseries', {}, { custom });

describe('samples may be left out of a picture', () => {
  it('of lines over time', () => {
    expect(mayThin(panelOf('timeseries'))).toBe(true);
    expect(mayThin(withCustom({ drawStyle: 'line', stacking: { mode: 'none' } }))).toBe(true);
  });

  it('not where each sample counts', () => {
    expect(mayThin(panelOf('table'))).toBe(false);
    expect(mayThin(withCustom({ drawStyle: 'bars' }))).toBe(false);
    expect(mayThin(withCustom({ stacking: { mode: 'normal' } }))).toBe(false);
    expect(mayThin(panelOf('timeseries', {}, {}, { transformations: [{ id: 'reduce', options: {} }] }))).toBe(false);
  });

  it('not where an override draws bars or stacks', () => {
    const overridden = (id: string) => {
      const overrides = [{ matcher: { id: 'byName', options: 'a' }, properties: [{ id, value: 'x' }] }];
      return panelOf('timeseries', {}, {}, { fieldConfig: { defaults: {}, overrides } });
    };
    expect(mayThin(overridden('custom.stacking'))).toBe(false);
    expect(mayThin(overridden('custom.lineWidth'))).toBe(true);
  });

  it('not where the legend computes with all of them', () => {
    const withCalcs = (...calcs: string[]) => panelOf('timeseries', { legend: { showLegend: true, calcs } });
    expect(mayThin(withCalcs('min', 'max', 'last', 'lastNotNull'))).toBe(true);
    expect(mayThin(withCalcs('max', 'mean'))).toBe(false);
  });
});
