import { expect, it } from 'vitest';
import { TopCounts } from './top-counts.ts';

function counted(counts: Readonly<Record<string, number>>): TopCounts {
  const top = new TopCounts();
  for (const [name, count] of Object.entries(counts)) for (let i = 0; i < count; i++) top.add(name);
  return top;
}

it('tells the greatest first, and leaves out what is small beside them', () => {
  expect(counted({ b: 50, a: 50, rare: 2, c: 100 }).greatest()).toEqual({ names: ['c', 'a', 'b'], hasOthers: true });
  expect(counted({ a: 3 }).greatest()).toEqual({ names: ['a'], hasOthers: false });
  expect(counted({}).greatest()).toEqual({ names: [], hasOthers: false });
});

it('tells eight of many', () => {
  const { names, hasOthers } = counted(
    Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, 50])),
  ).greatest();
  expect([names.length, hasOthers]).toEqual([8, true]);
});

it('finds a name that comes often after many that came once', () => {
  const top = counted(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`once_${i}`, 1])));
  for (let i = 0; i < 400; i++) top.add('often');
  expect(top.greatest().names[0]).toBe('often');
});
