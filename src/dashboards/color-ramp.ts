import { type ColorTheme, fieldColor } from './palette.ts';
import type { SingleValue } from './single-values.ts';

/** So many colors make a ramp: more than a bar has cells that the eye tells apart. */
const STEPS = 24;

/** The colors that a field's values have from the least to the largest, evenly spread, lowest first. */
export function colorRamp(
  { config, min, max, name }: Pick<SingleValue, 'config' | 'min' | 'max' | 'name'>,
  theme: ColorTheme,
): string[] {
  return Array.from({ length: STEPS }, (_, i) => {
    const value = min + ((max - min) * i) / (STEPS - 1);
    return fieldColor(config, { value, min, max, index: 0, name }, theme);
  });
}
