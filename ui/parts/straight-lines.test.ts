import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SvgPath } from '../picture/svg-path.ts';

type Values = readonly (number | null)[];

/** A plot of 100 by 50 pixels at (10, 5) over the times 0 to 4 and the values 0 to 10, as far as paths look at one. */
function plotOf(values: Values, { bands = [], distr = 1, spanGaps = false }: object & Partial<PlotWish> = {}) {
  const linear = (min: number, max: number) => (value: number) => (value - min) / (max - min);
  const scales = {
    x: { key: 'x', min: 0, max: 4, ori: 0, dir: 1, distr: 1, valToPct: linear(0, 4) },
    y: { key: 'y', min: 0, max: 10, ori: 1, dir: 1, distr, valToPct: linear(0, 10) },
  };
  const data = [values.map((_, i) => i), values];
  const horizontal = (value: number, scale: (typeof scales)['x'], size: number, from: number) =>
    from + size * scale.valToPct(value);
  const vertical = (value: number, scale: (typeof scales)['y'], size: number, from: number) =>
    from + size * (1 - scale.valToPct(value));
  const series = {
    ...{ scale: 'y', spanGaps, min: 0, max: 10, pxRound: (pixel: number) => pixel, fill: () => 'red' },
    ...{ fillTo: () => 0, gaps: (_: unknown, __: number, ___: number, ____: number, gaps: unknown) => gaps },
  };
  return {
    ...{ mode: 1, data, _data: data, scales, bands, bbox: { left: 10, top: 5, width: 100, height: 50 } },
    series: [{ scale: 'x' }, series],
    ...{ valToPosH: horizontal, valToPosV: vertical },
    valToPos: (value: number, key: 'y') => vertical(value, scales[key], 50, 5),
  };
}

interface PlotWish {
  readonly bands: readonly { readonly series: readonly [number, number]; readonly dir: number }[];
  readonly distr: number;
  readonly spanGaps: boolean;
}

describe('straight lines', () => {
  let ours: typeof import('./straight-lines.ts')['straightLines'];
  let theirs: typeof ours;

  beforeAll(async () => {
    vi.stubGlobal('Path2D', SvgPath);
    const { default: uPlot } = await import('uplot');
    theirs = uPlot.paths.linear!();
    ours = (await import('./straight-lines.ts')).straightLines;
  });
  afterAll(() => {
    vi.unstubAllGlobals();
  });

  const drawn = (build: typeof ours, values: Values, wish: Partial<PlotWish> = {}) => {
    const { stroke, fill, gaps, clip } = build(plotOf(values, wish) as never, 1, 0, values.length - 1)!;
    const text = (path: unknown) => (path as SvgPath | null)?.text ?? null;
    return { stroke: text(stroke), fill: text(fill), gaps, clip: text(clip) };
  };

  it.each<[string, Values, Partial<PlotWish>]>([
    ['from end to end', [1, 5, 2, 8, 10], {}],
    ['that begin and end late', [null, 5, 2, 8, null], {}],
    ['of one sample', [null, null, 4, null, null], {}],
    ['of none', [null, null, null, null, null], {}],
    ['with a gap', [1, null, 2, null, null], {}],
    ['over a gap', [1, null, 2, 8, 10], { spanGaps: true }],
    ['below a band', [1, 5, 2, 8, 10], { bands: [{ series: [1, 2], dir: -1 }] }],
  ])('%s are those of uPlot', (_, values, wish) => {
    expect(drawn(ours, values, wish)).toEqual(drawn(theirs, values, wish));
  });

  it('are in the pixels of the plot', () => {
    expect(drawn(ours, [0, 10, 5, 5, 0]).stroke).toBe('M10 55L35 5L60 30L85 30L110 55');
  });
});
