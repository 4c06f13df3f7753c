import { formatFloatG } from '#lib/go-format';
import type { Millis } from '#model/time';
import type { Span } from './ast.ts';
import { positionText } from './parse-error.ts';
import { goQuote } from './syntax/quote.ts';

interface Note {
  readonly kind: 'warning' | 'info';
  /** Without the position; the key. */
  readonly text: string;
  span: Span | null;
  /** Only of the note on forced monotonicity. */
  repair: BucketRepair | null;
}

/** How far a classic histogram was from being monotonic, over all steps of a query. */
export interface BucketRepair {
  readonly from: Millis;
  readonly to: Millis;
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
  readonly samples: number;
}

/**
 * Warnings and infos of one query, each text once, in order of appearance, worded as Prometheus words them. A text that
 * comes from several places keeps the last place.
 */
export class Annotations {
  private readonly notes = new Map<string, Note>();
  private readonly query: string;

  /** `query` is the text that the spans point into. */
  constructor(query: string) {
    this.query = query;
  }

  warn(text: string, span: Span): void {
    this.add('warning', `PromQL warning: ${text}`, span);
  }

  info(text: string, span: Span): void {
    this.add('info', `PromQL info: ${text}`, span);
  }

  /** A warning of the storage: shown as it is. */
  storageWarning(text: string): void {
    this.add('warning', text, null);
  }

  /** Counts a repaired histogram; the repairs of one metric become one note. */
  forcedMonotonicity(metricName: string, span: Span, repair: BucketRepair): void {
    const note = this.add('info', `PromQL info: ${withMetricName(FORCED_MONOTONICITY, metricName)}`, span);
    note.repair = note.repair === null ? repair : merged(note.repair, repair);
  }

  get warnings(): string[] {
    return this.texts('warning');
  }

  get infos(): string[] {
    return this.texts('info');
  }

  private add(kind: Note['kind'], text: string, span: Span | null): Note {
    const known = this.notes.get(text);
    if (known) {
      known.span = span;
      return known;
    }
    const note: Note = { kind, text, span, repair: null };
    this.notes.set(text, note);
    return note;
  }

  private texts(kind: Note['kind']): string[] {
    return [...this.notes.values()].filter((note) => note.kind === kind).map((note) => this.complete(note));
  }

  private complete({ text, span, repair }: Note): string {
    const place = span === null ? '' : ` (${positionText(this.query, span.start)})`;
    return text + (repair === null ? '' : repairText(repair)) + place;
  }
}

const FORCED_MONOTONICITY =
  'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';

function merged(a: BucketRepair, b: BucketRepair): BucketRepair {
  return {
    from: Math.min(a.from, b.from),
    to: Math.max(a.to, b.to),
    minBucket: Math.min(a.minBucket, b.minBucket),
    maxBucket: Math.max(a.maxBucket, b.maxBucket),
    maxDifference: Math.max(a.maxDifference, b.maxDifference),
    samples: a.samples + b.samples,
  };
}

function repairText({ from, to, minBucket, maxBucket, maxDifference, samples }: BucketRepair): string {
  const buckets = `from buckets ${formatFloatG(minBucket)} to ${formatFloatG(maxBucket)}`;
  const difference = `with a max diff of ${twoDigits(maxDifference)}`;
  return `, ${buckets}, ${difference}, over ${samples} samples from ${rfc3339(from)} to ${rfc3339(to)}`;
}

/** As Go's `%.2g`. */
function twoDigits(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatFloatG(value);
  const [digits = '', exponent = ''] = value.toExponential(1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 2) return formatFloatG(Number(`${digits}e${power}`));
  const mantissa = digits.endsWith('.0') ? digits.slice(0, -2) : digits;
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function rfc3339(time: Millis): string {
  return `${new Date(Math.floor(time / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Adds ` for metric name "…"` unless the metric has none. */
function withMetricName(text: string, metricName: string): string {
  return metricName === '' ? text : `${text} for metric name ${goQuote(metricName)}`;
}

export function invalidQuantile(quantile: number): string {
  return `quantile value should be between 0 and 1, got ${formatFloatG(quantile)}`;
}

export function invalidRatio(ratio: number, capped: number): string {
  return `ratio value should be between -1 and 1, got ${formatFloatG(ratio)}, capping to ${formatFloatG(capped)}`;
}

export function badBucketLabel(metricName: string, value: string): string {
  return withMetricName(`bucket label "le" is missing or has a malformed value of ${goQuote(value)}`, metricName);
}

export function mixedSamples(metricName: string): string {
  return `encountered a mix of histograms and floats for metric name ${goQuote(metricName)}`;
}

export function overlappingStart(metricName: string): string {
  return `sample has start time that overlaps with previous sample timestamp for metric ${goQuote(metricName)}`;
}

export const MIXED_SAMPLES_IN_AGGREGATION = 'encountered a mix of histograms and floats for aggregation';

export function mixedClassicAndNative(metricName: string): string {
  return withMetricName('vector contains a mix of classic and native histograms', metricName);
}

export const SORT_IN_RANGE_QUERY = 'sort is ineffective for range queries since results are always ordered by labels';

export function possibleNonCounter(metricName: string): string {
  return `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${goQuote(metricName)}`;
}

export function histogramIgnoredInAggregation(operator: string): string {
  return `ignored histogram in ${operator} aggregation`;
}

export function histogramIgnoredInRange(metricName: string): string {
  return `ignored histograms in a range containing both floats and histograms for metric name ${goQuote(metricName)}`;
}

export function incompatibleTypes(left: string, operator: string, right: string): string {
  const operation = `${left} ${operator} ${right}`;
  return `incompatible sample types encountered for binary operator ${goQuote(operator)}: ${operation}`;
}

export function notACounter(metricName: string): string {
  return `this native histogram metric is not a counter: ${goQuote(metricName)}`;
}

export function notAGauge(metricName: string): string {
  return `this native histogram metric is not a gauge: ${goQuote(metricName)}`;
}

export function mixedSchemas(metricName: string): string {
  return `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${goQuote(metricName)}`;
}

export function incompatibleBucketLayout(operator: string): string {
  return `incompatible bucket layout encountered for binary operator ${operator}`;
}

/** What was done with histograms, as annotations call it. */
export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

export function resetCollision(operation: HistogramOperation): string {
  return `conflicting counter resets during histogram ${operation}`;
}

export function boundsReconciled(operation: HistogramOperation): string {
  return `mismatched custom buckets were reconciled during ${operation}`;
}

export function quantileIsNaN(metricName: string): string {
  return withMetricName('input to histogram_quantile has NaN observations, result is NaN', metricName);
}

export function quantileIsSkewed(metricName: string): string {
  return withMetricName('input to histogram_quantile has NaN observations, result is skewed higher', metricName);
}

export function fractionExcludesNaN(metricName: string): string {
  return withMetricName(
    'input to histogram_fraction has NaN observations, which are excluded from all fractions',
    metricName,
  );
}
