import { describe, expect, it } from 'vitest';
import { overlap, part, stepsUpTo } from './plan.ts';

const grid = { start: 1000, step: 100, count: 10 };
const none = Number.NEGATIVE_INFINITY;

describe('planning with a cached range', () => {
  it.each([
    [999, 0, 0],
    [1000, 0, 1],
    [1099, 0, 1],
    [1100, 0, 2],
    [5000, 0, 10],
    [1200, 150, 1],
    [1000, -250, 3],
    [0, none, 10],
  ])('data up to %d settle, for a reach of %d, %d steps', (time, ahead, steps) => {
    expect(stepsUpTo(grid, { ahead, pinned: none }, time)).toBe(steps);
  });

  it('settles nothing before the fixed time that the expression reads', () => {
    expect(stepsUpTo(grid, { ahead: 0, pinned: 1501 }, 1500)).toBe(0);
    expect(stepsUpTo(grid, { ahead: 0, pinned: 1500 }, 1500)).toBe(6);
  });

  it.each([
    ['the same range', 1000, 10, { from: 0, to: 10 }],
    ['one that began earlier', 700, 10, { from: 0, to: 7 }],
    ['one that began later', 1300, 10, { from: 3, to: 10 }],
    ['one inside', 1300, 2, { from: 3, to: 5 }],
    ['one that ended before', 0, 10, null],
    ['one that begins behind', 2000, 10, null],
  ])('uses %s', (_, start, usable, span) => {
    expect(overlap(grid, { start, step: 100, count: 10 }, usable)).toEqual(span);
  });

  it('asks for the rest as a range of its own', () => {
    expect(part(grid, { from: 7, to: 10 })).toEqual({ start: 1700, step: 100, count: 3 });
  });
});
