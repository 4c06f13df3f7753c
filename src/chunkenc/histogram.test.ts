import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Histogram } from '#model/histogram';
import { comparable, hinted, histogramOf, integers } from '#test/histogram-data';
import { HistogramChunker, type HistogramSample } from './histogram-chunker.ts';
import { decodeHistograms, type EncodedChunk } from './histogram-decoder.ts';

const ALL = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const HOUR = 3_600_000;

function decoded(chunks: readonly EncodedChunk[], bounds = ALL): HistogramSample[] {
  const samples: { t: number; histogram: Histogram | null; start: number }[] = [];
  for (const chunk of chunks) {
    decodeHistograms(chunk, bounds, {
      get length() {
        return samples.length;
      },
      pushHistogram: (t, histogram) => samples.push({ t, histogram, start: 0 }),
      pushStale: (t) => samples.push({ t, histogram: null, start: 0 }),
      setStart: (i, start) => {
        samples[i]!.start = start;
      },
    });
  }
  return samples;
}

function chunksOf(samples: readonly HistogramSample[], isInteger: boolean, chunkRange: number | null = 2 * HOUR) {
  const hasStarts = samples.some(({ start }) => start !== 0);
  const chunker = new HistogramChunker({ isInteger, hasStarts }, chunkRange);
  for (const sample of samples) chunker.append(sample);
  return chunker.finish();
}

function every15Seconds(histograms: readonly (Histogram | null)[], start = 0): HistogramSample[] {
  return histograms.map((histogram, i) => ({ t: 15_000 * i, histogram, start }));
}

function hintsOf(chunks: readonly EncodedChunk[]): string[] {
  return decoded(chunks).map(({ histogram }) => histogram?.counterResetHint ?? 'stale');
}

function facts({ histogram, ...rest }: HistogramSample) {
  return { ...rest, histogram: histogram && comparable(histogram) };
}

const counts = fc.dictionary(fc.integer({ min: -20, max: 20 }).map(String), fc.integer({ min: 0, max: 2 ** 40 }), {
  maxKeys: 6,
});
const shape = fc.record({
  positive: counts,
  negative: counts,
  zeroCount: fc.integer({ min: 0, max: 1000 }),
  schema: fc.constantFrom(-4, 0, 0, 0, 8),
  zeroThreshold: fc.constantFrom(0, 2 ** -128, 2 ** -128, 1e-6, 1024, 2 ** -243),
  sum: fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN)),
  counterResetHint: fc.constantFrom('unknown', 'unknown', 'reset', 'gauge' as const),
  isStale: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  step: fc.constantFrom(15_000, 15_000, 15_001, 1, 2 ** 35),
  start: fc.constantFrom(0, 0, 1, 1_600_000_000_000),
});
const series = fc.array(shape, { maxLength: 30 });

