import { BarographError } from '#lib/errors';
import { type Exemplar, exemplarFits, MAX_EXEMPLAR_LENGTH } from '#model/exemplar';
import type { Histogram } from '#model/histogram';
import { histogramProblem } from '#model/histogram-validation';
import { Labels, METRIC_NAME } from '#model/labels';
import type { MetricMetadata, MetricType } from '#model/metadata';
import {
  type Appender,
  MAX_AHEAD,
  type Rejection,
  type SampleExtra,
  type SeriesRef,
  UNKNOWN_REF,
} from '#storage/appender';
import { labelsText } from '#wire/label-pairs';
import { METRIC_TYPES, type WriteSinkV1, type WriteSinkV2, type WrittenExemplar } from '#wire/write-sink';
import { Refusals } from './refusals.ts';
import type { SeriesCache } from './series-cache.ts';
import type { Symbols } from './symbols.ts';
import type { KnownSamples } from './write-kernel.ts';

const TOO_FAR_AHEAD = 'out of bounds: timestamp is too far in the future; check the sender’s clock';
const BAD_START = 'out of bounds: the start timestamp is out of range';
/** The formats of chunks and WAL are exact so far. */
const MAX_TIME = 2 ** 51;
/** More than any sender puts into 32 MiB on purpose. */
const MAX_SAMPLES = 1_000_000;

/** What a request is written with. */
export interface TransactionParts {
  readonly appender: Appender;
  readonly cache: SeriesCache;
  readonly symbols: Symbols;
  /** The labels behind the label bytes of a series; throws `bad-request` for invalid ones. */
  readonly labelsOf: (bytes: Uint8Array) => readonly string[];
  /** 2.0: senders are told of series without samples, and of exemplars that are not stored. */
  readonly strict: boolean;
  readonly now: number;
  /** Hears of metadata that is new or has changed. */
  readonly onMetadata: (metric: string, metadata: MetricMetadata) => void;
}

/** Appends what a decoder finds. What is refused is counted, the rest goes on. */
export class WriteTransaction implements WriteSinkV1, WriteSinkV2 {
  samples = 0;
  histograms = 0;
  exemplars = 0;
  /** Samples and histograms of the request, refused ones included. */
  total = 0;
  readonly refusals = new Refusals();
  private readonly parts: TransactionParts;
  /** The series at hand: its number in the cache, its ref, and its labels where the storage does not know the ref. */
  private number = 0;
  private ref: SeriesRef = UNKNOWN_REF;
  private labels = Labels.EMPTY;
  private key: DataView = new DataView(new ArrayBuffer(0));
  private keyStart = 0;
  private keyEnd = 0;
  /** Why the series at hand is refused as a whole. */
  private refused = false;
  /** What is handed over with the next sample. */
  private pendingExemplars: Exemplar[] = [];
  private pendingMetadata: MetricMetadata | null = null;
  private description = 0;
  private readonly latest: number;

  constructor(parts: TransactionParts) {
    this.parts = parts;
    this.latest = parts.now + MAX_AHEAD;
  }

  skim(message: Uint8Array, from: number): number {
    const { cache } = this.parts;
    let at = from;
    for (let known = cache.known(message, at, this.latest); known !== null; ) {
      at = cache.stoppedAt(message);
      this.addKnown(known);
      known = cache.known(message, at, this.latest);
    }
    return at;
  }

  series(labels: DataView, start: number, end: number, samples: number): void {
    const { cache, appender } = this.parts;
    this.begin(samples);
    this.key = labels;
    this.keyStart = start;
    this.keyEnd = end;
    this.number = cache.find(labels, start, end);
    this.ref = this.number === 0 ? UNKNOWN_REF : cache.ref(this.number);
    if (this.number !== 0 && appender.knows(this.ref)) this.labels = Labels.EMPTY;
    else if (!this.readLabels(samples)) return;
    if (samples === 0 && this.parts.strict) {
      this.refusals.note('TimeSeries must contain at least one sample or histogram', this.where);
    }
  }

  badSeries(reason: string, samples: number): void {
    this.begin(samples);
    this.refuseSeries(reason, samples);
  }

  exemplar({ labels, value, t }: WrittenExemplar): void {
    if (this.refused) return;
    if (!exemplarFits(labels)) {
      this.badExemplar(`label length for exemplar exceeds maximum of ${MAX_EXEMPLAR_LENGTH} UTF-8 characters`);
      return;
    }
    const entries = Array.from({ length: labels.length / 2 }, (_, i): [string, string] => [
      labels[2 * i]!,
      labels[2 * i + 1]!,
    ]);
    this.pendingExemplars.push({ labels: Labels.fromEntries(entries), value, timestamp: t });
  }

  badExemplar(reason: string): void {
    if (this.parts.strict && !this.refused) this.refusals.note(reason, this.where);
  }

  /** The storage had newer ones: senders of 1.0 are not told of exemplars. */
  lateExemplars(count: number): void {
    if (this.parts.strict && count > 0) this.refusals.note('out of order exemplar', () => '');
  }

  float(t: number, v: number, startTime: number): void {
    if (this.refused || this.isAhead(t) || this.isBadStart(startTime)) return;
    if (this.take(this.parts.appender.float(this.ref, this.labels, t, v, this.extra(startTime)))) this.samples++;
  }

  stale(t: number): void {
    if (this.refused || this.isAhead(t)) return;
    if (this.take(this.parts.appender.stale(this.ref, this.labels, t))) this.samples++;
  }

  histogram(t: number, histogram: Histogram | null, startTime: number): void {
    if (this.refused || this.isAhead(t) || this.isBadStart(startTime)) return;
    if (this.appendHistogram(t, histogram, startTime)) this.histograms++;
  }

