import { number, type Panel, text } from '#dashboards/dashboard';
import { displayValue } from '#dashboards/field-config';
import type { SingleValue } from '#dashboards/single-values';
import { formattedText } from '#dashboards/units';
import { numbersWish, textWidth } from './boxes.ts';
import { type BoxesWish, type BoxSize, DIAL_SHAPE, fittingSize } from './fitting-text.ts';
import { textSizes } from './text-sizes.ts';

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

/** What is written around a gauge: its ends and the thresholds between them, with their shares of the way. */
export function gaugeMarks({ config, min, max }: Pick<SingleValue, 'config' | 'min' | 'max'>): {
  readonly share: number;
  readonly text: string;
}[] {
  const shares = gaugeSegments({ config, min, max }).map(({ from }) => from);
  const inside = shares.filter((share) => share > 0 && share < 1);
  return [0, ...inside, 1].map((share) => {
    // Without the noise that shares of a range leave behind the twelfth digit.
    const value = Number((min + share * (max - min)).toPrecision(12));
    return { share, text: formattedText(displayValue(config, value)) };
  });
}

/** Words around a gauge: where their middle line is, and which of their ends stands there. */
export interface DialLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly align: 'left' | 'center' | 'right';
}

/** Which parts of a gauge a panel shows beside the arc itself. */
export interface DialParts {
  readonly markers: boolean;
  readonly labels: boolean;
}

/** As the panel has it. */
export function dialParts({ options }: Panel): DialParts {
  return { markers: options['showThresholdMarkers'] !== false, labels: options['showThresholdLabels'] === true };
}

/** A panel that sets the least size of its dials and does not say which. */
const LEAST_DIAL = 75;

/** How a panel of gauges wants them: it may set their least width beside each other, or their least height below each other. */
export function dialsWish(panel: Panel): BoxesWish {
  const { options } = panel;
  const wish = { ...numbersWish(panel), shape: DIAL_SHAPE };
  if (text(options['sizing']) !== 'manual' || wish.orientation === 'auto') return wish;
  const set = (key: string): number => Math.max(0, number(options[key], LEAST_DIAL));
  const across = wish.orientation === 'vertical';
  const least = across ? { width: set('minVizWidth'), height: 0 } : { width: 0, height: set('minVizHeight') };
  return { ...wish, least };
}

/** The size of the font of a gauge's name, and how high its line is. */
const NAME_SIZE = 12;
const NAME_LINE = 1.5;

/** How a gauge is named: nothing where it stands alone. */
export function dialName(panel: Panel, count: number): { readonly size: number; readonly room: number } | null {
  if (count < 2) return null;
  const size = textSizes(panel).name || NAME_SIZE;
  return { size, room: size * NAME_LINE };
}

/** The size of the font around a dial, and how far its words are from it. */
export const DIAL_LABEL = 11;
const LABEL_GAP = 5;

/** Marks so close that words on them would cover each other are left out; the ends stay. */
function apart(marks: ReturnType<typeof gaugeMarks>, radius: number): typeof marks {
  const least = DIAL_LABEL / (((SWEEP * Math.PI) / 180) * radius);
  let last = 0;
  return marks.filter(({ share }) => {
    const stays = share === 0 || share === 1 || (share - last >= least && 1 - share >= least);
    if (stays) last = share;
    return stays;
  });
}

function dialLabels(marks: ReturnType<typeof gaugeMarks>, radius: number): DialLabel[] {
  return apart(marks, radius).map(({ share, text }) => {
    const angle = ((START_ANGLE + share * SWEEP) * Math.PI) / 180;
    const x = Math.cos(angle);
    return {
      text,
      x: rounded((radius + LABEL_GAP) * x),
      y: rounded((radius + LABEL_GAP) * Math.sin(angle)),
      align: Math.abs(x) < 0.2 ? 'center' : x < 0 ? 'right' : 'left',
    };
  });
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

/** What a gauge draws, and how large it is. Its middle is `above + radius + 2` below the top, and `radius + 2` from the left. */
export interface GaugeDial {
  readonly radius: number;
  readonly height: number;
  /** Room for what stands above it. */
  readonly above: number;
  /** The width for the number. */
  readonly inside: number;
  readonly arcs: readonly DialArc[];
  /** From the middle of the dial; they stand beside it, where there is room for them. */
  readonly labels: readonly DialLabel[];
}

/** The gauge of a value that fits a size: its track, the value's part of it, and what the panel shows around. */
export function gaugeDial(value: SingleValue, size: BoxSize, parts: DialParts): GaugeDial {
  const dial = dialOf(value, size, parts);
  return dial.radius < LEAST_LABELLED && parts.labels ? dialOf(value, size, { ...parts, labels: false }) : dial;
}

/** A smaller dial has no room left for its number once there are words around it. */
const LEAST_LABELLED = 26;

function dialOf(value: SingleValue, size: BoxSize, { markers, labels }: DialParts): GaugeDial {
  const marks = labels ? gaugeMarks(value) : [];
  const beside = labels ? LABEL_GAP + DIAL_LABEL * Math.max(...marks.map(({ text }) => textWidth(text))) : 0;
  const above = labels ? DIAL_LABEL / 2 + LABEL_GAP : 0;
  // The arc is open below: its height is less than its width.
  const radius = Math.max(12, Math.min(size.width / 2 - 6 - beside, (size.height - above) / 1.72 - 4));
  const width = Math.max(6, radius * 0.22);
  const share = Math.min(1, Math.max(0, (value.value - value.min) / (value.max - value.min)));
  const ring = markers ? Math.max(2, radius * 0.04) : 0;
  const middle = radius - ring - (markers ? 2 : 0) - width / 2;
  const arc = (at: number, from: number, to: number): string =>
    arcPath(at, START_ANGLE + from * SWEEP, START_ANGLE + to * SWEEP);
  return {
    radius,
    above,
    height: above + radius * 1.72 + 4,
    labels: dialLabels(marks, radius),
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
