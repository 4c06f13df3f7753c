/**
 * The series of the scenarios by which Prometheus' compliance suite judges generators of alerts. A sample stands for the 15 s
 * of the suite.
 */
export const SAMPLE = 100;
/** How long a sample is found, in ms. */
export const LOOKBACK = 2_000;
/** The number of the last sample. */
export const LAST = 140;

/** From which sample on a series has which value; null: it has no more samples. */
export type Course = readonly (readonly [from: number, value: number | null])[];

/** By what selects the series. */
export const COURSES: Readonly<Record<string, Course>> = {
  firing: [
    [0, 9],
    [8, 11],
    [15, 15],
    [21, 19],
    [53, 19],
    [69, 9],
    [89, 15],
    [134, 8],
  ],
  pending: [
    [0, 9],
    [8, 11],
    [19, 9],
    [30, null],
  ],
  instant: [
    [0, 9],
    [8, 15],
    [21, 9],
    [93, 11],
    [106, 9],
    [115, null],
  ],
  'order{variant="one"}': [
    [0, 9],
    [8, 11],
    [74, 9],
  ],
  'order{variant="two"}': [
    [0, 9],
    [32, 11],
    [66, 9],
  ],
  kept: [
    [0, 9],
    [8, 11],
    [20, 9],
    [24, 12],
    [40, 9],
    [80, 11],
    [90, null],
  ],
};

/** The labels of a series of COURSES. */
export function labelsOf(name: string): Readonly<Record<string, string>> {
  const [, metric, variant] = /^(\w+)(?:\{variant="(\w+)"\})?$/.exec(name)!;
  return { __name__: metric!, ...(variant === undefined ? {} : { variant }) };
}

/** All samples of a course, and how many ms after the first one they are. */
export function samplesOfCourse(course: Course): readonly { readonly after: number; readonly value: number }[] {
  return Array.from({ length: LAST + 1 }, (_, n) => n).flatMap((n) => {
    const value = course.findLast(([from]) => from <= n)![1];
    return value === null ? [] : [{ after: n * SAMPLE, value }];
  });
}

/** What a query finds `after` ms; null: nothing. */
export function sampleAt(name: string, after: number): number | null {
  const newest = samplesOfCourse(COURSES[name]!).findLast((sample) => sample.after <= after);
  return newest !== undefined && newest.after > after - LOOKBACK ? newest.value : null;
}
