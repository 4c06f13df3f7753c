import { ENCODING_XOR } from '#chunkenc/encoding';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { XorEncoder } from '#chunkenc/xor-encoder';
import { KIND_STALE, type SampleBuffer } from '#storage/sample-buffer';
import type { WritableChunk } from './block-writer.ts';

const SAMPLES_PER_CHUNK = 120;

/** Encodes float samples and staleness markers as XOR chunks of at most 120 samples. */
export function encodeChunks(samples: SampleBuffer): WritableChunk[] {
  const chunks: WritableChunk[] = [];
  const encoder = new XorEncoder();
  let from = 0;
  const finish = (to: number) => {
    if (to === from) return;
    const data = encoder.bytes.slice();
    chunks.push({ encoding: ENCODING_XOR, minTime: samples.t[from]!, maxTime: samples.t[to - 1]!, data });
    encoder.reset();
    from = to;
  };
  for (let i = 0; i < samples.length; i++) {
    if (i - from === SAMPLES_PER_CHUNK || !appendSample(encoder, samples, i)) {
      finish(i);
      appendSample(encoder, samples, i);
    }
  }
  finish(samples.length);
  return chunks;
}

function appendSample(encoder: XorEncoder, { t, v, kind }: SampleBuffer, i: number): boolean {
  if (kind[i] === KIND_STALE) return encoder.append(t[i]!, STALE_HIGH, STALE_LOW);
  return encoder.append(t[i]!, highBits(v[i]!), lowBits(v[i]!));
}
