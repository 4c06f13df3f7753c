import { describe, expect, it } from 'vitest';
import { boxGrid, boxLayout, DIAL_SHAPE, fittingSize } from './fitting-text.ts';

describe('text that fills a box', () => {
  it('is limited by width, height and the largest size', () => {
    expect(fittingSize(5, { width: 40, height: 100 }, 80)).toBe(10);
    expect(fittingSize(2.9, { width: 116, height: 100 }, 80)).toBe(40);
    expect(fittingSize(5, { width: 1160, height: 30 }, 80)).toBe(30);
    expect(fittingSize(1, { width: 1000, height: 1000 }, 80)).toBe(80);
    expect(fittingSize(0, { width: 0, height: 0 }, 80)).toBe(10);
  });
});

describe('boxes of an area', () => {
  it('lie as the area does', () => {
    expect(boxGrid(1, { width: 300, height: 100 }, 'auto')).toEqual({ columns: 1, lines: 1 });
    expect(boxGrid(3, { width: 900, height: 100 }, 'auto')).toEqual({ columns: 3, lines: 1 });
    expect(boxGrid(3, { width: 150, height: 400 }, 'auto')).toEqual({ columns: 1, lines: 3 });
    expect(boxGrid(8, { width: 600, height: 100 }, 'auto')).toEqual({ columns: 4, lines: 2 });
  });

  it('have the shape of what is in them', () => {
    const area = { width: 270, height: 200 };
    expect(boxGrid(4, area, 'auto')).toEqual({ columns: 1, lines: 4 });
    expect(boxGrid(4, area, 'auto', DIAL_SHAPE)).toEqual({ columns: 2, lines: 2 });
    expect(boxGrid(3, { width: 400, height: 170 }, 'auto', DIAL_SHAPE)).toEqual({ columns: 3, lines: 1 });
  });

  it('share it, but for what is free between them', () => {
    const area = { width: 208, height: 100 };
    expect(boxLayout(3, area, { orientation: 'vertical' })).toEqual({ columns: 3, width: 200 / 3, height: 100 });
    expect(boxLayout(3, area, { orientation: 'horizontal' })).toEqual({ columns: 1, width: 208, height: 92 / 3 });
    // Lower ones are scrolled.
    expect(boxLayout(8, area, { orientation: 'horizontal' }).height).toBe(28);
  });

  it('are as large as their panel has them at least, whether there is room or not', () => {
    const area = { width: 208, height: 100 };
    const wide = { orientation: 'vertical', least: { width: 150, height: 0 } } as const;
    expect(boxLayout(3, area, wide)).toEqual({ columns: 3, width: 150, height: 100 });
    expect(boxLayout(1, area, wide).width).toBe(208);
    const high = { orientation: 'horizontal', least: { width: 0, height: 75 } } as const;
    expect(boxLayout(3, area, high)).toEqual({ columns: 1, width: 208, height: 75 });
  });

  it('keep to the panel’s orientation', () => {
    expect(boxGrid(3, { width: 150, height: 400 }, 'vertical')).toEqual({ columns: 3, lines: 1 });
    expect(boxGrid(3, { width: 900, height: 100 }, 'horizontal')).toEqual({ columns: 1, lines: 3 });
  });
});
