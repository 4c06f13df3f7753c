import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quantileOf, sortNaNFirst } from './order.ts';
import { SortedWindow } from './sorted-window.ts';

it('a sorted window has the quantiles of the values that are in it, however far it slides', () => {
  const column = fc
    .tuple(
      fc.array(fc.oneof(fc.nat(5), fc.double(), fc.constant(Number.NaN)), { minLength: 1, maxLength: 40 }),
      fc.nat(),
    )
    .map(([some, seed]) =>
      Float64Array.from({ length: 900 }, (_, i) => some[(i * 7 + (seed % 13) * i * i) % some.length]! + 0),
    );
  const size = fc.oneof(fc.nat(3), fc.nat(120));
  const slides = fc.array(fc.tuple(size, size), { minLength: 1, maxLength: 12 });
  const quantile = fc.constantFrom(0, 0.1, 0.5, 0.99, 1, -1, 2, Number.NaN);
  const property = fc.property(column, slides, quantile, (values, steps, q) => {
    const window = new SortedWindow();
    let [leave, enter] = [0, 0];
    for (const [out, into] of steps) {
      const stay = Math.min(leave + out, enter);
      const end = Math.min(enter + into, values.length);
      window.slide(values, { leave, stay, enter, end });
      [leave, enter] = [stay, end];
      expect(window.quantile(q)).toBe(quantileOf(q, sortNaNFirst(values.slice(stay, end))));
    }
  });
  fc.assert(property, { numRuns: 300 });
});
