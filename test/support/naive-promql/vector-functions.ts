import type { FunctionName } from '#promql/functions';
import { leastOf, mostOf } from './numbers.ts';
import { Undecided } from './value.ts';

/** Functions of a number, which ignore histograms; `args` are the scalars that follow. Null: no element. */
export const NUMBER_FUNCTIONS: Partial<Record<FunctionName, (value: number, ...args: number[]) => number | null>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  rad: (value) => (value * Math.PI) / 180,
  deg: (value) => (value * 180) / Math.PI,
  sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
  round: (value, nearest = 1) => Math.floor(value * (1 / nearest) + 0.5) / (1 / nearest),
  clamp: (value, least = 0, most = 0) => (least > most ? null : mostOf(least, leastOf(most, value))),
  clamp_min: (value, least = 0) => mostOf(least, value),
  clamp_max: (value, most = 0) => leastOf(most, value),
  minute: (value) => dateOf(value).getUTCMinutes(),
  hour: (value) => dateOf(value).getUTCHours(),
  day_of_week: (value) => dateOf(value).getUTCDay(),
  day_of_month: (value) => dateOf(value).getUTCDate(),
  month: (value) => dateOf(value).getUTCMonth() + 1,
  year: (value) => dateOf(value).getUTCFullYear(),
  day_of_year: (value) => {
    const date = dateOf(value);
    return (
      (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 0)) /
      86_400_000
    );
  },
  days_in_month: (value) =>
    new Date(Date.UTC(dateOf(value).getUTCFullYear(), dateOf(value).getUTCMonth() + 1, 0)).getUTCDate(),
};

function dateOf(seconds: number): Date {
  if (!(Math.abs(seconds) < 1e11)) throw new Undecided('no time of the calendar');
  return new Date(Math.trunc(seconds) * 1000);
}
