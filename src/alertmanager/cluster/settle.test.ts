import { describe, expect, it } from 'vitest';
import { isSettled, look, type SettleState, UNSETTLED } from './settle.ts';

/** After how many looks a cluster has settled; a number is what a look saw, negative when it was not complete. */
function settledAfter(...looks: readonly number[]): number | null {
  let state: SettleState = UNSETTLED;
  for (const [i, members] of looks.entries()) {
    state = look(state, { members: Math.abs(members), isComplete: members > 0 });
    if (isSettled(state)) return i + 1;
  }
  return null;
}

describe('a cluster has settled', () => {
  it.each<[looks: readonly number[], after: number | null]>([
    [[1, 1, 1, 1], 4],
    [[3, 3, 3], null],
    [[1, 2, 3, 3, 3, 3], 6],
    [[2, 2, 2, 1, 2, 2, 2, 2], 8],
    [[-3, -3, -3, -3, -3, -3], null],
    [[-3, -3, 3, 3, 3], 5],
    [[3, 3, -3, 3, 3, 3], 6],
  ])('%j after %j looks', (looks, after) => {
    expect(settledAfter(...looks)).toBe(after);
  });
});
