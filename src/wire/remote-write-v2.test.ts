import { describe, expect, it } from 'vitest';
import type { Histogram } from '#model/histogram';
import type { MetricType } from '#model/metadata';
import { type Bytes, int, nested, staleMarker, text } from '#test/protobuf';
import { integerHistogram, RequestV2, sample } from '#test/write-message';
import { decodeWriteRequestV2, labelsOfSymbols } from './remote-write-v2.ts';
import type { WriteSinkV2 } from './write-sink.ts';

class Recorder implements WriteSinkV2 {
  skim = (_message: Uint8Array, at: number) => at;
  readonly seen: string[] = [];
  private readonly symbols: string[] = [];

  symbol(view: DataView, start: number, end: number): number {
    const symbol = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + start, end - start));
    const at = this.symbols.indexOf(symbol);
    return at < 0 ? this.symbols.push(symbol) - 1 : at;
  }
  series(labels: DataView, start: number, end: number, samples: number): void {
    const bytes = new Uint8Array(labels.buffer, labels.byteOffset + start, end - start);
    const text = (symbol: number) => this.symbols[symbol] ?? '';
    const symbols = { text, bytes: (symbol: number) => new TextEncoder().encode(text(symbol)) };
    this.seen.push(`series ${labelsOfSymbols(bytes, symbols).join(',')} of ${samples}`);
  }
  badSeries = (reason: string, samples: number) => void this.seen.push(`bad series of ${samples}: ${reason}`);
  exemplar = ({ labels, value, t }: { labels: readonly string[]; value: number; t: number }) =>
    void this.seen.push(`exemplar ${labels.join(',')} ${value} ${t}`);
  badExemplar = (reason: string) => void this.seen.push(`bad exemplar: ${reason}`);
  float = (t: number, v: number, startTime: number) => void this.seen.push(`float ${t} ${v} since ${startTime}`);
  stale = (t: number) => void this.seen.push(`stale ${t}`);
  histogram = (t: number, histogram: Histogram | null, startTime: number) =>
    void this.seen.push(`histogram ${t} of ${histogram?.count} since ${startTime}`);
  seriesMetadata = (type: MetricType, help: number, unit: number) =>
    void this.seen.push(`metadata ${type} ${this.symbols[help]} ${this.symbols[unit]}`);
}

function decode(...bytes: Bytes[]): string[] {
  const recorder = new Recorder();
  decodeWriteRequestV2(Uint8Array.from(bytes.flat()), recorder);
  return recorder.seen;
}

const HISTOGRAM = { t: 9, count: 2, sum: 1, spans: [[0, 1]] as const, buckets: [2] };

describe('a remote write 2.0 message', () => {
  it('gives its series with what belongs to them, exemplars and metadata before the samples', () => {
    const request = new RequestV2();
    request.series(
      { __name__: 'up', job: 'a' },
      ...[sample(1000, 1.5, 500), nested(2, staleMarker(1), int(2, 2000))],
      ...[integerHistogram(3, { ...HISTOGRAM, startTime: 3 }), request.exemplar({ trace_id: 'x' }, 3, 5)],
      request.metadata(1, 'Help.', 's'),
    );
    expect(decode(request.bytes)).toEqual([
      'series __name__,up,job,a of 3',
      'exemplar trace_id,x 3 5',
      'metadata counter Help. s',
      'float 1000 1.5 since 500',
      'stale 2000',
      'histogram 9 of 2 since 3',
    ]);
  });

  it('may give the start time for the whole series; that of a sample goes before', () => {
    const { bytes } = new RequestV2().series(
      { __name__: 'a' },
      ...[sample(10, 1), sample(20, 1, 15), integerHistogram(3, HISTOGRAM), int(6, 5)],
    );
    expect(decode(bytes).slice(1)).toEqual(['float 10 1 since 5', 'float 20 1 since 15', 'histogram 9 of 2 since 5']);
  });

  it('may have its symbols behind the series, and references that are not packed', () => {
    const loose = nested(5, int(1, 1), int(1, 2), sample(1, 2));
    expect(decode(loose, text(4, ''), text(4, '__name__'), text(4, 'up'))).toEqual([
      'series __name__,up of 1',
      'float 1 2 since 0',
    ]);
  });

  it('tells of references that lead nowhere, and goes on', () => {
    const request = new RequestV2();
    request
      .seriesOf([1, 99], sample(1, 1))
      .seriesOf([1], sample(1, 1))
      .series({ __name__: 'ok' }, sample(1, 1), nested(4, nested(1, [7, 7])));
    expect(decode(request.bytes)).toEqual([
      'bad series of 1: parsing labels for series [1 99]: labelRefs 0 (name) = 1 (value = 99) outside of symbols table (size 3)',
      'float 1 1 since 0',
      'bad series of 1: parsing labels for series [1]: invalid labelRefs length 1',
      'float 1 1 since 0',
      'series __name__,ok of 1',
      'bad exemplar: parsing exemplar: labelRefs 0 (name) = 7 (value = 7) outside of symbols table (size 3)',
      'float 1 1 since 0',
    ]);
  });

  it('with metadata that names no symbol is refused', () => {
    const { bytes } = new RequestV2().series({ __name__: 'a' }, sample(1, 1), nested(5, int(3, 9)));
    expect(() => decode(bytes)).toThrow('metadata names symbol 9 of 3');
  });
});
