import { expect, it } from 'vitest';
import { SvgPath } from '../picture/svg-path.ts';
import { barPath, outerEnd } from './bar-path.ts';

function path(end: 'left' | 'top' | 'right' | 'bottom', radius = 0.25, height = 100): string {
  const drawn = new SvgPath();
  const surface = Object.assign(drawn, { beginPath: () => undefined });
  barPath(surface as never, { left: 0, top: 0, width: 40, height }, { radius, end });
  return drawn.text;
}

it('a bar is round at its outer end', () => {
  expect(path('top')).toBe('M0 10A10 10 0 0 1 10 0L30 0A10 10 0 0 1 40 10L40 100L0 100Z');
  expect(path('bottom')).toBe('M0 0L40 0L40 90A10 10 0 0 1 30 100L10 100A10 10 0 0 1 0 90Z');
  expect(path('right', 0.1)).toBe('M0 0L30 0A10 10 0 0 1 40 10L40 90A10 10 0 0 1 30 100L0 100Z');
  expect(path('left', 0.1)).toBe('M0 10A10 10 0 0 1 10 0L40 0L40 100L10 100A10 10 0 0 1 0 90Z');
});

it('a short bar is not rounder than it is long, and one without a radius is a box', () => {
  expect(path('top', 0.5, 5)).toBe('M0 5A5 5 0 0 1 5 0L35 0A5 5 0 0 1 40 5L40 5L0 5Z');
  expect(path('top', 0)).toBe('M0 0h40v100h-40Z');
});

it('the outer end is the one away from zero', () => {
  const bar = (from: number, to: number) => ({ from, to, color: '', text: '' });
  expect([outerEnd(bar(0, 3), false), outerEnd(bar(0, -3), false)]).toEqual(['top', 'bottom']);
  expect([outerEnd(bar(0, 3), true), outerEnd(bar(0, -3), true)]).toEqual(['right', 'left']);
});
