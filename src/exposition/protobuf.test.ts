import { describe, expect, it } from 'vitest';
import { type Bytes, double, int, nested, sint, text, varint, zigzag } from '#test/protobuf';
import type { ExpositionPage } from './page.ts';
import { parsePage } from './parse.ts';

const COUNTER = 0;
const GAUGE = 1;
const SUMMARY = 2;
const HISTOGRAM = 4;
const GAUGE_HISTOGRAM = 5;

/** A delimited MetricFamily; the type is left out where it is the default, as encoders do. */
function family(name: string, type: number, ...content: Bytes[]): number[] {
  const bytes = [...text(1, name), ...text(2, 'Help.'), ...(type === 0 ? [] : int(3, type)), ...content.flat()];
  return [...varint(bytes.length), ...bytes];
}

const label = (name: string, value: string) => nested(1, text(1, name), text(2, value));
const timestamp = (field: number, seconds: number, nanos = 0) => nested(field, int(1, seconds), int(2, nanos));
const exemplar = (field: number, value: number, ...at: Bytes[]) =>
  nested(field, label('trace_id', 'x'), double(2, value), ...at);
const gauge = (value: number, ...labels: Bytes[]) => nested(4, ...labels, nested(2, double(1, value)));
const bucket = (bound: number, count: number, ...content: Bytes[]) =>
  nested(3, int(1, count), double(2, bound), ...content);
/** The parts of an integer histogram with 2 observations in one bucket. */
const NATIVE = [sint(5, 1), double(6, 0.5), int(7, 1), nested(12, sint(1, 3), int(2, 1)), nested(13, zigzag(2))];

interface Choice {
  readonly native?: boolean;
  readonly alwaysClassic?: boolean;
}

function parse({ native = true, alwaysClassic = false }: Choice, previous: ExpositionPage | null, ...bytes: Bytes[]) {
  const body = Uint8Array.from(bytes.flat());
  return parsePage({ format: 'protobuf', body, previous, histograms: { native, alwaysClassic } });
}

const page = (...bytes: Bytes[]) => parse({}, null, ...bytes);

function rows(of: ExpositionPage): string[] {
  expect(of.error).toBe(null);
  return Array.from({ length: of.length }, (_, row) => {
    const at = Number.isNaN(of.timestamp[row]) ? '' : ` @${of.timestamp[row]}`;
    return `${of.text(row)} ${of.histograms.has(row) ? 'histogram' : of.value[row]}${at}`;
  });
}

