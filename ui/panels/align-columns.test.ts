import { describe, expect, it } from 'vitest';
import { alignColumns, type TimedColumn } from './align-columns.ts';

function column(points: readonly (readonly [number, number])[], spanned = 0, step: number | null = null): TimedColumn {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
    spanned,
    apart: null,
    step,
  };
}

describe('columns on one time axis', () => {
  it('have a gap where a sample is missing', () => {
    const points = [
      [0, 1],
      [10, 2],
      [40, 3],
    ] as const;
    expect(alignColumns([column(points)])).toEqual({ times: [0, 10, 20, 30, 40], columns: [[1, 2, null, null, 3]] });
    expect(alignColumns([column(points, 30)]).columns).toEqual([[1, 2, 2 + 1 / 3, 2 + 2 / 3, 3]]);
  });

  it('go straight between the samples of a coarser step', () => {
    const fine = column([0, 10, 20, 30, 40].map((time) => [time, time] as const));
    const coarse = column([
      [0, 100],
      [20, 200],
    ]);
    expect(alignColumns([fine, coarse])).toEqual({
      times: [0, 10, 20, 30, 40],
      columns: [
        [0, 10, 20, 30, 40],
        [100, 150, 200, null, null],
      ],
    });
  });

  it('are joined over gaps up to a length that is asked for, and no further', () => {
    const points = [
      [0, 1],
      [10, 2],
      [30, 4],
      [60, 7],
    ] as const;
    const within = { ...column(points, 0, 10), apart: 25 };
    const { times, columns } = alignColumns([within]);
    expect(times.map((time, i) => [time, columns[0]![i]])).toEqual([
      ...[
        [0, 1],
        [10, 2],
        [20, 3],
        [30, 4],
        [40, null],
        [55, null],
        [60, 7],
      ],
    ]);
  });

  it('are apart at every sample where that length is shorter than a step', () => {
    const points = [
      [0, 1],
      [10, 2],
      [20, 3],
    ] as const;
    const single = { ...column(points, 0, 10), apart: 4 };
    expect(alignColumns([single])).toEqual({ times: [0, 4, 10, 14, 20], columns: [[1, null, 2, null, 3]] });
  });

  it('do not join two samples far apart where the step is known', () => {
    const rare = column(
      [
        [10, 1],
        [40, 3],
      ],
      0,
      10,
    );
    expect(alignColumns([rare])).toEqual({ times: [10, 20, 30, 40], columns: [[1, null, null, 3]] });
  });

  it('take NaN and infinities for no value, and single samples', () => {
    const only = column([[5, 1]]);
    const odd = column([
      [0, Number.NaN],
      [10, Number.POSITIVE_INFINITY],
    ]);
    expect(alignColumns([only, odd])).toEqual({
      times: [0, 5, 10],
      columns: [
        [null, 1, null],
        [null, null, null],
      ],
    });
    expect(alignColumns([])).toEqual({ times: [], columns: [] });
  });

  it('do not write out a long gap', () => {
    const { times } = alignColumns([
      column([
        [0, 1],
        [10, 1],
        [1_000_000, 2],
      ]),
    ]);
    expect(times).toEqual([0, 10, 20, 999_990, 1_000_000]);
  });

  it('are the same whether they share their times or have equal ones', () => {
    const times = Float64Array.of(0, 10, 20, 30, 40);
    const columns = [
      [1, 2, 3, 4, 5],
      [1, Number.NaN, 3, Number.POSITIVE_INFINITY, Number.NaN],
    ];
    for (const spanned of [0, 10, 20]) {
      const of = (own: () => Float64Array): TimedColumn[] =>
        columns.map((values) => ({ times: own(), values: Float64Array.from(values), spanned, apart: null, step: 10 }));
      const shared = alignColumns(of(() => times));
      expect(shared).toEqual(alignColumns(of(() => times.slice())));
      expect(shared.columns[1]).toEqual(spanned < 20 ? [1, null, 3, null, null] : [1, 2, 3, null, null]);
    }
  });
});
