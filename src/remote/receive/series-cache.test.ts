import { describe, expect, it } from 'vitest';
import type { SeriesRef } from '#storage/appender';
import { PlainByteNumbers } from './byte-numbers.ts';
import { SeriesCache } from './series-cache.ts';

/** A storage that has named its series anew, by their numbers in this generation; `went`: those that it still has. */
function named(generation: number, went: (number: number) => boolean = () => true) {
  const base = generation * 1000;
  return {
    knows: (ref: SeriesRef) => ref > base && ref < base + 1000,
    renew: (refs: Float64Array) => {
      refs.forEach((ref, i) => {
        const number = ref - base + 1000;
        if (number > 0 && number < 1000 && went(number)) refs[i] = base + number;
      });
    },
  };
}

function cacheOf(count: number): { cache: SeriesCache; find: (i: number) => number } {
  const cache = new SeriesCache(new PlainByteNumbers());
  const bytes = (i: number) => new DataView(new TextEncoder().encode(`series ${i}`).buffer);
  for (let i = 1; i <= count; i++) {
    cache.add(bytes(i), { start: 0, end: bytes(i).byteLength }, (1000 + i) as SeriesRef);
  }
  return { cache, find: (i) => cache.find(bytes(i), 0, bytes(i).byteLength) };
}

describe('series that senders write', () => {
  it('have the new names when storage has named all of them anew', () => {
    const { cache, find } = cacheOf(10);
    cache.renew(named(1));
    expect(cache.ref(find(7))).toBe(1007);
    cache.renew(named(2));
    expect(cache.ref(find(7))).toBe(2007);
    cache.renew(named(3, (number) => number > 4));
    expect([cache.ref(find(1)), cache.ref(find(7))]).toEqual([2001, 3007]);
    // The first one is gone: another one tells from now on.
    cache.renew(named(3));
    expect(cache.ref(find(1))).toBe(2001);
    cache.renew(named(4));
    expect(cache.ref(find(7))).toBe(4007);
  });

  it('are forgotten when storage no longer has most of them', () => {
    const { cache, find } = cacheOf(10);
    cache.renew(named(2, (number) => number <= 4));
    expect([cache.size, find(1), find(7)]).toEqual([0, 0, 0]);
    cache.renew(named(3));
    expect(cache.size).toBe(0);
  });
});
