import { describe, expect, it } from 'vitest';
import { DARK, panelOf, series } from '#test/panels';
import { pieModel } from './pie.ts';

const frames = [series('a', [[0, 1]]), series('b', [[0, 3]]), series('c', [[0, 0]]), series('d', [[0, Number.NaN]])];

describe('a pie', () => {
  it('is made of the positive values, the largest first', () => {
    const { slices, donut } = pieModel(panelOf('piechart', { pieType: 'donut' }), frames, DARK);
    expect(donut).toBe(true);
    expect(slices.map(({ value, share, start, percent }) => [value.name, share, start, percent])).toEqual([
      ['b', 0.75, 0, '75%'],
      ['a', 0.25, 0.75, '25%'],
    ]);
  });

  it('sorts as its panel says', () => {
    const names = (sort: string) =>
      pieModel(panelOf('piechart', { sort }), frames, DARK).slices.map(({ value }) => value.name);
    expect([names('asc'), names('none')]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('writes on its slices what it knows', () => {
    const { labels } = pieModel(
      panelOf('piechart', { displayLabels: ['percent', '', 'wrong', 3, 'name'] }),
      frames,
      DARK,
    );
    expect(labels).toEqual(['percent', 'name']);
  });

  it('has a legend of values and percents', () => {
    const options = { legend: { displayMode: 'table', values: ['percent', 'value'] } };
    const { legend, legendOptions } = pieModel(panelOf('piechart', options, { unit: 's' }), frames, DARK);
    expect(legendOptions.columns).toEqual(['Percent', 'Value']);
    expect(legend.map(({ name, values, numbers }) => [name, values, numbers])).toEqual([
      ['b', ['75%', '3 s'], [0.75, 3]],
      ['a', ['25%', '1 s'], [0.25, 1]],
    ]);
  });
});
