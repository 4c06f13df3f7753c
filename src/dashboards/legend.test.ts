import { describe, expect, it } from 'vitest';
import { numberField } from './columns.ts';
import type { Json } from './dashboard.ts';
import { fieldConfig } from './field-config.ts';
import { legendColumns, legendEntries, legendOptions } from './legend.ts';
import { parseDashboard } from './parse.ts';

function panelWith(legend: Json) {
  const json = { panels: [{ type: 'timeseries', options: { legend }, fieldConfig: { defaults: { unit: 's' } } }] };
  return parseDashboard(json as Json, 'x').panels[0]!;
}

function entries(legend: Json): string[] {
  const panel = panelWith(legend);
  const all = [
    { name: 'b', values: [1, 9] },
    { name: 'a', values: [5, Number.NaN] },
    { name: 'c', values: [Number.NaN] },
  ].map(({ name, values }, series) => {
    const field = numberField(name, values);
    return {
      name,
      values,
      series,
      color: '#000000',
      config: fieldConfig(panel, { refId: 'A', fields: [field], length: 1 }, field),
    };
  });
  return legendEntries(all, legendOptions(panel)).map(({ name, series, values }) =>
    `${series} ${name} ${values.join(' ')}`.trim(),
  );
}

describe('a legend', () => {
  it('keeps the order of the series unless told otherwise', () => {
    expect(entries({ calcs: [] })).toEqual(['0 b', '1 a', '2 c']);
    expect(entries({ calcs: ['max'], sortBy: 'nonsense' })).toEqual(['0 b 9 s', '1 a 5 s', '2 c']);
  });

  it('sorts by a calculation, series without a value last', () => {
    expect(entries({ calcs: ['lastNotNull', 'max'], sortBy: 'Max', sortDesc: true })).toEqual([
      '0 b 9 s 9 s',
      '1 a 5 s 5 s',
      '2 c',
    ]);
    expect(entries({ calcs: ['max'], sortBy: 'max', sortDesc: false })).toEqual(['1 a 5 s', '0 b 9 s', '2 c']);
    expect(entries({ calcs: ['max'], sortBy: 'Name' })).toEqual(['1 a 5 s', '0 b 9 s', '2 c']);
  });

  it('names its columns and ignores calculations that do not exist', () => {
    expect(legendColumns(legendOptions(panelWith({ calcs: ['lastNotNull', 'nonsense', 'p95'] })))).toEqual([
      'Last *',
      '95th %',
    ]);
  });

  it('can be hidden, in the words of today and of before', () => {
    expect(legendOptions(panelWith({ showLegend: false })).mode).toBe('hidden');
    expect(legendOptions(panelWith({ displayMode: 'hidden' })).mode).toBe('hidden');
    expect(legendOptions(panelWith({ displayMode: 'table', placement: 'right', width: 200 }))).toMatchObject({
      mode: 'table',
      placement: 'right',
      width: 200,
    });
    expect(legendOptions(panelWith(null)).mode).toBe('list');
  });
});
