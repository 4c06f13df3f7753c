import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkDecoder } from '#chunkenc/chunk-decoder';
import { ENCODING_XOR, sampleCount } from '#chunkenc/encoding';
import { KIND_FLOAT, KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import { integers } from '#test/histogram-data';
import type { WritableChunk } from './block-writer.ts';
import { encodeChunks } from './chunk-samples.ts';
import { joinChunks } from './join-chunks.ts';

const ALL = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** Null: a staleness marker. */
function chunksOf(values: readonly (number | null)[]): WritableChunk[] {
  const buffer = new SampleBuffer();
  for (const [i, value] of values.entries()) {
    if (value === null) buffer.pushStale(i * 15_000);
    else buffer.pushFloat(i * 15_000, value);
  }
  return encodeChunks(buffer);
}

function read(chunks: readonly WritableChunk[]): string[] {
  const decoder = new ChunkDecoder();
  const buffer = new SampleBuffer();
  for (const chunk of chunks) decoder.decode(chunk, ALL, buffer);
  return Array.from({ length: buffer.length }, (_, i) => {
    if (buffer.kind[i] === KIND_STALE) return `${buffer.t[i]} stale`;
    return `${buffer.t[i]} ${buffer.kind[i] === KIND_FLOAT ? (Object.is(buffer.v[i], -0) ? '-0' : buffer.v[i]) : 'histogram'}`;
  });
}

const counts = (chunks: readonly WritableChunk[]) => chunks.map(({ encoding, data }) => sampleCount(encoding, data));
const steps = (length: number) => Array.from({ length }, (_, i) => i * 3);

describe('neighbouring chunks', () => {
  it('become one, two by two', () => {
    const chunks = chunksOf(steps(600));
    expect(counts(chunks)).toEqual([120, 120, 120, 120, 120]);
    const joined = joinChunks(chunks);
    expect(counts(joined)).toEqual([240, 240, 120]);
    expect(joined.map(({ minTime, maxTime }) => [minTime / 15_000, maxTime / 15_000])).toEqual([
      [0, 239],
      [240, 479],
      [480, 599],
    ]);
    expect(joinChunks(joined)).toEqual(joined);
  });

  it('have the same samples as before, in fewer bytes', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double(), fc.constantFrom(null, -0, Number.NaN));
    const property = fc.property(fc.array(value, { minLength: 121, maxLength: 700, size: 'max' }), (values) => {
      const chunks = chunksOf(values);
      const joined = joinChunks(chunks);
      expect(read(joined)).toEqual(read(chunks));
      expect(joined.length).toBeLessThanOrEqual(chunks.length);
    });
    fc.assert(property, { numRuns: 50 });
    const bytes = (all: readonly WritableChunk[]) => all.reduce((sum, { data }) => sum + data.length, 0);
    expect(bytes(joinChunks(chunksOf(steps(480))))).toBeLessThan(bytes(chunksOf(steps(480))));
  });

  it('stay apart where they would be too long, and where they are not plain floats', () => {
    const long = chunksOf(Array.from({ length: 240 }, (_, i) => Math.sin(i)));
    expect(counts(joinChunks(long))).toEqual(counts(long));
    const histograms = new SampleBuffer();
    for (let i = 0; i < 240; i++) histograms.pushHistogram(i, integers({ 1: i }));
    const mixed = [...chunksOf(steps(120)), ...encodeChunks(histograms)];
    expect(joinChunks(mixed)).toEqual(mixed);
    expect(mixed[0]!.encoding).toBe(ENCODING_XOR);
  });
});
