import type { SingleValue } from '#dashboards/single-values';
import type { BoxSize } from './boxes.ts';
import { fittingSize } from './fitting-text.ts';

/** Where a gauge begins, in degrees clockwise from the right, and how far it goes around. */
const START_ANGLE = 150;
const SWEEP = 240;

/** The path of an arc around the origin, as SVG writes it. */
export function arcPath(radius: number, from: number, to: number): string {
  const [start, end] = [onCircle(radius, from), onCircle(radius, to)];
  return `M${start} A${rounded(radius)} ${rounded(radius)} 0 ${to - from > 180 ? 1 : 0} 1 ${end}`;
}

function onCircle(radius: number, degrees: number): string {
  const angle = (degrees * Math.PI) / 180;
  return `${rounded(radius * Math.cos(angle))} ${rounded(radius * Math.sin(angle))}`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** The stretches of a gauge that its thresholds color, as shares of the way from its least to its largest value. */
export function gaugeSegments({ config, min, max }: Pick<SingleValue, 'config' | 'min' | 'max'>): {
  readonly from: number;
  readonly to: number;
  readonly color: string;
}[] {
  const { steps, mode } = config.thresholds;
  const shareOf = (from: number): number => {
    const share = mode === 'percentage' ? from / 100 : (from - min) / (max - min);
    return Math.min(1, Math.max(0, share));
  };
  return steps
    .map(({ from, color }, i) => {
      const next = steps[i + 1];
      return {
        from: Number.isFinite(from) ? shareOf(from) : 0,
        to: next === undefined ? 1 : shareOf(next.from),
        color,
      };
    })
    .filter(({ from, to }) => to > from);
}

/** A stroke of a gauge, around its middle. The color is that of the track where it is null. */
export interface DialArc {
  readonly path: string;
  readonly width: number;
  readonly color: string | null;
}

/** The size of the number inside of a dial, for a text that is `width` wide at size 1: large dials have large numbers. */
export function dialNumberSize(width: number, { inside, radius }: Pick<GaugeDial, 'inside' | 'radius'>): number {
  return fittingSize(width, { width: inside, height: radius * 0.5 }, Math.max(44, radius * 0.3));
}

/** What a gauge draws, and how large it is. Its middle is `radius + 2` below the top and from the left. */
export interface GaugeDial {
  readonly radius: number;
  readonly height: number;
  /** The width for the number. */
  readonly inside: number;
  readonly arcs: readonly DialArc[];
}

/** The gauge of a value that fits a size: its track, the value's part of it, and its thresholds around when `markers`. */
export function gaugeDial(
  value: SingleValue,
  { size, markers }: { readonly size: BoxSize; readonly markers: boolean },
): GaugeDial {
  // The arc is open below: its height is less than its width.
  const radius = Math.max(12, Math.min(size.width / 2 - 6, size.height / 1.72 - 4));
  const width = Math.max(6, radius * 0.22);
  const share = Math.min(1, Math.max(0, (value.value - value.min) / (value.max - value.min)));
  const ring = markers ? Math.max(2, radius * 0.04) : 0;
  const middle = radius - ring - (markers ? 2 : 0) - width / 2;
  const arc = (at: number, from: number, to: number): string =>
    arcPath(at, START_ANGLE + from * SWEEP, START_ANGLE + to * SWEEP);
  return {
    radius,
    height: radius * 1.72 + 4,
    inside: 2 * (middle - width / 2) * 0.86,
    arcs: [
      { path: arc(middle, 0, 1), width, color: null },
      ...(share > 0 ? [{ path: arc(middle, 0, share), width, color: value.color }] : []),
      ...(markers ? gaugeSegments(value) : []).map(({ from, to, color }) => {
        return { path: arc(radius - ring / 2, from, to), width: ring, color };
      }),
    ],
  };
}
