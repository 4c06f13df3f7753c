import { goMax, goMin } from './arithmetic.ts';
import { CALENDAR } from './calendar.ts';

/** A function of one float and up to two scalar arguments; `undefined`: the element is dropped. */
export type FloatFunction = (value: number, first: number, second: number) => number | undefined;

/** Functions of each element's value, by name. Scalar arguments that are not given are NaN. */
export const FLOAT_FUNCTIONS: Readonly<Record<string, FloatFunction>> = {
  ...CALENDAR,
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  clamp,
  clamp_max: (value, most) => clamp(value, Number.NEGATIVE_INFINITY, most),
  clamp_min: (value, least) => clamp(value, least, Number.POSITIVE_INFINITY),
  cos: Math.cos,
  cosh: Math.cosh,
  deg: (value) => (value * 180) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (value) => (value * Math.PI) / 180,
  sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

function clamp(value: number, least: number, most: number): number | undefined {
  return most < least ? undefined : goMax(least, goMin(most, value));
}

/** round, to a multiple of `nearest`; half rounds up. The inverse is exact more often than the multiple itself. */
export function roundTo(value: number, nearest: number): number {
  const inverse = 1 / nearest;
  return Math.floor(value * inverse + 0.5) / inverse;
}
