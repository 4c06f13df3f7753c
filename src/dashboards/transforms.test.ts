import { beforeAll, describe, expect, it } from 'vitest';
import { numberField, stringField } from './columns.ts';
import type { JsonObject } from './dashboard.ts';
import type { DataFrame, Field } from './frames.ts';
import { loadPatternEngine } from './pattern.ts';
import { transformFrames } from './transforms.ts';

// Only the engine knows that a pattern is not valid.
beforeAll(loadPatternEngine);

function frame(refId: string, ...fields: readonly Field[]): DataFrame {
  return { refId, fields, length: fields[0]?.values.length ?? 0 };
}

function times(...values: readonly number[]): Field {
  return { name: 'Time', labels: {}, type: 'time', values: Float64Array.from(values) };
}

function labelled(name: string, labels: Readonly<Record<string, string>>, ...values: readonly number[]): Field {
  return { name, labels, type: 'number', values: Float64Array.from(values) };
}

/** Frames after one step, as columns by name. */
function applied(id: string, options: JsonObject, frames: readonly DataFrame[]): Record<string, (number | string)[]>[] {
  const result = transformFrames(frames, [{ id, options }]);
  expect(result.unknown).toEqual([]);
  return result.frames.map(({ fields, length }) => {
    for (const { values } of fields) expect(values).toHaveLength(length);
    return Object.fromEntries(fields.map(({ name, values }) => [name, Array.from<number | string>(values)]));
  });
}

const DISKS = frame('A', stringField('disk', ['sda', 'sdb']), numberField('size', [10, 20]));

