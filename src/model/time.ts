/** A time (Unix, UTC) or a duration in integer milliseconds. */
export type Millis = number;

/** A time range in Unix ms; both ends belong to it. */
export interface TimeRange {
  readonly start: Millis;
  readonly end: Millis;
}

/** Earlier and later than any sample can be. Still exact as a float64. */
export const MIN_TIME: Millis = -(2 ** 53);
export const MAX_TIME: Millis = 2 ** 53;
