import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#dashboards/dashboard';
import { singleValues } from '#dashboards/single-values';
import { DARK, panelOf, series } from '#test/panels';
import { CHANGE_LINE, NAME_LINE, statLook } from './stat-look.ts';

const FRAMES = [series('cpu', [[0, 3]])];
const RISING = [
  series('cpu', [
    [0, 2],
    [10, 3],
  ]),
];

function look(options: JsonObject, width: number, height: number, count = 1) {
  const panel = panelOf('stat', { graphMode: 'none', ...options });
  const [value] = singleValues({ panel, frames: FRAMES, theme: DARK, ends: 'data' });
  return statLook(value!, panel, { size: { width, height }, count, widest: 0.6, nameWidth: 2 });
}

describe('a stat', () => {
  it('has its name beside its number where it is wide, unless that is not wanted', () => {
    const both = { textMode: 'value_and_name' };
    expect(look(both, 300, 100).wide).toBe(true);
    expect(look(both, 250, 100).wide).toBe(false);
    expect(look({ ...both, wideLayout: false }, 300, 100).wide).toBe(false);
    expect(look({ textMode: 'value' }, 300, 100).wide).toBe(false);
    expect(look({ textMode: 'name' }, 300, 100).wide).toBe(false);
  });

  it('has a number without a name in the middle, others at the left', () => {
    expect(look({}, 200, 100).centered).toBe(true);
    expect(look({}, 200, 100, 3).centered).toBe(false);
    expect(look({ justifyMode: 'center' }, 200, 100, 3).centered).toBe(true);
  });

  describe('that says how far it has changed', () => {
    const changed = (options: JsonObject, height: number) => {
      const panel = panelOf('stat', { showPercentChange: true, ...options });
      const [value] = singleValues({ panel, frames: RISING, theme: DARK, ends: 'data' });
      return statLook(value!, panel, { size: { width: 400, height }, count: 1, widest: 0.6, nameWidth: 2 });
    };

    it.each([100, 120, 300])('has its words above the line that is drawn, in a box %i pixels high', (height) => {
      const look = changed({ textMode: 'value_and_name', wideLayout: false }, height);
      expect(look).toMatchObject({ change: 50, hasTrend: true });
      const words = look.nameSize * NAME_LINE + look.numberSize * 1.15 + CHANGE_LINE;
      expect(words + 2).toBeLessThanOrEqual(height * 0.55);
    });

    it('draws nothing below it in a box that has only room for its words', () => {
      expect([79, 80].map((height) => changed({}, height).hasTrend)).toEqual([false, true]);
      const named = { textMode: 'value_and_name', wideLayout: false };
      expect([99, 100].map((height) => changed(named, height).hasTrend)).toEqual([false, true]);
    });

    it('has room for both lines where nothing is drawn below them', () => {
      const { numberSize } = changed({ graphMode: 'none' }, 60);
      expect(numberSize * 1.15 + CHANGE_LINE).toBeLessThanOrEqual(60);
      expect(changed({ graphMode: 'none', showPercentChange: false }, 60).change).toBeNull();
    });
  });

  it('is written in the sizes that the panel asks for', () => {
    const asked = look({ textMode: 'value_and_name', text: { titleSize: 15, valueSize: 33 } }, 200, 100);
    expect([asked.nameSize, asked.numberSize]).toEqual([15, 33]);
    expect(asked.height).toBe(70 - 20);
    expect(look({ textMode: 'value_and_name', text: {} }, 200, 100).nameSize).toBe(12);
  });

  it('leaves the number the room that the name does not need', () => {
    const beside = look({ textMode: 'value_and_name' }, 300, 100);
    const below = look({ textMode: 'value_and_name', wideLayout: false }, 300, 100);
    expect(beside.numberSize).toBe(64);
    expect(below.numberSize).toBe(54);
  });
});
