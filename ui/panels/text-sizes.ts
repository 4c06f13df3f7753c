import { at, number, type Panel } from '#dashboards/dashboard';

/** The sizes of fonts that a panel sets itself, in pixels; 0 where it leaves one to what fits. */
export interface TextSizes {
  readonly name: number;
  readonly number: number;
}

/** Reads `options.text`. */
export function textSizes({ options }: Panel): TextSizes {
  const size = (key: string): number => Math.min(300, Math.max(0, number(at(options, 'text', key), 0)));
  return { name: size('titleSize'), number: size('valueSize') };
}
