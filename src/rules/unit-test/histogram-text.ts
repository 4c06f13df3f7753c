import { BarographError } from '#lib/errors';
import { formatFloatG } from '#lib/go-format';
import { type CounterResetHint, CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from '#model/histogram';

/** Consecutive buckets: the first has the index `offset`. */
interface Buckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** A native histogram as the test language writes it. */
export interface WrittenHistogram {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly customBounds: readonly number[];
  readonly positive: Buckets;
  readonly negative: Buckets;
  /** Absent: not said, so that the counts tell. */
  readonly hint?: CounterResetHint | undefined;
}

const HINTS: Readonly<Record<string, CounterResetHint>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'not-reset',
  gauge: 'gauge',
};
const NUMBERS = ['schema', 'sum', 'count', 'z_bucket', 'z_bucket_w', 'offset', 'n_offset'];
const LISTS = ['buckets', 'n_buckets', 'custom_values'];

/** Reads `{{schema:1 sum:3 count:2 buckets:[1 1]}}`. Throws `bad-config` that says what is wrong. */
export function parseHistogram(text: string): WrittenHistogram {
  const fields = new Map<string, string>();
  const inner = text.slice(2, -2);
  const rest = inner.replace(/([a-z_]+):(\[[^\]]*\]|[^\s[\]]+)/g, (_, key: string, value: string) => {
    if (![...NUMBERS, ...LISTS, 'counter_reset_hint'].includes(key)) throw bad(text, `unknown field ${key}`);
    if (fields.has(key)) throw bad(text, `${key} is there twice`);
    fields.set(key, value);
    return '';
  });
  if (rest.trim() !== '') throw bad(text, `unexpected ${JSON.stringify(rest.trim())}`);
  const number = (key: string) => numberOf(text, fields.get(key) ?? '0');
  const list = (key: string) => listOf(text, fields.get(key) ?? '[]');
  const hint = fields.get('counter_reset_hint');
  if (hint !== undefined && !Object.hasOwn(HINTS, hint)) throw bad(text, `unknown counter_reset_hint ${hint}`);
  return {
    schema: number('schema'),
    count: number('count'),
    sum: number('sum'),
    zeroCount: number('z_bucket'),
    zeroThreshold: number('z_bucket_w'),
    customBounds: list('custom_values'),
    positive: { offset: number('offset'), counts: list('buckets') },
    negative: { offset: number('n_offset'), counts: list('n_buckets') },
    hint: hint === undefined ? undefined : HINTS[hint]!,
  };
}

/** `a` with `sign` times the counts of `b`. Throws when their buckets are not the same kind. */
export function addHistograms(a: WrittenHistogram, b: WrittenHistogram, sign: 1 | -1): WrittenHistogram {
  if (a.schema !== b.schema || a.customBounds.join() !== b.customBounds.join()) {
    throw bad(printWritten(b), 'a step must have the schema and the bounds of the histogram that it is added to');
  }
  return {
    ...a,
    count: a.count + sign * b.count,
    sum: a.sum + sign * b.sum,
    zeroCount: a.zeroCount + sign * b.zeroCount,
    positive: addBuckets(a.positive, b.positive, sign),
    negative: addBuckets(a.negative, b.negative, sign),
  };
}

/** The model's histogram. */
export function toHistogram({ positive, negative, hint, customBounds, ...written }: WrittenHistogram): Histogram {
  return {
    ...written,
    positiveSpans: spansOf(positive),
    positiveBuckets: Float64Array.from(positive.counts),
    negativeSpans: spansOf(negative),
    negativeBuckets: Float64Array.from(negative.counts),
    customBounds: written.schema === CUSTOM_BOUNDS_SCHEMA ? Float64Array.from(customBounds) : null,
    counterResetHint: hint ?? 'unknown',
  };
}

/** A histogram in the test language, its empty buckets at the ends left out. */
export function printHistogram(histogram: Histogram): string {
  const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets, customBounds, counterResetHint } = histogram;
  return printWritten({
    ...histogram,
    customBounds: [...(customBounds ?? [])],
    positive: compact(positiveSpans, positiveBuckets),
    negative: compact(negativeSpans, negativeBuckets),
    hint: counterResetHint,
  });
}

function printWritten(written: WrittenHistogram): string {
  const number = (key: string, value: number) => (value === 0 ? [] : [`${key}:${formatFloatG(value)}`]);
  const list = (key: string, values: readonly number[]) => `${key}:[${values.map(formatFloatG).join(' ')}]`;
  const buckets = (prefix: string, { offset, counts }: Buckets) =>
    counts.length === 0 ? [] : [...number(`${prefix}offset`, offset), list(`${prefix}buckets`, counts)];
  const { schema, hint = 'unknown' } = written;
  const parts = [
    ...number('schema', schema),
    ...number('count', written.count),
    ...number('sum', written.sum),
    ...number('z_bucket', written.zeroCount),
    ...number('z_bucket_w', written.zeroThreshold),
    ...(schema === CUSTOM_BOUNDS_SCHEMA ? [list('custom_values', written.customBounds)] : []),
    ...(hint === 'unknown' ? [] : [`counter_reset_hint:${hint.replace('-', '_')}`]),
    ...buckets('', written.positive),
    ...buckets('n_', written.negative),
  ];
  return `{{${parts.join(' ')}}}`;
}

function spansOf({ offset, counts }: Buckets): readonly Span[] {
  return counts.length === 0 ? [] : [{ offset, length: counts.length }];
}

/** All buckets from the first to the last that is not empty. */
function compact(spans: readonly Span[], counts: Float64Array): Buckets {
  const dense = new Map<number, number>();
  let index = 0;
  let at = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++) dense.set(index++, counts[at++]!);
  }
  const used = [...dense].filter(([, count]) => count !== 0).map(([i]) => i);
  if (used.length === 0) return { offset: 0, counts: [] };
  const [first, last] = [Math.min(...used), Math.max(...used)];
  return { offset: first, counts: Array.from({ length: last - first + 1 }, (_, i) => dense.get(first + i) ?? 0) };
}

function addBuckets(a: Buckets, b: Buckets, sign: 1 | -1): Buckets {
  if (b.counts.length === 0) return a;
  if (a.counts.length === 0) return { ...b, counts: b.counts.map((count) => sign * count) };
  const first = Math.min(a.offset, b.offset);
  const last = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  const countOf = ({ offset, counts }: Buckets, index: number) => counts[index - offset] ?? 0;
  const counts = Array.from({ length: last - first }, (_, i) => countOf(a, first + i) + sign * countOf(b, first + i));
  return { offset: first, counts };
}

function numberOf(text: string, word: string): number {
  const value = word.toLowerCase() === 'nan' ? Number.NaN : Number(word.replace(/^([+-]?)inf$/i, '$1Infinity'));
  if (Number.isNaN(value) && word.toLowerCase() !== 'nan') throw bad(text, `${word} is no number`);
  return value;
}

function listOf(text: string, words: string): readonly number[] {
  const inner = words.replace(/^\[|\]$/g, '').trim();
  return inner === '' ? [] : inner.split(/\s+/).map((word) => numberOf(text, word));
}

function bad(text: string, why: string): BarographError {
  return new BarographError(`histogram ${text}: ${why}`, {
    kind: 'bad-config',
    code: 'unit-test-values',
    hint: 'Write it like {{schema:0 sum:3 count:2 buckets:[1 1]}}.',
  });
}
