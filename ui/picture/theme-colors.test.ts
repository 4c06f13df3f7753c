import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { THEME_COLORS } from './theme-colors.ts';

it('pictures have the colors of the pages', () => {
  const css = readFileSync(join(import.meta.dirname, '../theme/theme.css'), 'utf8');
  const [dark = '', light = ''] = css.split('[data-theme="light"]');
  const written = (block: string) => {
    return Object.fromEntries([...block.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name, value]) => [name!, value!]));
  };
  expect(written(dark)).toMatchObject(THEME_COLORS.dark);
  expect(written(light)).toMatchObject(THEME_COLORS.light);
});
