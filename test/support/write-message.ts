import { type Bytes, double, doubleBytes, int, nested, sint, staleMarker, text, varint, zigzag } from '#test/protobuf';

export type Spans = readonly (readonly [offset: number, length: number])[];

/** A histogram, to be written as integers or as floats. */
export interface HistogramSample {
  readonly t: number;
  readonly schema?: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroCount?: number;
  readonly zeroThreshold?: number;
  readonly spans: Spans;
  /** Absolute. */
  readonly buckets: readonly number[];
  /** Written as floats only. */
  readonly negative?: { readonly spans: Spans; readonly buckets: readonly number[] };
  readonly bounds?: readonly number[];
  readonly startTime?: number;
  readonly hint?: number;
}

/** prompb.Histogram with an integer count: buckets as differences. */
export function integerHistogram(field: number, h: HistogramSample): number[] {
  const deltas = h.buckets.map((count, i) => count - (h.buckets[i - 1] ?? 0));
  return nested(
    field,
    ...[int(1, h.count), double(3, h.sum), sint(4, h.schema ?? 0), int(6, h.zeroCount ?? 0)],
    ...[...spans(11, h.spans), nested(12, ...deltas.map(zigzag)), ...rest(h)],
  );
}

/** prompb.Histogram with a float count: buckets as they are. */
export function floatHistogram(field: number, h: HistogramSample): number[] {
  return nested(
    field,
    ...[double(2, h.count), double(3, h.sum), sint(4, h.schema ?? 0), double(7, h.zeroCount ?? 0)],
    ...(h.negative ? [...spans(8, h.negative.spans), nested(10, ...h.negative.buckets.map(doubleBytes))] : []),
    ...[...spans(11, h.spans), nested(13, ...h.buckets.map(doubleBytes)), ...rest(h)],
  );
}

/** A stale marker among the histograms. */
export function staleHistogram(field: number, t: number): number[] {
  return nested(field, staleMarker(3), int(15, t));
}

function spans(field: number, all: Spans): number[][] {
  return all.map(([offset, length]) => nested(field, sint(1, offset), int(2, length)));
}

function rest({ t, zeroThreshold, hint, bounds, startTime }: HistogramSample): number[][] {
  return [
    zeroThreshold === undefined ? [] : double(5, zeroThreshold),
    hint === undefined ? [] : int(14, hint),
    int(15, t),
    bounds === undefined ? [] : nested(16, ...bounds.map(doubleBytes)),
    startTime === undefined ? [] : int(17, startTime),
  ];
}

/** Label fields of a 1.0 message, in the given order. */
export function labelFields(labels: Readonly<Record<string, string>>): number[] {
  return Object.entries(labels).flatMap(([name, value]) => labelField(name, value));
}

export function labelField(name: string, value: string): number[] {
  return nested(1, text(1, name), text(2, value));
}

/** A series of a 1.0 message. */
export function series(labels: Readonly<Record<string, string>>, ...content: Bytes[]): number[] {
  return nested(1, labelFields(labels), ...content);
}

/** A float of either message; the start time is of 2.0. */
export function sample(t: number, v: number, startTime = 0): number[] {
  return nested(2, double(1, v), int(2, t), startTime === 0 ? [] : int(3, startTime));
}

/** A 2.0 message under construction: symbols come about by use. */
export class RequestV2 {
  private readonly symbols = [''];
  private readonly parts: number[][] = [];

  /** The place of a text among the symbols. */
  symbol(text: string): number {
    const at = this.symbols.indexOf(text);
    return at < 0 ? this.symbols.push(text) - 1 : at;
  }

  refs(labels: Readonly<Record<string, string>>): number[] {
    return Object.entries(labels).flatMap(([name, value]) => [this.symbol(name), this.symbol(value)]);
  }

  series(labels: Readonly<Record<string, string>>, ...content: Bytes[]): this {
    return this.seriesOf(this.refs(labels), ...content);
  }

  seriesOf(refs: readonly number[], ...content: Bytes[]): this {
    this.parts.push(nested(5, nested(1, ...refs.map(varint)), ...content));
    return this;
  }

  exemplar(labels: Readonly<Record<string, string>>, value: number, t: number): number[] {
    return nested(4, nested(1, ...this.refs(labels).map(varint)), double(2, value), int(3, t));
  }

  metadata(type: number, help: string, unit = ''): number[] {
    return nested(5, int(1, type), int(3, this.symbol(help)), int(4, this.symbol(unit)));
  }

  get bytes(): number[] {
    return [...this.symbols.flatMap((symbol) => text(4, symbol)), ...this.parts.flat()];
  }
}
