import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelHeap } from '#lib/kernel-heap';
import { Labels } from '#model/labels';
import { Annotations } from '../annotations.ts';
import { accumulatorFor } from '../exec/accumulators.ts';
import { type ColumnRow, PassingRow } from '../exec/batch.ts';
import { WindowPlaces } from '../exec/window-places.ts';
import { columnsKernel } from './columns-kernel.ts';
import { rateFunction } from './rate.ts';

const heap = kernelHeap()!;
const MOST = 200;
const place = { t: heap.alloc(8 * MOST), v: heap.alloc(8 * MOST), kind: heap.alloc(MOST) };
const notes = { annotations: new Annotations(''), span: { start: 0, end: 0 } };

const number = fc.oneof(
  // Of these, sums are rounded and what was lost shows again.
  { weight: 4, arbitrary: fc.constantFrom(0.1, 0.2, 0.7, 1, 3, 1e16, -1e16, -0.3) },
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: 0, max: 1e6 }),
  fc.double(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 1e300, -1e300, 5e-324, 1e-300, 1e16),
);

/** Mostly rising, sometimes not. */
const counter = fc
  .tuple(
    fc.nat(50),
    fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(40) }, fc.integer({ min: -100, max: 3 })), { maxLength: MOST }),
  )
  .map(([first, rises]) => {
    let v = first;
    return rises.map((rise) => {
      v = Math.max(0, v + rise);
      return v;
    });
  });

/** Never falls, and begins near zero. */
const rising = fc.array(fc.nat(3), { minLength: 40, maxLength: MOST }).map((rises) => {
  let v = 0;
  return rises.map((rise) => (v += rise));
});

const samples = fc.oneof(rising, counter, fc.array(number, { maxLength: MOST }));
const gaps = fc.oneof({ weight: 9, arbitrary: fc.constant(15_000) }, fc.integer({ min: 1, max: 200_000 }));

/** The bits of both columns, for NaN and the sign of zero. */
function bitsOf(values: Float64Array, present: Uint8Array): unknown {
  return Array.from(values, (value, i) => (present[i] === 1 ? (Object.is(value, -0) ? '-0' : value) : null));
}

describe('rates computed by the kernel', () => {
  it.each([
    { counter: true, perSecond: true },
    { counter: true, perSecond: false },
    { counter: false, perSecond: false },
  ])('are those of TypeScript: %o', (kind) => {
    const apply = rateFunction(kind);
    const property = fc.property(
      samples,
      fc.oneof(fc.constant(new Array<number>(MOST).fill(15_000)), fc.array(gaps, { minLength: MOST, maxLength: MOST })),
      fc.constantFrom(15_000, 30_000, 7_000),
      fc.constantFrom(60_000, 300_000, 40_000),
      (values, distances, step, range) => {
        const v = Float64Array.from(values);
        let at = 0;
        const t = Float64Array.from(values, (_, i) => (at += distances[i]!));
        const ends = Float64Array.from({ length: 40 }, (_, i) => 60_000 + i * step);
        const places = new WindowPlaces({ ends, range, margin: { before: 0, after: 0 } });
        places.find({ t, length: t.length });
        const { from, to } = places;
        const windows = { from, to, ends, range, times: ends, args: [], boundary: 'plain' as const };
        const plain = { values: new Float64Array(40), present: new Uint8Array(40), histograms: null };
        apply({ ...windows, t, v }, { columns: plain, base: 0 }, notes);
        const [placedT, placedV] = [heap.floats(place.t, MOST), heap.floats(place.v, MOST)];
        placedT.set(t);
        placedV.set(v);
        const row = new PassingRow(40);
        expect(row.place).not.toBeNull();
        apply({ ...windows, t: placedT, v: placedV, place }, row.begin(), notes);
        expect(bitsOf(row.values, row.present)).toEqual(bitsOf(plain.values, plain.present));
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});

describe('sums of series added up by the kernel', () => {
  const STEPS = 7;
  const cell = fc.option(number, { freq: 4 });
  const row = fc.array(cell, { minLength: STEPS, maxLength: STEPS });

  const rowOf = (
    cells: readonly (number | null)[],
    columns: Pick<ColumnRow, 'values' | 'present' | 'place'>,
  ): ColumnRow => {
    cells.forEach((value, i) => {
      columns.values[i] = value ?? 99;
      columns.present[i] = value === null ? 0 : 1;
    });
    return { ...columns, histograms: null, steps: STEPS, labels: Labels.EMPTY, dropName: false, base: 0 };
  };

  it('are those of TypeScript', () => {
    const property = fc.property(fc.array(fc.tuple(row, fc.nat(2)), { maxLength: 12 }), (rows) => {
      const [placed, plain] = [0, 1].map(() => accumulatorFor('sum', () => expect.unreachable()));
      const passing = new PassingRow(STEPS);
      for (const [cells, group] of rows) {
        for (const accumulator of [placed!, plain!]) accumulator.reserve((group + 1) * STEPS);
        const { values, present, place } = passing;
        placed!.add(rowOf(cells, { values, present, place }), group * STEPS);
        plain!.add(rowOf(cells, { values: new Float64Array(STEPS), present: new Uint8Array(STEPS) }), group * STEPS);
      }
      const results = [placed!, plain!].map((accumulator) =>
        Array.from({ length: rows.length === 0 ? 0 : STEPS }, (_, i) => accumulator.result(i)),
      );
      expect(results[0]).toEqual(results[1]);
      placed!.close();
      plain!.close();
    });
    fc.assert(property);
  });
});

describe('columns compared by the kernel', () => {
  it('fall where a number is smaller than the one before', () => {
    const property = fc.property(fc.array(number, { maxLength: 30 }), fc.nat(30), fc.nat(30), (values, a, b) => {
      const [from, to] = [Math.min(a, b, values.length), Math.min(Math.max(a, b), values.length)];
      heap.floats(place.v, MOST).set(values);
      const falls = values.slice(from, to).some((value, i) => i > 0 && value < values[from + i - 1]!);
      expect(columnsKernel()!.falls(place.v, from, to)).toBe(falls ? 1 : 0);
    });
    fc.assert(property);
  });

  it('are the same when each number is', () => {
    const integers = fc.array(fc.nat(2), { maxLength: 9 });
    const property = fc.property(integers, integers, (a, b) => {
      heap.floats(place.t, MOST).set(a);
      heap.floats(place.v, MOST).set(b);
      const count = Math.min(a.length, b.length);
      const isSame = a.slice(0, count).every((value, i) => value === b[i]);
      expect(columnsKernel()!.sameNumbers(place.t, place.v, count)).toBe(isSame ? 1 : 0);
    });
    fc.assert(property);
  });
});
