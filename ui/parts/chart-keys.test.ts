import { expect, it } from 'vitest';
import { steppedIndex } from './chart-keys.ts';

const press = (key: string, from: number | null, ctrlKey = false) => steppedIndex({ key, ctrlKey }, from, [10, 110]);

it('arrows move the instant by a step, with Ctrl and by pages by a tenth of what is shown, and not beyond it', () => {
  expect([press('ArrowLeft', 50), press('ArrowRight', 50)]).toEqual([49, 51]);
  expect([press('ArrowLeft', 50, true), press('PageDown', 50), press('PageUp', 50)]).toEqual([40, 40, 60]);
  expect([press('Home', 50), press('End', 50)]).toEqual([10, 110]);
  expect([press('ArrowLeft', 10), press('PageUp', 105)]).toEqual([10, 110]);
});

it('the first of them leads to the newest instant, Home to the oldest', () => {
  expect([press('ArrowLeft', null), press('ArrowRight', null), press('Home', null)]).toEqual([110, 110, 10]);
});

it('other keys lead nowhere, nor does any where nothing is shown', () => {
  expect([press('ArrowUp', 50), press('x', null), press('toString', 50)]).toEqual([null, null, null]);
  expect(steppedIndex({ key: 'ArrowLeft', ctrlKey: false }, null, [0, -1])).toBeNull();
});
