import type { Millis, TimeRange } from '#model/time';
import { at, type Json, number, type Panel, text } from './dashboard.ts';
import { type Extent, extentsOf } from './extents.ts';
import { type DisplayValue, displayName, displayValue, type FieldConfig, fieldConfig } from './field-config.ts';
import type { DataFrame, Field } from './frames.ts';
import { type ColorInput, type ColorTheme, classicColor, cssColor, fieldColor, isColorOfValue } from './palette.ts';
import { formattedText } from './units.ts';

/** A stretch of time in one state. */
export interface StateSpan {
  readonly start: Millis;
  readonly end: Millis;
  readonly text: string;
  readonly color: string;
}

/** The states of one series over time, oldest first. They do not overlap; gaps are times without a value. */
export interface StateLane {
  readonly name: string;
  readonly spans: readonly StateSpan[];
}

/** Everything that a state timeline or a status history draws. */
export interface StateModel {
  readonly lanes: readonly StateLane[];
  readonly range: TimeRange;
  /** The states that occur, each with its color, for a legend. */
  readonly states: readonly { readonly text: string; readonly color: string }[];
  /** Whether the text of a state is written on it: where it fits, always, or never. */
  readonly showValue: 'auto' | 'always' | 'never';
  /** Where in a state its text stands. */
  readonly align: 'left' | 'center' | 'right';
  /** How much of its lane a state fills, 0 to 1. */
  readonly rowHeight: number;
  /** No more lanes are shown at once. */
  readonly perPage: number;
  /** How much of its time a state fills, 0 to 1. */
  readonly colWidth: number;
}

export interface StateInput {
  readonly range: TimeRange;
  readonly theme: ColorTheme;
}

/** More lanes than this are not drawn. */
const MOST_LANES = 200;
/** On a page of a panel that does not say how many. */
const LANES_PER_PAGE = 20;

/**
 * The states of each series: equal neighbours are one span in a state timeline; in a status history every sample is a box
 * of its own.
 */
export function stateModel(panel: Panel, frames: readonly DataFrame[], { range, theme }: StateInput): StateModel {
  const history = panel.type === 'status-history';
  const merge = !history && panel.options['mergeValues'] !== false;
  const palette = new Palette(theme);
  const extents = extentsOf(frames);
  const lanes: StateLane[] = [];
  for (const frame of frames) {
    const times = frame.fields.find(({ type }) => type === 'time');
    if (times?.type !== 'time') continue;
    for (const field of frame.fields) {
      if (field.type === 'time' || lanes.length >= MOST_LANES) continue;
      const config = fieldConfig(panel, frame, field);
      if (at(config.custom, 'hideFrom', 'viz') === true) continue;
      const samples = samplesOf(field, config, { palette, extent: () => extents(config, field) });
      const gaps = { spanned: spannedBy(config), apart: apartIn(config) };
      const spans = spansOf(samples, { times: times.values, frame, range, ...gaps });
      lanes.push({ name: displayName(config, field), spans: merge ? merged(spans) : spans });
    }
  }
  const shown = text(panel.options['showValue'], 'auto');
  return {
    ...{ lanes, range, states: statesOf(lanes) },
    showValue: shown === 'always' || shown === 'never' ? shown : 'auto',
    // Boxes of a history are too small for sides.
    align: history ? 'center' : sideOf(text(panel.options['alignValue'])),
    perPage: Math.max(1, Math.round(number(panel.options['perPage'], LANES_PER_PAGE))),
    rowHeight: shareOf(panel.options['rowHeight']),
    colWidth: history ? shareOf(panel.options['colWidth']) : 1,
  };
}

function sideOf(written: string): StateModel['align'] {
  return written === 'center' || written === 'right' ? written : 'left';
}

function shareOf(written: Json | undefined): number {
  return Math.min(1, Math.max(0.1, number(written, 0.9)));
}

interface Sample {
  readonly text: string;
  readonly color: string;
}

/** Colors of states that neither a mapping nor thresholds give one: each distinct text its own, the same in all lanes. */
class Palette {
  private readonly theme: ColorTheme;
  private readonly known = new Map<string, string>();

  constructor(theme: ColorTheme) {
    this.theme = theme;
  }

  of(state: string): string {
    const color = this.known.get(state) ?? classicColor(this.known.size, this.theme);
    this.known.set(state, color);
    return color;
  }

