import { expect, it } from 'vitest';
import { rowsThatFit } from './chart-tooltip.ts';

it.each([
  [null, 24],
  [600, 30],
  [120, 4],
  [66, 1],
  [10, 1],
])('a tooltip of at most %s pixels lists %i rows between its title and its note', (height, rows) => {
  expect(rowsThatFit({ width: null, height })).toBe(rows);
});
