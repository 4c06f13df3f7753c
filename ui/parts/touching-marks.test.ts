import { expect, it } from 'vitest';
import { touching } from './touching-marks.ts';

const at = (x: number, y: number) => ({ at: { x, y } });

it('names the mark, then those that its diamond touches from near to far', () => {
  const [mark, under, beside, corner, apart] = [at(100, 50), at(100, 50), at(104, 50), at(106, 56), at(107, 56)];
  expect(touching(mark, [corner, apart, mark, beside, under])).toEqual([mark, under, beside, corner]);
  expect(touching(apart, [mark, apart])).toEqual([apart]);
});