  named(name: string): string {
    return cssColor(name, this.theme);
  }

  ofValue(config: FieldConfig, input: Omit<ColorInput, 'index'>): string {
    return fieldColor(config, { ...input, index: 0 }, this.theme);
  }
}

interface Coloring {
  readonly palette: Palette;
  readonly extent: () => Extent;
}

function samplesOf(field: Field, config: FieldConfig, coloring: Coloring): (Sample | null)[] {
  const { palette } = coloring;
  if (field.type === 'string') {
    return field.values.map((written) => {
      const mapped = config.map(Number(written || Number.NaN), written);
      const shown = mapped?.text || written;
      if (shown === '') return null;
      return { text: shown, color: mapped?.color ? palette.named(mapped.color) : palette.of(shown) };
    });
  }
  return Array.from(field.values, (value) => {
    const display = displayValue(config, value);
    if (Number.isNaN(value) && display.text === '') return null;
    return { text: formattedText(display), color: colorOf(display, config, { value, name: field.name, ...coloring }) };
  });
}

function colorOf(
  display: DisplayValue,
  config: FieldConfig,
  { value, name, palette, extent }: Coloring & { readonly value: number; readonly name: string },
): string {
  if (display.color !== '') return palette.named(display.color);
  const byValue = isColorOfValue(config);
  if (config.color.mode === 'fixed' || byValue) {
    const { min, max } = byValue ? extent() : { min: 0, max: 100 };
    return palette.ofValue(config, { value, name, min: config.min ?? min, max: config.max ?? max });
  }
  return palette.of(formattedText(display));
}

/** How long a gap may be and still be part of the state before it. */
function spannedBy({ custom }: FieldConfig): Millis {
  const written = custom['spanNulls'];
  return written === true ? Number.POSITIVE_INFINITY : number(written, 0);
}

/** `insertNulls`: how long a state counts at most when nothing follows it; null: as long as a step. */
function apartIn({ custom }: FieldConfig): Millis | null {
  const longest = number(custom['insertNulls'], 0);
  return longest > 0 ? longest : null;
}

interface SpanInput {
  readonly times: Float64Array;
  readonly frame: DataFrame;
  readonly range: TimeRange;
  readonly spanned: Millis;
  readonly apart: Millis | null;
}

/** Each sample counts until the next one, and no longer than a step, or what stands for it, when that is known. */
function spansOf(samples: readonly (Sample | null)[], input: SpanInput): StateSpan[] {
  const { times, frame, range, spanned, apart } = input;
  const step = apart ?? frame.step ?? leastStep(times);
  const joined = Math.max(spanned, apart ?? (step ?? 0) * 1.5);
  const spans: StateSpan[] = [];
  samples.forEach((sample, i) => {
    const start = Math.max(range.start, times[i]!);
    if (sample === null || times[i]! > range.end) return;
    const next = nextPresent(samples, i);
    const until = next < samples.length ? times[next]! : Number.POSITIVE_INFINITY;
    const reach = step === null ? range.end : times[i]! + step;
    const bridged = Number.isFinite(until) && until - times[i]! <= joined;
    const end = bridged ? until : Math.min(until, reach);
    if (end > start) spans.push({ ...sample, start, end: Math.min(range.end, end) });
  });
  return spans.filter(({ start, end }) => end > start);
}

function nextPresent(samples: readonly (Sample | null)[], from: number): number {
  let next = from + 1;
  while (next < samples.length && samples[next] === null) next += 1;
  return next;
}

function leastStep(times: Float64Array): Millis | null {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i++) least = Math.min(least, times[i]! - times[i - 1]!);
  return Number.isFinite(least) ? least : null;
}

function merged(spans: readonly StateSpan[]): StateSpan[] {
  const result: StateSpan[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    const same = last?.text === span.text && last.color === span.color && last.end >= span.start;
    if (same) result[result.length - 1] = { ...last, end: span.end };
    else result.push(span);
  }
  return result;
}

function statesOf(lanes: readonly StateLane[]): { text: string; color: string }[] {
  const states = new Map<string, string>();
  for (const { spans } of lanes) {
    for (const span of spans) if (!states.has(span.text)) states.set(span.text, span.color);
  }
  return [...states].slice(0, 50).map(([name, color]) => ({ text: name, color }));
}
