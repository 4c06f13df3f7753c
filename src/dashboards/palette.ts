import type { FieldConfig } from './field-config.ts';
import { thresholdColor } from './thresholds.ts';

/** What the theme decides: the colors called `text` and `panel-bg`. */
export interface ColorTheme {
  readonly text: string;
  readonly background: string;
}

/** Grafana's names of colors: five shades of six hues. */
const HUES: Readonly<
  Record<string, readonly [superLight: string, light: string, base: string, semi: string, dark: string]>
> = {
  red: ['#ffa6b0', '#ff7383', '#f2495c', '#e02f44', '#c4162a'],
  orange: ['#ffcb7d', '#ffb357', '#ff9830', '#ff780a', '#fa6400'],
  yellow: ['#fff899', '#ffee52', '#fade2a', '#f2cc0c', '#e0b400'],
  green: ['#c8f2c2', '#96d98d', '#73bf69', '#56a64b', '#37872d'],
  blue: ['#c0d8ff', '#8ab8ff', '#5794f2', '#3274d9', '#1f60c4'],
  purple: ['#deb6f2', '#ca95e5', '#b877d9', '#a352cc', '#8f3bb8'],
};

const SHADES: Readonly<Record<string, number>> = { 'super-light': 0, light: 1, '': 2, 'semi-dark': 3, dark: 4 };

/** The colors of series in their order: neighbours far apart, each readable on a dark and on a light ground. */
const CLASSIC: readonly string[] = [
  ...['green', 'semi-dark-yellow', 'blue', 'orange', 'red', 'purple'],
  ...['semi-dark-green', 'dark-yellow', 'dark-blue', 'dark-orange', 'dark-red', 'dark-purple'],
  ...['#1c9c9c', '#b0764f', '#cf5597', '#7d9a2a', '#5f7fbf', '#8d6fe0'],
  ...['light-green', 'semi-dark-orange', 'light-blue', 'light-red', 'light-purple', 'dark-green'],
];

/** Color modes that go from a low to a high value through these colors. */
const SCALES: Readonly<Record<string, readonly string[]>> = {
  'continuous-GrYlRd': ['green', 'yellow', 'red'],
  'continuous-RdYlGr': ['red', 'yellow', 'green'],
  'continuous-BlYlRd': ['dark-blue', 'super-light-yellow', 'dark-red'],
  'continuous-YlRd': ['super-light-yellow', 'dark-red'],
  'continuous-BlPu': ['blue', 'purple'],
  'continuous-YlBl': ['super-light-yellow', 'dark-blue'],
  'continuous-blues': ['panel-bg', 'dark-blue'],
  'continuous-reds': ['panel-bg', 'dark-red'],
  'continuous-greens': ['panel-bg', 'dark-green'],
  'continuous-purples': ['panel-bg', 'dark-purple'],
};

const CSS_COLOR = /^(#[0-9a-f]{3,8}|(?:rgb|hsl)a?\([\d.,%\s/a-z]+\)|[a-z]+)$/i;

/** A CSS color for one of Grafana's names (`semi-dark-red`, `text`, `transparent`) or for CSS itself; else the text's. */
export function cssColor(name: string, theme: ColorTheme): string {
  if (name === 'text') return theme.text;
  if (name === 'panel-bg') return theme.background;
  const [, shade = '', hue = name] = /^(super-light|light|semi-dark|dark)-([a-z]+)$/.exec(name) ?? [];
  const shades = Object.hasOwn(HUES, hue) ? HUES[hue] : undefined;
  if (shades) return shades[SHADES[shade]!]!;
  return CSS_COLOR.test(name) ? name : theme.text;
}

/** The color of the n-th series. Repeats after 24. */
export function classicColor(index: number, theme: ColorTheme): string {
  return cssColor(CLASSIC[index % CLASSIC.length]!, theme);
}

/** What a field's color may depend on. `min` and `max` are what percentages and scales refer to. */
export interface ColorInput {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** The place of the series in its panel. */
  readonly index: number;
  readonly name: string;
}

/** The color of a field whose deciding value (the last, mostly) is `value`. A mapping's color is not looked at. */
export function fieldColor(config: FieldConfig, input: ColorInput, theme: ColorTheme): string {
  const { mode, fixedColor } = config.color;
  const { value, min, max, index, name } = input;
  switch (mode) {
    case 'fixed':
    case 'shades':
      return cssColor(fixedColor === '' ? 'text' : fixedColor, theme);
    case 'thresholds':
      return cssColor(thresholdColor(config.thresholds, value, min, max), theme);
    case 'palette-classic-by-name':
      return classicColor(nameHash(name), theme);
    default: {
      const scale = SCALES[mode];
      return scale ? scaleColor(scale, (value - min) / (max - min), theme) : classicColor(index, theme);
    }
  }
}

/** Whether the color follows from the value instead of from the place among the series. */
export function isColorOfValue({ color }: FieldConfig): boolean {
  return color.mode === 'thresholds' || Object.hasOwn(SCALES, color.mode);
}

function nameHash(name: string): number {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  return hash;
}

function scaleColor(scale: readonly string[], share: number, theme: ColorTheme): string {
  const place = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * (scale.length - 1);
  const low = Math.min(Math.floor(place), scale.length - 2);
  const from = channels(cssColor(scale[low]!, theme));
  const to = channels(cssColor(scale[low + 1]!, theme));
  return hex(from.map((channel, i) => Math.round(channel + (to[i]! - channel) * (place - low))));
}

/** Red, green and blue of a color in hex or `rgb()`. Other forms count as a middle grey. */
function channels(color: string): readonly number[] {
  const short = /^#[0-9a-f]{3}$/i.test(color);
  const digits = short ? color.slice(1).replace(/./g, '$&$&') : /^#([0-9a-f]{6})/i.exec(color)?.[1];
  if (digits !== undefined) return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
  const written = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/i.exec(color);
  return written === null ? [128, 128, 128] : written.slice(1).map(Number);
}

/** How light a color looks, from 0 to 1, as WCAG defines it. */
function luminance(color: readonly number[]): number {
  const [red, green, blue] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** Black or white, whichever reads better on the color. Colors neither in hex nor `rgb()` are taken for dark. */
export function readableOn(color: string): string {
  return luminance(channels(color)) > 0.2 ? '#111418' : '#ffffff';
}

/** What large text needs at least, by WCAG AA. */
const LEAST_CONTRAST = 3;

/** The color, moved towards the theme's text until large text in it reads on the theme's ground. */
export function legible(color: string, { text, background }: ColorTheme): string {
  const ground = luminance(channels(background));
  const contrast = (other: readonly number[]): number => {
    const [dark = 0, light = 0] = [luminance(other), ground].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const [from, to] = [channels(color), channels(text)];
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = from.map((channel, i) => Math.round(channel + (to[i]! - channel) * share));
    if (contrast(mixed) >= LEAST_CONTRAST) return share === 0 ? color : hex(mixed);
  }
  return text;
}

function hex(color: readonly number[]): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
