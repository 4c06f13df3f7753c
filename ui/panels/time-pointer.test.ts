import { expect, it } from 'vitest';
import { draggedRange } from './time-pointer.ts';

const place = { range: { start: 1000, end: 2000 }, area: { left: 50, top: 0, width: 100, height: 80 } };

it('a drag means the time between its ends, in either direction', () => {
  expect(draggedRange(60, 110, place)).toEqual({ start: 1100, end: 1600 });
  expect(draggedRange(110, 60, place)).toEqual({ start: 1100, end: 1600 });
});

it('a drag beyond the plot ends with it', () => {
  expect(draggedRange(-20, 100, place)).toEqual({ start: 1000, end: 1500 });
  expect(draggedRange(100, 900, place)).toEqual({ start: 1500, end: 2000 });
});

it('a drag of a few pixels, or beside the plot, was not meant', () => {
  expect(draggedRange(100, 105, place)).toBeNull();
  expect(draggedRange(0, 40, place)).toBeNull();
  expect(draggedRange(100, 106, place)).toEqual({ start: 1500, end: 1560 });
});
