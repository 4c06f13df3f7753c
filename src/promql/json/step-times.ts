import type { Millis } from '#model/time';
import type { StepGrid } from '../value.ts';

/** The text before each value of a matrix, `,[time,"`, for every step: made once per query. */
export interface StepTimes {
  readonly text: Uint8Array;
  /** Step i is `text` from `ends[i]` to `ends[i + 1]`. */
  readonly ends: Uint32Array;
  /** Length of the longest. */
  readonly longest: number;
}

export function stepTimes({ start, step, count }: StepGrid): StepTimes {
  return timeTexts(Float64Array.from({ length: count }, (_, i) => start + i * step));
}

/** The same for any times. */
export function timeTexts(times: Float64Array): StepTimes {
  const texts = Array.from(times, (time) => `,[${seconds(time)},"`);
  const ends = new Uint32Array(times.length + 1);
  texts.forEach(({ length }, i) => {
    ends[i + 1] = ends[i]! + length;
  });
  const longest = texts.reduce((most, { length }) => Math.max(most, length), 0);
  return { text: new TextEncoder().encode(texts.join('')), ends, longest };
}

/** A time in seconds, with three decimals unless it is whole. */
export function seconds(time: Millis): string {
  const whole = Math.trunc(time / 1000);
  const rest = Math.abs(time % 1000);
  if (rest === 0) return String(whole + 0);
  return `${time < 0 && whole === 0 ? '-0' : whole}.${String(rest).padStart(3, '0')}`;
}
