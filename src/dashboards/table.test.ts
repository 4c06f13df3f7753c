import { describe, expect, it } from 'vitest';
import { numberField, stringField } from './columns.ts';
import type { Json } from './dashboard.ts';
import type { DataFrame } from './frames.ts';
import { parseDashboard } from './parse.ts';
import { initialSort, tableCell, tableColumns, tableFooter } from './table.ts';

const THEME = { text: '#dddddd', background: '#000000' };
const FRAME: DataFrame = {
  refId: 'A',
  length: 2,
  fields: [stringField('disk', ['sda', '']), numberField('used', [0.25, Number.NaN])],
};

function panelWith(defaults: Json, { options = {}, overrides = [] }: { options?: Json; overrides?: Json } = {}) {
  const json = { panels: [{ type: 'table', options, fieldConfig: { defaults, overrides } }] };
  return parseDashboard(json as Json, 'x').panels[0]!;
}

function cells(defaults: Json, overrides: Json = []) {
  const columns = tableColumns(panelWith(defaults, { overrides }), FRAME);
  return columns.map((column) => [0, 1].map((line) => tableCell(column, line, THEME)));
}

const plain = { color: null, background: null, share: null };

describe('a table', () => {
  it('writes numbers with their unit, and nothing for no value', () => {
    expect(cells({ unit: 'percentunit', noValue: '-' })).toEqual([
      [
        { ...plain, text: 'sda' },
        { ...plain, text: '-' },
      ],
      [
        { ...plain, text: '25%' },
        { ...plain, text: '-' },
      ],
    ]);
  });

  it('aligns numbers right and leaves out hidden columns', () => {
    const override = { matcher: { id: 'byName', options: 'disk' }, properties: [{ id: 'custom.hidden', value: true }] };
    const shown = (overrides: Json) =>
      tableColumns(panelWith({}, { overrides }), FRAME).map(({ name, align }) => `${name} ${align}`);
    expect(shown([])).toEqual(['disk left', 'used right']);
    expect(shown([override] as Json)).toEqual(['used right']);
  });

  it('colors texts and grounds, and draws gauges', () => {
    const steps = [
      { value: null, color: 'green' },
      { value: 0.2, color: 'dark-red' },
    ];
    const look = (type: string) => {
      const custom = { cellOptions: { type } };
      return cells({ unit: 'percentunit', color: { mode: 'thresholds' }, thresholds: { steps }, custom })[1]![0];
    };
    expect(look('color-text')).toEqual({ ...plain, text: '25%', color: '#c4162a' });
    expect(look('color-background')).toEqual({ ...plain, text: '25%', color: '#ffffff', background: '#c4162a' });
    expect(look('gauge')).toEqual({ text: '25%', color: null, background: '#c4162a', share: 0.25 });
    expect(look('sparkline')).toEqual({ ...plain, text: '25%' });
  });

  it('maps texts', () => {
    const mappings = [{ type: 'value', options: { sda: { text: 'first disk', color: 'blue' } } }];
    expect(cells({ mappings })[0]![0]).toEqual({ ...plain, text: 'first disk', color: '#5794f2' });
  });

  it('sums up below when asked', () => {
    const columns = tableColumns(panelWith({ unit: 'percentunit' }), FRAME);
    expect(tableFooter(panelWith({}), columns)).toBe(null);
    const options = { footer: { show: true, reducer: ['count'] } };
    expect(tableFooter(panelWith({}, { options }), columns)).toEqual(['Count', '1']);
  });

  it('begins sorted as the file says', () => {
    expect(initialSort(panelWith({}, { options: { sortBy: [{ displayName: 'Used', desc: true }] } }))).toEqual({
      column: 'Used',
      descending: true,
    });
    expect(initialSort(panelWith({}))).toBe(null);
  });
});