describe.each([true, false])('chunks of histograms (integers: %s)', (isInteger) => {
  const make = isInteger ? integers : histogramOf;

  it.each([2 * HOUR, null])('give back what went in (range %s)', (chunkRange) => {
    const property = fc.property(series, fc.boolean(), (shapes, hasStarts) => {
      let t = -(2 ** 40);
      const samples = shapes.map(({ positive, negative, isStale, step, start, ...rest }): HistogramSample => {
        t += step;
        const given = { ...rest, negative };
        return { t, histogram: isStale ? null : make(positive, given), start: hasStarts ? start : 0 };
      });
      const chunks = chunksOf(samples, isInteger, chunkRange);
      expect(decoded(chunks).map(facts)).toEqual(samples.map(facts));
      const { start, end } = { start: samples[3]?.t ?? 0, end: samples[20]?.t ?? t };
      const wanted = samples.filter((sample) => sample.t >= start && sample.t <= end);
      expect(decoded(chunks, { start, end }).map(facts)).toEqual(wanted.map(facts));
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('tell of resets in their header; a reader knows only that there is none within a chunk', () => {
    const samples = every15Seconds([5, 6, 7, 2, 3].map((n) => make({ 1: n })));
    const chunks = chunksOf(samples, isInteger);
    expect(chunks.map(({ data }) => data[1])).toEqual([3, 2]);
    expect(chunks.map(headerOf)).toEqual(['unknown', 'reset']);
    expect(hintsOf(chunks)).toEqual(['unknown', 'not-reset', 'not-reset', 'unknown', 'not-reset']);
  });

  it('take an explicit reset for one, though no count has become less', () => {
    const samples = every15Seconds([make({ 1: 1 }), hinted(make({ 1: 2 }), 'reset'), make({ 1: 3 })]);
    const chunks = chunksOf(samples, isInteger);
    expect(chunks.map(headerOf)).toEqual(['unknown', 'reset']);
    expect(hintsOf(chunks)).toEqual(['unknown', 'unknown', 'not-reset']);
  });

  it('do not say whether another schema or zero threshold was a reset', () => {
    const changed = [make({ 1: 1 }), make({ 1: 2 }, { schema: 1 }), make({ 1: 3 }, { schema: 1, zeroThreshold: 1 })];
    expect(hintsOf(chunksOf(every15Seconds(changed), isInteger))).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('keep gauges apart, whose counts may become less', () => {
    const gauges = [5, 3, 4].map((n) => hinted(make({ [n]: n }), 'gauge'));
    const chunks = chunksOf(every15Seconds([...gauges, make({ 1: 9 })]), isInteger);
    expect(chunks.map(({ data }) => data[1])).toEqual([3, 1]);
    expect(hintsOf(chunks)).toEqual(['gauge', 'gauge', 'gauge', 'unknown']);
  });

  it('end at a staleness marker', () => {
    const samples = every15Seconds([make({ 1: 1 }), null, null, make({ 1: 2 })]);
    const chunks = chunksOf(samples, isInteger);
    expect(chunks.map(({ data }) => data[1])).toEqual([3, 1]);
    expect(hintsOf(chunks)).toEqual(['unknown', 'stale', 'stale', 'unknown']);
  });

  it('take new buckets in, and keep the place of those that counted nothing', () => {
    const samples = every15Seconds([make({ 1: 1, 2: 0 }), make({ 0: 0, 1: 1, 7: 1 }), make({ 1: 1, 7: 1, 9: 1 })]);
    const chunks = chunksOf(samples, isInteger);
    expect(chunks).toHaveLength(1);
    expect(decoded(chunks).map(facts)).toEqual(samples.map(facts));
  });

  it('have another encoding only where start times are known', () => {
    const [first, second] = isInteger ? [2, 5] : [3, 6];
    const histograms = [1, 2, 3].map((n) => make({ 1: n }));
    expect(chunksOf(every15Seconds(histograms), isInteger)[0]?.encoding).toBe(first);
    expect(chunksOf(every15Seconds(histograms, 7), isInteger)[0]?.encoding).toBe(second);
  });

  it('keep start times that change late, or after the 127th sample', () => {
    for (const change of [1, 2, 126, 127, 128, 140]) {
      const samples = Array.from({ length: 150 }, (_, i): HistogramSample => {
        return { t: i * 1000, histogram: make({ 1: i }), start: i < change ? 0 : i * 1000 - 10 };
      });
      expect(decoded(chunksOf(samples, isInteger)).map(facts)).toEqual(samples.map(facts));
    }
  });

  it('that are cut off say so', () => {
    const [chunk] = chunksOf(every15Seconds([1, 2, 3].map((n) => make({ 1: n * 1000 }))), isInteger);
    for (let length = 0; length < chunk!.data.length; length++) {
      const cut = { encoding: chunk!.encoding, data: chunk!.data.subarray(0, length) };
      expect(() => decoded([cut])).toThrow(/^malformed histogram chunk: (it ends too early|its header is cut off)$/);
    }
  });
});

/** What the header of a chunk (without start times) says of a reset before it. */
function headerOf({ data }: { readonly data: Uint8Array }): string {
  return ['unknown', 'not-reset', 'reset', 'gauge'][data[2]! >>> 6]!;
}

describe('an integer histogram chunk', () => {
  it('of one sample is Prometheus’ bytes', () => {
    const samples = every15Seconds([integers({ 1: 2 }, { zeroThreshold: 0.5, sum: 1.5 })]);
    // 1 sample, no flags; zero threshold 2^-1; then bits: schema 0 | 1 span of 1 at 1 | no span | t 0 | count 2 | zero 0 | sum | bucket 2
    const bits = `0${'10001'}${'10001'}${'10001'}${'0'}${'0'}${'10010'}${'0'}${(0x3ff8).toString(2).padStart(16, '0')}${'0'.repeat(48)}${'10010'}`;
    const bytes = bits.match(/.{1,8}/g)!.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
    expect([...chunksOf(samples, true)[0]!.data]).toEqual([0, 1, 0, 243, ...bytes]);
  });
});