  metadata(metric: string, metadata: MetricMetadata): void {
    this.parts.onMetadata(metric, metadata);
  }

  symbol(text: DataView, start: number, end: number): number {
    return this.parts.symbols.number(text, start, end);
  }

  /** Senders say it again with every sample: texts are read only when they have changed. */
  seriesMetadata(type: MetricType, help: number, unit: number): void {
    if (this.refused) return;
    const { cache, symbols, onMetadata } = this.parts;
    this.description = (help * 2 ** 24 + unit) * METRIC_TYPES.length + METRIC_TYPES.indexOf(type) + 1;
    if (this.number !== 0 && cache.description(this.number) === this.description) return;
    this.pendingMetadata = { type, help: symbols.text(help) ?? '', unit: symbols.text(unit) ?? '' };
    const labels = this.parts.labelsOf(this.keyBytes());
    onMetadata(labels[labels.indexOf(METRIC_NAME) + 1]!, this.pendingMetadata);
    if (this.number !== 0) cache.describe(this.number, this.description);
  }

  private addKnown({ numbers, refs, times, values }: KnownSamples): void {
    const { appender } = this.parts;
    this.begin(refs.length);
    for (let from = 0; ; ) {
      const next = appender.floats(refs, times, values, from);
      this.samples += next - from;
      if (next >= refs.length) return;
      this.select(numbers[next]!);
      this.float(times[next]!, values[next]!, 0);
      from = next + 1;
    }
  }

  /** Turns to a series of the cache. */
  private select(number: number): void {
    const { cache, appender } = this.parts;
    const { buffer, byteOffset, length } = cache.bytes(number);
    this.refused = false;
    this.key = new DataView(buffer, byteOffset, length);
    this.keyStart = 0;
    this.keyEnd = length;
    this.number = number;
    this.ref = cache.ref(number);
    if (appender.knows(this.ref)) this.labels = Labels.EMPTY;
    else this.readLabels(1);
  }

  private begin(samples: number): void {
    this.total += samples;
    if (this.total > MAX_SAMPLES) throw tooManySamples();
    this.refused = false;
    if (this.pendingExemplars.length > 0) this.pendingExemplars = [];
    this.pendingMetadata = null;
    this.description = 0;
  }

  private readLabels(samples: number): boolean {
    try {
      this.labels = Labels.fromSorted(this.parts.labelsOf(this.keyBytes()));
      return true;
    } catch (error) {
      if (!isBadRequest(error)) throw error;
      this.refuseSeries(error.message, samples);
      return false;
    }
  }

  private refuseSeries(reason: string, samples: number): void {
    this.refused = true;
    this.refusals.add('invalid_labels', reason, { samples, where: () => '' });
  }

  private appendHistogram(t: number, histogram: Histogram | null, startTime: number): boolean {
    const { appender } = this.parts;
    if (histogram === null) return this.take(appender.stale(this.ref, this.labels, t));
    const problem = histogramProblem(histogram);
    if (problem !== null) {
      this.refusals.add('invalid_histogram', problem, { samples: 1, where: this.where });
      return false;
    }
    return this.take(appender.histogram(this.ref, this.labels, t, histogram, this.extra(startTime)));
  }

  /** Notes what became of a sample; true when it was taken. */
  private take(result: SeriesRef | Rejection): boolean {
    if (result < 0) {
      this.refusals.rejected(result as Rejection, this.where);
      return false;
    }
    this.exemplars += this.pendingExemplars.length;
    if (this.pendingExemplars.length > 0) this.pendingExemplars = [];
    this.pendingMetadata = null;
    if (result !== this.ref) this.remember(result as SeriesRef);
    return true;
  }

  private remember(ref: SeriesRef): void {
    const { cache } = this.parts;
    this.ref = ref;
    if (this.number !== 0) cache.setRef(this.number, ref);
    else {
      this.number = cache.add(this.key, { start: this.keyStart, end: this.keyEnd }, ref);
      cache.describe(this.number, this.description);
    }
  }

  private isAhead(t: number): boolean {
    if (t <= this.latest) return false;
    this.refusals.add('out_of_bounds', TOO_FAR_AHEAD, { samples: 1, where: this.where });
    return true;
  }

  /** Whether the start time is none that the storage can keep. */
  private isBadStart(startTime: number): boolean {
    if (Math.abs(startTime) <= MAX_TIME) return false;
    this.refusals.add('out_of_bounds', BAD_START, { samples: 1, where: this.where });
    return true;
  }

  private extra(startTime: number): SampleExtra | undefined {
    const { pendingExemplars, pendingMetadata } = this;
    if (startTime === 0 && pendingExemplars.length === 0 && pendingMetadata === null) return undefined;
    return {
      ...(startTime === 0 ? {} : { startTime }),
      ...(pendingExemplars.length === 0 ? {} : { exemplars: pendingExemplars }),
      ...(pendingMetadata === null ? {} : { metadata: pendingMetadata }),
    };
  }

  private readonly where = (): string => labelsText(this.parts.labelsOf(this.keyBytes()));

  private keyBytes(): Uint8Array {
    return new Uint8Array(this.key.buffer, this.key.byteOffset + this.keyStart, this.keyEnd - this.keyStart);
  }
}

/** Whether the request itself is at fault. */
export function isBadRequest(error: unknown): error is BarographError {
  return error instanceof BarographError && error.kind === 'bad-request';
}

function tooManySamples(): BarographError {
  return new BarographError(`remote write: more than ${MAX_SAMPLES} samples in one request`, {
    kind: 'bad-request',
    code: 'too-many-samples',
    hint: 'Lower max_samples_per_send at the sender.',
  });
}
