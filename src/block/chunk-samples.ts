import { ENCODING_XOR, ENCODING_XOR2 } from '#chunkenc/encoding';
import { type ChunkRange, HistogramChunker } from '#chunkenc/histogram-chunker';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { XorEncoder } from '#chunkenc/xor-encoder';
import { Xor2Encoder } from '#chunkenc/xor2-encoder';
import { KIND_FLOAT, KIND_HISTOGRAM, KIND_STALE, NO_START, type SampleBuffer } from '#storage/sample-buffer';
import type { WritableChunk } from './block-writer.ts';

const SAMPLES_PER_CHUNK = 120;

/** What consecutive samples have in common that stand in the same chunks. */
type Family = 'float' | 'integer' | 'float-histogram';

/** Samples `from` up to `to`, without it. */
interface Run {
  readonly family: Family;
  readonly from: number;
  readonly to: number;
}

/**
 * Encodes samples: floats as XOR chunks of at most 120 samples (XOR2, where start times are known), histograms as
 * `chunkRange` says. Staleness markers go with the samples before them.
 */
export function encodeChunks(samples: SampleBuffer, chunkRange: ChunkRange = null): WritableChunk[] {
  return runsOf(samples).flatMap((run) =>
    run.family === 'float' ? encodeFloats(samples, run) : encodeHistograms(samples, run, chunkRange),
  );
}

function runsOf(samples: SampleBuffer): Run[] {
  const runs: Run[] = [];
  let from = 0;
  let family: Family | null = null;
  for (let i = 0; i < samples.length; i++) {
    const own = familyOf(samples, i);
    if (own === null || own === family) continue;
    if (family !== null) {
      runs.push({ family, from, to: i });
      from = i;
    }
    family = own;
  }
  if (from < samples.length) runs.push({ family: family ?? 'float', from, to: samples.length });
  return runs;
}

/** Null for a staleness marker, which is of any. */
function familyOf({ kind, histograms }: SampleBuffer, i: number): Family | null {
  if (kind[i] === KIND_FLOAT) return 'float';
  if (kind[i] !== KIND_HISTOGRAM) return null;
  return histograms[i]!.isInteger ? 'integer' : 'float-histogram';
}

function encodeHistograms(samples: SampleBuffer, { family, from, to }: Run, chunkRange: ChunkRange) {
  const { t, kind, histograms, starts } = samples;
  const kindOf = { isInteger: family === 'integer', hasStarts: hasStarts(samples, from, to) };
  const chunker = new HistogramChunker(kindOf, chunkRange);
  for (let i = from; i < to; i++) {
    const histogram = kind[i] === KIND_HISTOGRAM ? histograms[i]! : null;
    chunker.append({ t: t[i]!, histogram, start: starts?.[i] ?? NO_START });
  }
  return chunker.finish();
}

/** Encodes samples without histograms as chunks of at most so many samples, or as many as the bytes of a chunk hold. */
export function encodeLongChunks(samples: SampleBuffer, samplesPerChunk: number): WritableChunk[] {
  return encodeFloats(samples, { from: 0, to: samples.length }, samplesPerChunk);
}

function encodeFloats(
  samples: SampleBuffer,
  { from, to }: Pick<Run, 'from' | 'to'>,
  samplesPerChunk = SAMPLES_PER_CHUNK,
): WritableChunk[] {
  const chunks: WritableChunk[] = [];
  for (let at = from; at < to; ) {
    const end = Math.min(at + samplesPerChunk, to);
    const { next, chunk } = hasStarts(samples, at, end) ? xor2Chunk(samples, at, end) : xorChunk(samples, at, end);
    chunks.push(chunk);
    at = next;
  }
  return chunks;
}

function hasStarts({ starts }: SampleBuffer, from: number, to: number): boolean {
  return starts?.subarray(from, to).some((start) => start !== NO_START) ?? false;
}

/** A chunk, and the index of the first sample that did not fit. */
interface Encoded {
  readonly next: number;
  readonly chunk: WritableChunk;
}

/** One for all chunks: its buffer is larger than most of them. */
const encoder = new XorEncoder();

function xorChunk(samples: SampleBuffer, from: number, to: number): Encoded {
  encoder.reset();
  const { t } = samples;
  let i = from;
  while (i < to && encoder.append(t[i]!, highOf(samples, i), lowOf(samples, i))) i++;
  return { next: i, chunk: { encoding: ENCODING_XOR, ...timesOf(samples, from, i), data: encoder.bytes.slice() } };
}

function xor2Chunk(samples: SampleBuffer, from: number, to: number): Encoded {
  const own = new Xor2Encoder();
  const { t, starts } = samples;
  let i = from;
  while (i < to && own.append(t[i]!, highOf(samples, i), lowOf(samples, i), starts![i]!)) i++;
  return { next: i, chunk: { encoding: ENCODING_XOR2, ...timesOf(samples, from, i), data: own.bytes.slice() } };
}

function timesOf({ t }: SampleBuffer, from: number, to: number) {
  return { minTime: t[from]!, maxTime: t[to - 1]! };
}

function highOf({ v, kind }: SampleBuffer, i: number): number {
  return kind[i] === KIND_STALE ? STALE_HIGH : highBits(v[i]!);
}

function lowOf({ v, kind }: SampleBuffer, i: number): number {
  return kind[i] === KIND_STALE ? STALE_LOW : lowBits(v[i]!);
}