describe('transformations', () => {
  it('that are not known change nothing and are named', () => {
    const steps = [
      { id: 'organize', options: { excludeByName: { disk: true } } },
      { id: 'heatmap', options: {} },
    ];
    expect(transformFrames([DISKS], steps)).toEqual({ frames: [DISKS], unknown: ['heatmap'] });
  });

  it('organize leaves out, orders and renames', () => {
    const options = {
      excludeByName: { Time: true },
      indexByName: { size: 0, disk: 1 },
      renameByName: { size: 'Size' },
    };
    const result = applied('organize', options, [frame('A', times(1, 2), ...DISKS.fields)]);
    expect(result).toEqual([{ Size: [10, 20], disk: ['sda', 'sdb'] }]);
    expect(Object.keys(result[0]!)).toEqual(['Size', 'disk']);
  });

  it('filterFieldsByName takes names and patterns', () => {
    expect(applied('filterFieldsByName', { include: { names: ['size'] } }, [DISKS])).toEqual([{ size: [10, 20] }]);
    expect(applied('filterFieldsByName', { include: { pattern: '^d' } }, [DISKS])).toEqual([{ disk: ['sda', 'sdb'] }]);
    expect(applied('filterFieldsByName', { exclude: { pattern: '/^D/i' } }, [DISKS])).toEqual([{ size: [10, 20] }]);
    expect(applied('filterFieldsByName', { include: { pattern: '(' } }, [DISKS])).toEqual([]);
  });

  it('renameByRegex replaces in names, with groups', () => {
    const frames = [frame('A', times(1), labelled('node_disk_read', {}, 1))];
    expect(applied('renameByRegex', { regex: 'node_(.*)', renamePattern: 'the $1' }, frames)).toEqual([
      { Time: [1], 'the disk_read': [1] },
    ]);
  });

  it('merge makes one line of what agrees in the common columns', () => {
    const used = frame('B', stringField('disk', ['sdb', 'sdc']), numberField('used', [5, 6]));
    expect(applied('merge', {}, [DISKS, used, frame('C', times(), numberField('Value #C', []))])).toEqual([
      { disk: ['sda', 'sdb', 'sdc'], size: [10, 20, Number.NaN], used: [Number.NaN, 5, 6] },
    ]);
  });

  it('merge keeps lines apart that differ in a column of the same name', () => {
    const other = frame('B', stringField('disk', ['sda']), numberField('size', [11]));
    expect(applied('merge', {}, [DISKS, other])).toEqual([{ disk: ['sda', 'sdb', 'sda'], size: [10, 20, 11] }]);
  });

  it('joinByField lays columns side by side, outer or inner', () => {
    const a = frame('A', times(1, 2), labelled('x', {}, 10, 20));
    const b = frame('B', times(2, 3), labelled('x', {}, 7, 8));
    expect(applied('joinByField', {}, [a, b])).toEqual([
      { Time: [1, 2, 3], 'x 1': [10, 20, Number.NaN], 'x 2': [Number.NaN, 7, 8] },
    ]);
    expect(applied('seriesToColumns', { byField: 'Time', mode: 'inner' }, [a, b])).toEqual([
      { Time: [2], 'x 1': [20], 'x 2': [7] },
    ]);
    const mounts = frame('B', stringField('disk', ['sdb']), stringField('mount', ['/']));
    expect(applied('joinByField', { byField: 'disk' }, [DISKS, mounts])).toEqual([
      { disk: ['sda', 'sdb'], size: [10, 20], mount: ['', '/'] },
    ]);
  });

  it('reduce makes a line per series or per frame', () => {
    const frames = [
      frame('A', times(1, 2), labelled('a', { disk: 'sda' }, 1, 3)),
      frame('A', times(1, 2), labelled('b', { disk: 'sdb' }, 5, Number.NaN)),
    ];
    expect(applied('reduce', { reducers: ['max', 'lastNotNull', 'nonsense'], labelsToFields: true }, frames)).toEqual([
      { Field: ['a', 'b'], disk: ['sda', 'sdb'], Max: [3, 5], 'Last *': [3, 5] },
    ]);
    expect(applied('reduce', { reducers: ['mean'], mode: 'reduceFields' }, frames)).toEqual([{ a: [2] }, { b: [5] }]);
  });

  it('groupBy calculates over groups', () => {
    const data = frame(
      'A',
      stringField('job', ['x', 'y', 'x']),
      numberField('v', [1, 2, 4]),
      stringField('pod', ['p', 'q', 'r']),
    );
    const options = {
      fields: {
        job: { operation: 'groupby', aggregations: [] },
        v: { operation: 'aggregate', aggregations: ['sum', 'max'] },
        pod: { operation: 'aggregate', aggregations: ['count', 'last'] },
      },
    };
    expect(applied('groupBy', options, [data])).toEqual([
      { job: ['x', 'y'], 'v (sum)': [5, 2], 'v (max)': [4, 2], 'pod (count)': [2, 1], 'pod (last)': ['r', 'q'] },
    ]);
    expect(applied('groupBy', {}, [DISKS])).toEqual([{ disk: ['sda', 'sdb'], size: [10, 20] }]);
  });

  it('calculateField adds or replaces columns', () => {
    const a = frame('A', times(1, 2), labelled('a', {}, 1, 3));
    const b = frame('B', times(1, 2), labelled('b', {}, 5, 4));
    const mean = { mode: 'reduceRow', reduce: { reducer: 'mean' }, alias: 'both', replaceFields: true };
    expect(applied('calculateField', mean, [a, b])).toEqual([{ Time: [1, 2], both: [3, 3.5] }]);
    const binary = { mode: 'binary', binary: { left: 'a', operator: '/', right: { fixed: '2' } } };
    expect(applied('calculateField', binary, [a])).toEqual([{ Time: [1, 2], a: [1, 3], 'a / 2': [0.5, 1.5] }]);
    const matched = {
      mode: 'binary',
      binary: { left: { matcher: { id: 'byName', options: 'b' } }, operator: '-', right: 'a' },
    };
    expect(applied('calculateField', matched, [a, b])[0]!['b - a']).toEqual([4, 1]);
    expect(
      applied('calculateField', { mode: 'unary', unary: { operator: 'abs', fieldName: 'a' } }, [a])[0]!['abs(a)'],
    ).toEqual([1, 3]);
    expect(
      applied('calculateField', { mode: 'binary', binary: { left: 'gone', operator: '+', right: 'a' } }, [a]),
    ).toEqual([{ Time: [1, 2], a: [1, 3] }]);
  });

  it('sortBy orders lines, those without a value last', () => {
    const data = frame('A', stringField('n', ['b', 'a', 'c']), numberField('v', [2, Number.NaN, 1]));
    expect(applied('sortBy', { sort: [{ field: 'v', desc: true }] }, [data])).toEqual([
      { n: ['b', 'c', 'a'], v: [2, 1, Number.NaN] },
    ]);
    expect(applied('sortBy', { sort: [{ field: 'n' }] }, [data])[0]!['n']).toEqual(['a', 'b', 'c']);
    expect(applied('sortBy', { sort: [{ field: 'gone' }] }, [data])[0]!['n']).toEqual(['b', 'a', 'c']);
  });

  it('limit, labelsToFields and seriesToRows reshape', () => {
    expect(applied('limit', { limitField: 1 }, [DISKS])).toEqual([{ disk: ['sda'], size: [10] }]);
    const series = frame('A', times(1, 2), labelled('v', { disk: 'sda' }, 5, 6));
    expect(applied('labelsToFields', {}, [series])).toEqual([{ Time: [1, 2], disk: ['sda', 'sda'], v: [5, 6] }]);
    expect(applied('labelsToFields', { mode: 'rows' }, [series])).toEqual([{ label: ['disk'], value: ['sda'] }]);
    expect(applied('labelsToFields', { valueLabel: 'disk' }, [series])).toEqual([{ Time: [1, 2], sda: [5, 6] }]);
    expect(applied('seriesToRows', {}, [series])).toEqual([{ Time: [2, 1], Metric: ['v', 'v'], Value: [6, 5] }]);
  });
});
