import { at, number, type Panel, text } from './dashboard.ts';

/** What a panel shows beside the pointer. */
export interface TooltipOptions {
  /** The one value under the pointer, all at its place, or nothing. */
  readonly mode: 'single' | 'multi' | 'none';
  readonly sort: 'none' | 'asc' | 'desc';
  readonly hideZeros: boolean;
  readonly most: TooltipSize;
}

/** A tooltip is no larger, in pixels; null where the file says nothing. */
export interface TooltipSize {
  readonly width: number | null;
  readonly height: number | null;
}

/** Reads `options.tooltip`. */
export function tooltipOptions({ options }: Panel): TooltipOptions {
  const mode = text(at(options, 'tooltip', 'mode'));
  const sort = text(at(options, 'tooltip', 'sort'));
  const limit = (key: string): number | null => {
    const pixels = number(at(options, 'tooltip', key), 0);
    return pixels > 0 ? pixels : null;
  };
  return {
    mode: mode === 'multi' || mode === 'none' ? mode : 'single',
    sort: sort === 'asc' || sort === 'desc' ? sort : 'none',
    hideZeros: at(options, 'tooltip', 'hideZeros') === true,
    most: { width: limit('maxWidth'), height: limit('maxHeight') },
  };
}
