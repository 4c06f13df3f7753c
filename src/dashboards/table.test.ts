import { describe, expect, it } from 'vitest';
import { numberField, stringField } from './columns.ts';
import type { Json } from './dashboard.ts';
import type { DataFrame } from './frames.ts';
import { parseDashboard } from './parse.ts';
import { initialSort, isPaged, tableCell, tableColumns, tableFooter } from './table.ts';
import { filteredLines } from './table-filter.ts';

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
  const columns = tableColumns(panelWith(defaults, { overrides }), FRAME, [FRAME]);
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
      tableColumns(panelWith({}, { overrides }), FRAME, [FRAME]).map(({ name, align }) => `${name} ${align}`);
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
    expect(look('pill')).toEqual(look('color-background'));
    expect(look('sparkline')).toEqual({ ...plain, text: '25%' });
    expect(look('json-view')).toEqual({ ...plain, text: '25%' });
  });

  it('measures gauges on all numbers of the panel, or on those of their own column', () => {
    const other: DataFrame = { refId: 'B', length: 1, fields: [numberField('total', [8])] };
    const frame: DataFrame = { refId: 'A', length: 2, fields: [numberField('used', [2, 4])] };
    const shares = (defaults: Json) => {
      const panel = panelWith({ custom: { cellOptions: { type: 'gauge' } }, ...(defaults as object) });
      const [column] = tableColumns(panel, frame, [frame, other]);
      return [0, 1].map((line) => tableCell(column!, line, THEME).share);
    };
    expect(shares({ min: 0 })).toEqual([0.25, 0.5]);
    expect(shares({ min: 0, fieldMinMax: true })).toEqual([0.5, 1]);
    expect(shares({})).toEqual([0, 1 / 3]);
  });

  it('maps texts', () => {
    const mappings = [{ type: 'value', options: { sda: { text: 'first disk', color: 'blue' } } }];
    expect(cells({ mappings })[0]![0]).toEqual({ ...plain, text: 'first disk', color: '#5794f2' });
  });

  it('sums up below when asked', () => {
    const columns = tableColumns(panelWith({ unit: 'percentunit' }), FRAME, [FRAME]);
    expect(tableFooter(panelWith({}), columns)).toBe(null);
    const options = { footer: { show: true, reducer: ['count'] } };
    expect(tableFooter(panelWith({}, { options }), columns)).toEqual(['Count', '1']);
    const several = { footer: { show: true, reducer: ['min', 'max'] } };
    expect(tableFooter(panelWith({}, { options: several }), columns)).toEqual(['', 'Min 25%  Max 25%']);
  });

  it('knows which columns can be filtered, and whether it has pages', () => {
    const override = {
      matcher: { id: 'byName', options: 'disk' },
      properties: [{ id: 'custom.filterable', value: true }],
    };
    const columns = tableColumns(panelWith({}, { overrides: [override] as Json }), FRAME, [FRAME]);
    expect(columns.map(({ filterable }) => filterable)).toEqual([true, false]);
    expect(isPaged(panelWith({}))).toBe(false);
    expect(isPaged(panelWith({}, { options: { footer: { enablePagination: true } } }))).toBe(true);
  });

  it('keeps the lines that pass what was typed', () => {
    const columns = tableColumns(panelWith({ unit: 'percentunit' }), FRAME, [FRAME]);
    const kept = (name: string, typed: string) => filteredLines([1, 0], columns, new Map([[name, typed]]));
    expect(kept('disk', 'SD')).toEqual([0]);
    expect(kept('disk', ' ')).toEqual([1, 0]);
    expect(kept('used', '25%')).toEqual([0]);
    expect(kept('used', '>= 0.25')).toEqual([0]);
    expect(kept('used', '< 0.25')).toEqual([]);
    expect(kept('gone', 'x')).toEqual([1, 0]);
  });

  it('begins sorted as the file says', () => {
    expect(initialSort(panelWith({}, { options: { sortBy: [{ displayName: 'Used', desc: true }] } }))).toEqual({
      column: 'Used',
      descending: true,
    });
    expect(initialSort(panelWith({}))).toBe(null);
  });
});
