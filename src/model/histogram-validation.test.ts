import { describe, expect, it } from 'vitest';
import { equalHistograms, type Histogram } from './histogram.ts';
import { histogramProblem } from './histogram-validation.ts';

const good: Histogram = {
  schema: 0,
  zeroThreshold: 2 ** -128,
  zeroCount: 1,
  count: 7,
  sum: 20,
  positiveSpans: [
    { offset: -1, length: 1 },
    { offset: 1, length: 1 },
  ],
  positiveBuckets: Float64Array.of(2, 1),
  negativeSpans: [{ offset: 0, length: 1 }],
  negativeBuckets: Float64Array.of(3),
  customBounds: null,
  counterResetHint: 'unknown',
  isInteger: true,
};
const custom: Histogram = {
  ...good,
  schema: -53,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 3,
  positiveSpans: [{ offset: 0, length: 2 }],
  negativeSpans: [],
  negativeBuckets: new Float64Array(0),
  customBounds: Float64Array.of(0.5, 1),
};
const NEGATIVE_BUCKET = 'histogram has a bucket whose observation count is negative';
const INVALID_SCHEMA =
  'histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom buckets, got schema';

describe('a histogram', () => {
  it('of either kind and schema is fine', () => {
    expect(histogramProblem(good)).toBe(null);
    expect(histogramProblem({ ...good, isInteger: false })).toBe(null);
    expect(histogramProblem(custom)).toBe(null);
    expect(histogramProblem({ ...custom, positiveSpans: [{ offset: 1, length: 2 }] })).toBe(null);
  });

  it('of floats may have a count that is not that of its buckets, and NaN', () => {
    expect(histogramProblem({ ...good, isInteger: false, count: 6.5 })).toBe(null);
    expect(histogramProblem({ ...good, isInteger: false, count: Number.NaN })).toBe(null);
  });

  it('of integers that observed a NaN may have a larger count', () => {
    expect(histogramProblem({ ...good, sum: Number.NaN, count: 9 })).toBe(null);
  });

  const wrong: readonly [string, Partial<Histogram>, string][] = [
    [
      'fewer buckets than its spans',
      { positiveBuckets: Float64Array.of(3) },
      'positive side: spans need 2 buckets, have 1 buckets: histogram spans specify different number of buckets than provided',
    ],
    [
      'more negative buckets than its spans',
      { negativeSpans: [] },
      'negative side: spans need 0 buckets, have 1 buckets: histogram spans specify different number of buckets than provided',
    ],
    [
      'overlapping spans',
      {
        positiveSpans: [
          { offset: 0, length: 1 },
          { offset: -1, length: 1 },
        ],
      },
      'positive side: span number 2 with offset -1: histogram has a span whose offset is negative',
    ],
    [
      'a negative bucket',
      { positiveBuckets: Float64Array.of(4, -1) },
      `positive side: bucket number 2 has observation count of -1: ${NEGATIVE_BUCKET}`,
    ],
    [
      'a negative bucket on the negative side',
      { isInteger: false, negativeBuckets: Float64Array.of(-0.5) },
      `negative side: bucket number 1 has observation count of -0.5: ${NEGATIVE_BUCKET}`,
    ],
    ['a negative zero count', { zeroCount: -1 }, `zero bucket has observation count of -1: ${NEGATIVE_BUCKET}`],
    ['a negative count', { count: -7 }, "observation count is -7: histogram's observation count is negative"],
    ['schema 9', { schema: 9 }, `${INVALID_SCHEMA} 9`],
    ['schema -5', { schema: -5 }, `${INVALID_SCHEMA} -5`],
    ['a schema that is no integer', { schema: 0.5 }, `${INVALID_SCHEMA} 0.5`],
    [
      'bounds beside an exponential schema',
      { customBounds: Float64Array.of(1) },
      'histogram with exponential schema must not have custom bounds',
    ],
    [
      'too large a count',
      { count: 8 },
      "7 observations found in buckets, but the Count field is 8: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
    ],
    [
      'a count below its buckets after a NaN',
      { count: 6, sum: Number.NaN },
      "7 observations found in buckets, but the Count field is 6: histogram's observation count should be at least the number of observations found in the buckets",
    ],
    ['half an observation', { count: 6.5, zeroCount: 0.5 }, 'integer histogram has an observation count of 6.5'],
    ['a zero threshold below zero', { zeroThreshold: -1 }, 'histogram has an invalid zero threshold of -1'],
  ];
  it.each(wrong)('with %s is refused', (_, change, problem) => {
    expect(histogramProblem({ ...good, ...change })).toBe(problem);
  });

  const wrongCustom: readonly [string, Partial<Histogram>, string][] = [
    [
      'bounds out of order',
      { customBounds: Float64Array.of(1, 0.5) },
      'custom buckets: previous bound is 1.000000 and current is 0.500000: histogram custom bounds must be in strictly increasing order',
    ],
    [
      'a NaN bound',
      { customBounds: Float64Array.of(1, Number.NaN) },
      'custom buckets: histogram custom bounds must not be NaN',
    ],
    [
      'a last bound of +Inf',
      { customBounds: Float64Array.of(1, Infinity) },
      'custom buckets: last +Inf bound must not be explicitly defined: histogram custom bounds must be finite',
    ],
    [
      'too few bounds',
      { customBounds: new Float64Array(0) },
      'custom buckets: only 0 custom bounds defined which is insufficient to cover total span length of 2: histogram custom bounds are too few',
    ],
    [
      'a first span below zero',
      { positiveSpans: [{ offset: -1, length: 2 }] },
      'custom buckets: span number 1 with offset -1: histogram has a span whose offset is negative',
    ],
    ['a zero count', { zeroCount: 1 }, 'custom buckets: must have zero count of 0'],
    ['a zero threshold', { zeroThreshold: 1 }, 'custom buckets: must have zero threshold of 0'],
    ['negative spans', { negativeSpans: [{ offset: 0, length: 1 }] }, 'custom buckets: must not have negative spans'],
    ['negative buckets', { negativeBuckets: Float64Array.of(1) }, 'custom buckets: must not have negative buckets'],
  ];
  it.each(wrongCustom)('of custom buckets with %s is refused', (_, change, problem) => {
    expect(histogramProblem({ ...custom, ...change })).toBe(problem);
  });
});

describe('two histograms', () => {
  it('are equal when their kind, layout and numbers are, whatever their hints', () => {
    expect(equalHistograms(good, { ...good, counterResetHint: 'reset' })).toBe(true);
    const otherSpans = [{ offset: -1, length: 1 }, { offset: 0, length: 0 }, ...good.positiveSpans.slice(1)];
    expect(equalHistograms(good, { ...good, positiveSpans: otherSpans })).toBe(true);
    expect(equalHistograms(good, { ...good, sum: 21 })).toBe(false);
    expect(equalHistograms(good, { ...good, isInteger: false })).toBe(false);
    expect(equalHistograms(good, { ...good, positiveSpans: [{ offset: -1, length: 2 }] })).toBe(false);
    expect(equalHistograms(custom, { ...custom, customBounds: Float64Array.of(0.5, 2) })).toBe(false);
  });
});
