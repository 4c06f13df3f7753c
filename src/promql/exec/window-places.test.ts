import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowPlaces } from './window-places.ts';

const source = { ends: Float64Array.of(10, 20, 30, 40), range: 15, margin: { before: 0, after: 0 } };

const series = (...t: number[]) => ({ t: Float64Array.from(t), length: t.length });

describe('the places of windows', () => {
  it('are the samples behind the border, up to the end', () => {
    const places = new WindowPlaces(source);
    places.find(series(5, 10, 15, 20, 25));
    expect([...places.from]).toEqual([0, 1, 3, 5]);
    expect([...places.to]).toEqual([2, 4, 5, 5]);
    expect(places.seen).toBe(2 + 3 + 2);
  });

  it('stay the same version as long as the timestamps are equal', () => {
    const places = new WindowPlaces(source);
    const versionOf = (...t: number[]) => {
      places.find(series(...t));
      return places.version;
    };
    const first = versionOf(5, 10, 20);
    expect(versionOf(5, 10, 20)).toBe(first);
    expect(versionOf(5, 11, 20)).not.toBe(first);
    expect(versionOf(5, 11)).not.toBe(versionOf());
  });

  it('are those that each series has alone', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 6 }).map((t) => t.sort((a, b) => a - b));
    const margin = { before: 3, after: 2 };
    const property = fc.property(fc.array(times, { minLength: 1 }), (all) => {
      const together = new WindowPlaces({ ...source, margin });
      for (const t of all) {
        together.find(series(...t));
        const alone = new WindowPlaces({ ...source, margin });
        alone.find(series(...t));
        expect([together.from, together.to, together.seen]).toEqual([alone.from, alone.to, alone.seen]);
      }
    });
    fc.assert(property);
  });
});
