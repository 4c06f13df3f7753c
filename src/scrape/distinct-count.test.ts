import { describe, expect, it } from 'vitest';
import { DistinctCount } from './distinct-count.ts';

function counted(texts: Iterable<string>): number {
  const count = new DistinctCount();
  for (const text of texts) count.add(text);
  return count.estimate();
}

describe('the number of different texts', () => {
  const KINDS: readonly [string, (i: number) => string][] = [
    ['counters', (i) => String(i)],
    ['timestamps', (i) => String(1_700_000_000_000 + 15_000 * i)],
    ['ids', (i) => `user-${(i * 7919) % 1_000_003}@example.com`],
  ];

  it.each(KINDS)('is about right for %s', (_, text) => {
    for (const n of [1, 10, 100, 500, 1000]) {
      const texts = Array.from({ length: n }, (_, i) => text(i));
      expect(Math.abs(counted([...texts, ...texts]) - n)).toBeLessThanOrEqual(Math.max(2, 0.1 * n));
    }
  });

  it('ends at seven thousand', () => {
    expect(counted(Array.from({ length: 100_000 }, (_, i) => String(i)))).toBe(7098);
  });
});