describe('a page in the protobuf format', () => {
  it('has the series of its families with labels, timestamps and metadata', () => {
    const parsed = page(
      family('a', GAUGE, gauge(1), nested(4, label('b', 'x "y"'), nested(2, double(1, 2)), int(6, 5000))),
      family('net_bytes_total', COUNTER, nested(4, nested(3, double(1, 3))), text(5, 'bytes')),
      family('ü', GAUGE, gauge(4, label('ö', ''))),
    );
    expect(rows(parsed)).toEqual(['a 1', 'a{b="x \\"y\\""} 2 @5000', 'net_bytes_total 3', '{"ü","ö"=""} 4']);
    expect(parsed.families.map(({ name, metadata: { type, unit } }) => [name, type, unit])).toEqual([
      ['a', 'gauge', ''],
      ['net_bytes_total', 'counter', 'bytes'],
      ['ü', 'gauge', ''],
    ]);
    expect([...parsed.family.subarray(0, 4)]).toEqual([0, 0, 1, 2]);
  });

  it('has summaries and classic histograms as their series, and the last bucket even when it is not sent', () => {
    const quantile = nested(3, double(1, 0.5), double(2, 7));
    expect(
      rows(
        page(
          family('s', SUMMARY, nested(4, nested(4, int(1, 3), double(2, 9), quantile))),
          family('h', HISTOGRAM, nested(4, label('a', 'b'), nested(7, int(1, 3), double(2, 9), bucket(1, 2)))),
        ),
      ),
    ).toEqual([
      ...['s_count 3', 's_sum 9', 's{quantile="0.5"} 7'],
      ...['h_count{a="b"} 3', 'h_sum{a="b"} 9', 'h_bucket{a="b",le="1.0"} 2', 'h_bucket{a="b",le="+Inf"} 3'],
    ]);
  });

  it('has native histograms, and their classic series as the job wishes', () => {
    const both = family('h', HISTOGRAM, nested(4, nested(7, int(1, 3), double(2, 9), bucket(1, 2), ...NATIVE)));
    const classic = ['h_count 3', 'h_sum 9', 'h_bucket{le="1.0"} 2', 'h_bucket{le="+Inf"} 3'];
    expect(rows(parse({}, null, both))).toEqual(['h histogram']);
    expect(rows(parse({ alwaysClassic: true }, null, both))).toEqual(['h histogram', ...classic]);
    expect(rows(parse({ native: false }, null, both))).toEqual(classic);
    expect(parse({}, null, both).histograms.get(0)).toEqual({
      ...{ schema: 1, zeroThreshold: 0.5, zeroCount: 1, count: 3, sum: 9, customBounds: null },
      ...{ counterResetHint: 'unknown', isInteger: true },
      positiveSpans: [{ offset: 3, length: 1 }],
      positiveBuckets: Float64Array.of(2),
      ...{ negativeSpans: [], negativeBuckets: new Float64Array(0) },
    });
  });

  it('has float histograms and gauge histograms; a span without buckets is only a sign', () => {
    const floats = [double(4, 2.5), double(2, 9), nested(9), nested(9, sint(1, 2)), nested(9, sint(1, 1), int(2, 1))];
    const sent = nested(7, ...floats, double(11, 2.5));
    expect(page(family('g', GAUGE_HISTOGRAM, nested(4, sent))).histograms.get(0)).toMatchObject({
      ...{ count: 2.5, counterResetHint: 'gauge', negativeSpans: [{ offset: 3, length: 1 }] },
      negativeBuckets: Float64Array.of(2.5),
    });
  });

  it('has exemplars; native histograms take those that have a time, from their buckets when need be', () => {
    const at = timestamp(3, 5, 250_000_000);
    const counter = family('c', COUNTER, nested(4, nested(3, double(1, 1), exemplar(2, 3))));
    const buckets = [bucket(1, 2, exemplar(3, 0.5, at)), bucket(2, 2, exemplar(3, 1.5))];
    const fromBuckets = family('h', HISTOGRAM, nested(4, nested(7, int(1, 3), ...buckets, ...NATIVE)));
    const own = [exemplar(16, 4), exemplar(16, 5, at)];
    const ofItsOwn = family('i', HISTOGRAM, nested(4, nested(7, int(1, 3), ...buckets, ...NATIVE, ...own)));
    const parsed = page(counter, fromBuckets, ofItsOwn);
    const values = (row: number) => parsed.exemplars.get(row)?.map(({ value, timestamp }) => [value, timestamp]);
    expect([values(0), values(1), values(2)]).toEqual([[[3, null]], [[0.5, 5250]], [[5, 5250]]]);
    expect(parsed.exemplars.get(0)?.[0]?.labels.toRecord()).toEqual({ trace_id: 'x' });
  });

  it('says when series began', () => {
    const parsed = page(
      family('c', COUNTER, nested(4, nested(3, double(1, 1), timestamp(3, 7)))),
      family('h', HISTOGRAM, nested(4, nested(7, int(1, 3), ...NATIVE, timestamp(15, 8)))),
      family('s', SUMMARY, nested(4, nested(4, timestamp(4, 9)))),
      family('g', GAUGE, gauge(1)),
    );
    expect([...parsed.startTimes]).toEqual([
      [0, 7000],
      [1, 8000],
      [2, 9000],
      [3, 9000],
    ]);
  });

  it('finds its rows on the page before', () => {
    const first = page(family('a', GAUGE, gauge(1, label('b', 'x')), gauge(2, label('b', 'y'))));
    const second = parse({}, first, family('n', GAUGE, gauge(0)), family('a', GAUGE, gauge(3, label('b', 'y'))));
    expect([...second.same.subarray(0, 2)]).toEqual([-1, 1]);
    const third = parse({}, second, family('n', GAUGE, gauge(0)), family('a', GAUGE, gauge(3, label('b', 'y'))));
    expect([...third.same.subarray(0, 2)]).toEqual([0, 1]);
  });

  it.each([
    ['a cut-off end', family('a', GAUGE, gauge(1)).slice(0, -1), 'ends in the middle of a field'],
    ['a family without a name', family('', GAUGE, gauge(1)), 'invalid metric name: '],
    ['a type that nobody knows', family('a', 9, gauge(1)), 'unknown metric type for metric "a": 9'],
    ['a unit that the name does not have', family('a', GAUGE, text(5, 's')), 'unit "s" not a suffix of metric "a"'],
    ['text that is not UTF-8', family('a', GAUGE, nested(4, nested(1, nested(1, [0xff])))), 'not valid UTF-8'],
  ])('with %s gives the rows before it', (_, bytes, reason) => {
    const parsed = page(family('first', GAUGE, gauge(1)), bytes);
    expect(parsed.error?.message).toContain(reason);
    expect([parsed.length, parsed.text(0)]).toEqual([1, 'first']);
  });
});
