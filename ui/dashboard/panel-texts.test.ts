import { expect, it } from 'vitest';
import { panelOf } from '#test/panels';
import { ownRangeWords } from './panel-texts.ts';

it('a panel says which range is its own, unless its file hides that', () => {
  const words = (rest: object): string => ownRangeWords(panelOf('stat', {}, {}, { ...rest }));
  expect(words({})).toBe('');
  expect(words({ timeFrom: '1h' })).toBe('last 1h');
  expect(words({ timeFrom: 'now-2d', timeShift: '1w' })).toBe('last 2d, 1w earlier');
  expect(words({ timeFrom: '1h', hideTimeOverride: true })).toBe('');
});
