import { ProtobufWriter } from '#lib/protobuf-writer';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram, type Span } from '#model/histogram';
import type { SampleWriter, WrittenSeries } from '../written-series.ts';

// io.prometheus.client.MetricType
const UNTYPED = 3;
const HISTOGRAM = 4;
const GAUGE_HISTOGRAM = 5;

/** Metrics of one family that is being collected. */
interface OpenFamily {
  readonly name: string;
  readonly type: number;
  readonly metrics: (() => void)[];
}

/** Delimited io.prometheus.client.MetricFamily messages. A name with samples of several kinds makes several. */
export class ProtobufSamples implements SampleWriter {
  private readonly out = new ProtobufWriter();
  private open: OpenFamily | null = null;

  get length(): number {
    return this.out.length;
  }

  float(series: WrittenSeries, value: number, t: number): void {
    this.add(series, UNTYPED, t, () => this.out.message(5, () => this.out.double(1, value)));
  }

  histogram(series: WrittenSeries, histogram: Histogram, t: number): boolean {
    const type = histogram.counterResetHint === 'gauge' ? GAUGE_HISTOGRAM : HISTOGRAM;
    this.add(series, type, t, () => this.out.message(7, () => writeHistogram(this.out, histogram)));
    return true;
  }

  take(): Uint8Array<ArrayBuffer> {
    this.close();
    return this.out.take();
  }

  private add({ name, labels }: WrittenSeries, type: number, t: number, writeValue: () => void): void {
    if (this.open === null || this.open.name !== name || this.open.type !== type) {
      this.close();
      this.open = { name, type, metrics: [] };
    }
    this.open.metrics.push(() => {
      for (let i = 0; i < labels.length; i += 2) this.label(labels[i]!, labels[i + 1]!);
      writeValue();
      this.out.uint(6, t);
    });
    // Families that never end are cut: a reader puts the parts together, and memory stays small.
    if (this.open.metrics.length >= MOST_METRICS) this.close();
  }

  private label(name: string, value: string): void {
    this.out.message(1, () => {
      this.out.text(1, name);
      this.out.text(2, value);
    });
  }

  private close(): void {
    const { open, out } = this;
    if (open === null) return;
    this.open = null;
    out.delimited(() => {
      out.text(1, open.name);
      out.uint(3, open.type);
      for (const write of open.metrics) out.message(4, write);
    });
  }
}

const MOST_METRICS = 10_000;

/** As floats, so that it is one whatever its counts are. */
function writeHistogram(out: ProtobufWriter, h: Histogram): void {
  out.double(4, h.count);
  out.double(2, h.sum);
  if (h.schema === CUSTOM_BOUNDS_SCHEMA) writeClassicBuckets(out, h);
  else writeNativeBuckets(out, h);
}

function writeNativeBuckets(out: ProtobufWriter, h: Histogram): void {
  out.sint(5, h.schema);
  out.double(6, h.zeroThreshold);
  out.double(8, h.zeroCount);
  writeSide(out, { span: 9, counts: 11 }, h.negativeSpans, h.negativeBuckets);
  writeSide(out, { span: 12, counts: 14 }, h.positiveSpans, h.positiveBuckets);
  // A histogram without buckets shows itself by an empty span.
  if (h.positiveSpans.length === 0 && h.negativeSpans.length === 0) writeSpan(out, 12, { offset: 0, length: 0 });
}

interface SideFields {
  readonly span: number;
  readonly counts: number;
}

function writeSide(out: ProtobufWriter, fields: SideFields, spans: readonly Span[], counts: Float64Array): void {
  for (const span of spans) writeSpan(out, fields.span, span);
  if (counts.length > 0) out.doubles(fields.counts, counts);
}

function writeSpan(out: ProtobufWriter, field: number, { offset, length }: Span): void {
  out.message(field, () => {
    out.sint(1, offset);
    out.uint(2, length);
  });
}

/** The format has no custom bounds: they go as the classic buckets that they came from. */
function writeClassicBuckets(out: ProtobufWriter, { customBounds, positiveSpans, positiveBuckets }: Histogram): void {
  const bounds = customBounds ?? new Float64Array(0);
  const counts = new Float64Array(bounds.length + 1);
  let at = 0;
  let next = 0;
  for (const { offset, length } of positiveSpans) {
    at += offset;
    for (let i = 0; i < length; i++) counts[at++] = positiveBuckets[next++]!;
  }
  let sum = 0;
  counts.forEach((count, i) => {
    sum += count;
    out.message(3, () => {
      out.double(4, sum);
      out.double(2, bounds[i] ?? Number.POSITIVE_INFINITY);
    });
  });
}
