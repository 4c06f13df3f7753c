import type { SingleValue } from '#dashboards/single-values';

/** Where a gauge begins, in degrees clockwise from the right, and how far it goes around. */
export const START_ANGLE = 150;
export const SWEEP = 240;

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
