import { ChunkDecoder } from '#chunkenc/chunk-decoder';
import { ENCODING_XOR, MAX_CHUNK_BYTES, MAX_SAMPLE_BYTES, sampleCount } from '#chunkenc/encoding';
import { XorJoiner } from '#chunkenc/xor-join';
import { SampleBuffer } from '#storage/sample-buffer';
import type { WritableChunk } from './block-writer.ts';
import { encodeLongChunks } from './chunk-samples.ts';

/** A chunk begins with a whole timestamp and value, and has its place in the index: two of usual length become one. */
const MOST_SAMPLES = 300;
const MOST_BYTES = MAX_CHUNK_BYTES - MAX_SAMPLE_BYTES;
const EVERYTHING = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/**
 * Puts neighbouring XOR chunks of a series, in order of time, together: up to 300 samples, in no more bytes than chunks have
 * anyway. All others stay as they are.
 */
export function joinChunks(chunks: readonly WritableChunk[]): WritableChunk[] {
  const joined: WritableChunk[] = [];
  for (let at = 0; at < chunks.length; ) {
    const end = endOfGroup(chunks, at);
    if (end === at + 1) joined.push(chunks[at]!);
    else joined.push(...together(chunks.slice(at, end)));
    at = end;
  }
  return joined;
}

/** Behind the last chunk that goes with the one at `from`. */
function endOfGroup(chunks: readonly WritableChunk[], from: number): number {
  let samples = 0;
  let bytes = 0;
  let at = from;
  for (; at < chunks.length; at++) {
    const { encoding, data } = chunks[at]!;
    if (encoding !== ENCODING_XOR) break;
    samples += sampleCount(encoding, data);
    bytes += data.length;
    if (samples > MOST_SAMPLES || bytes > MOST_BYTES) break;
  }
  return Math.max(at, from + 1);
}

let joiner: XorJoiner | null | undefined;
const decoder = new ChunkDecoder();
const samples = new SampleBuffer();

function together(chunks: readonly WritableChunk[]): WritableChunk[] {
  joiner = joiner === undefined ? XorJoiner.create() : joiner;
  if (joiner === null) return encodedTogether(chunks);
  const data = joiner.join(chunks.map((chunk) => chunk.data));
  return [{ encoding: ENCODING_XOR, minTime: chunks[0]!.minTime, maxTime: chunks.at(-1)!.maxTime, data }];
}

/** Where there is no kernel. */
function encodedTogether(chunks: readonly WritableChunk[]): WritableChunk[] {
  samples.clear();
  for (const chunk of chunks) decoder.decode(chunk, EVERYTHING, samples);
  return encodeLongChunks(samples, MOST_SAMPLES);
}
