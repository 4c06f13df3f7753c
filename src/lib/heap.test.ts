import { expect, it } from 'vitest';
import { HeapKeeper, liveHeapBytes, usedHeapBytes } from './heap.ts';

const MB = 2 ** 20;

it('a heap is collected when most of it must be garbage, and not before', () => {
  const keeper = new HeapKeeper();
  const look = (used: number, live: number) => keeper.look(used * MB, () => live * MB);
  expect([look(20, 0), look(90, 30), look(80, 30), look(85, 60), look(140, 60)]).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
});

it('what is garbage goes', () => {
  let garbage: unknown = Array.from({ length: 2_000_000 }, (_, i) => ({ i }));
  const before = usedHeapBytes();
  garbage = null;
  expect(garbage).toBeNull();
  expect(liveHeapBytes()).toBeLessThan(before - 30 * MB);
});
