import { describe, expect, it } from 'vitest';
import { TextTable } from '#lib/text-table';
import type { Histogram } from '#model/histogram';
import { type Bytes, double, int, nested, staleMarker, text } from '#test/protobuf';
import { floatHistogram, integerHistogram, labelField, sample, series, staleHistogram } from '#test/write-message';
import { LabelTable } from './label-table.ts';
import { decodeWriteRequest, labelsOfFields } from './remote-write.ts';
import type { WriteSinkV1 } from './write-sink.ts';

const TEXTS = new TextTable(1 << 20);
const LABELS = new LabelTable(TEXTS, 1 << 20);

/** What a decoder said, a line each; histograms apart. */
class Recorder implements WriteSinkV1 {
  skim = (_message: Uint8Array, at: number) => at;
  readonly seen: string[] = [];
  readonly histograms: (Histogram | null)[] = [];

  series(labels: DataView, start: number, end: number, samples: number): void {
    const bytes = new Uint8Array(labels.buffer, labels.byteOffset + start, end - start);
    this.seen.push(`series ${labelsOfFields(bytes, LABELS).join(',')} of ${samples}`);
  }
  badSeries(): never {
    throw new Error('1.0 has no labels that cannot be found');
  }
  exemplar = ({ labels, value, t }: { labels: readonly string[]; value: number; t: number }) =>
    void this.seen.push(`exemplar ${labels.join(',')} ${value} ${t}`);
  badExemplar = (reason: string) => void this.seen.push(`bad exemplar: ${reason}`);
  float = (t: number, v: number) => void this.seen.push(`float ${t} ${v}`);
  stale = (t: number) => void this.seen.push(`stale ${t}`);
  histogram = (t: number, histogram: Histogram | null) => {
    this.seen.push(`histogram ${t}`);
    this.histograms.push(histogram);
  };
  metadata: WriteSinkV1['metadata'] = (metric, { type, help, unit }) =>
    void this.seen.push(`metadata ${metric} ${type} ${help} ${unit}`);
}

function recorded(...bytes: Bytes[]): Recorder {
  const recorder = new Recorder();
  decodeWriteRequest(Uint8Array.from(bytes.flat()), recorder, TEXTS);
  return recorder;
}

const decode = (...bytes: Bytes[]) => recorded(...bytes).seen;

describe('a remote write 1.0 message', () => {
  it('gives its series, exemplars, samples and metadata', () => {
    const up = series(
      { __name__: 'up', job: 'a' },
      sample(1000, 1.5),
      nested(2, staleMarker(1), int(2, 2000)),
      nested(3, labelField('trace_id', 'x'), double(2, 3), int(3, 5)),
    );
    const metadata = nested(3, int(1, 1), text(2, 'up'), text(4, 'Help.'), text(5, 's'));
    expect(decode(up, metadata)).toEqual([
      'series __name__,up,job,a of 2',
      'exemplar trace_id,x 3 5',
      'float 1000 1.5',
      'stale 2000',
      'metadata up counter Help. s',
    ]);
  });

  it('may have samples before 1970 and a plain NaN, which is not a stale marker', () => {
    expect(decode(series({ __name__: 'a' }, sample(-1, Number.NaN)))).toEqual([
      'series __name__,a of 1',
      'float -1 NaN',
    ]);
  });

  it('has its labels in any order and at any place, and empty values are absent labels', () => {
    const scattered = nested(
      1,
      labelField('job', 'x'),
      sample(1, 2),
      labelField('env', ''),
      labelField('__name__', 'up'),
    );
    expect(decode(scattered)).toEqual(['series __name__,up,job,x of 1', 'float 1 2']);
  });

  it('gives histograms with absolute counts, of integers and of floats', () => {
    const h = {
      t: 7,
      count: 11,
      sum: 2.5,
      zeroCount: 1,
      spans: [
        [-2, 2],
        [1, 1],
      ] as const,
      buckets: [3, 5, 2],
    };
    const { histograms, seen } = recorded(
      series({ __name__: 'h' }, integerHistogram(4, h), floatHistogram(4, { ...h, hint: 3, buckets: [0.5, 5, 2] })),
    );
    const common = {
      ...{ schema: 0, zeroThreshold: 0, zeroCount: 1, count: 11, sum: 2.5, customBounds: null },
      positiveSpans: [
        { offset: -2, length: 2 },
        { offset: 1, length: 1 },
      ],
      negativeSpans: [],
      negativeBuckets: new Float64Array(0),
    };
    expect(seen).toEqual(['series __name__,h of 2', 'histogram 7', 'histogram 7']);
    expect(histograms).toEqual([
      { ...common, positiveBuckets: Float64Array.of(3, 5, 2), counterResetHint: 'unknown', isInteger: true },
      { ...common, positiveBuckets: Float64Array.of(0.5, 5, 2), counterResetHint: 'gauge' },
    ]);
  });

  it('gives custom bounds, and a stale marker among the histograms', () => {
    const custom = { t: 1, schema: -53, count: 3, sum: 1, spans: [[0, 2]] as const, buckets: [1, 2], bounds: [0.5] };
    const { histograms } = recorded(series({ __name__: 'h' }, integerHistogram(4, custom), staleHistogram(4, 2)));
    expect(histograms.map((h) => h?.customBounds ?? null)).toEqual([Float64Array.of(0.5), null]);
    expect(histograms[1]).toBe(null);
  });

  it.each([
    [
      'a label twice',
      nested(1, labelField('b', '1'), labelField('a', '1'), labelField('b', '2')),
      'invalid labels for series, labels {b="1", a="1", b="2"}, duplicated label b',
    ],
    ['a label without a name', nested(1, labelField('', '1')), 'invalid metric name or labels, got {""="1"}'],
    ['a series without a metric name', nested(1, labelField('a', '1')), 'invalid metric name or labels, got {a="1"}'],
    ['a cut-off end', series({ __name__: '1' }).slice(0, -2), 'ends in the middle of a field'],
    ['a field longer than its message', nested(1, [0x12, 4, 0x10]).concat(0, 0, 0), 'runs over the end of its message'],
    ['text that is not UTF-8', nested(1, nested(1, nested(1, [0xff]))), 'invalid metric name or labels, got {"�"=""}'],
  ])('with %s is refused', (_, bytes, reason) => {
    expect(() => decode(bytes)).toThrow(reason);
  });
});
