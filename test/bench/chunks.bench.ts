import { bench, describe } from 'vitest';
import { highBits, lowBits } from '#chunkenc/value-bits';
import type { XorDecoder } from '#chunkenc/xor-decoder';
import { XorEncoder } from '#chunkenc/xor-encoder';
import { KernelXorDecoder } from '#chunkenc/xor-kernel';
import { PlainXorDecoder } from '#chunkenc/xor-plain';
import { SampleBuffer } from '#storage/sample-buffer';
import { random } from './random.ts';

const CHUNKS = 400;
const SAMPLES = 120;
const whole = { count: SAMPLES, start: 0, end: Number.POSITIVE_INFINITY };

const next = random(1);

/** A counter that moves at about every second scrape, every fourth time a gauge with decimals. */
function chunk(index: number): Uint32Array {
  const encoder = new XorEncoder();
  let v = Math.floor(next() * 1e5);
  for (let i = 0; i < SAMPLES; i++) {
    if (index % 4 === 3) v = Math.round(next() * 1e6) / 1e6;
    else if (next() < 0.56) v += Math.floor(next() * 50);
    encoder.append(1.7e12 + i * 15_000, highBits(v), lowBits(v));
  }
  const bytes = encoder.bytes.slice(2);
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

const chunks = Array.from({ length: CHUNKS }, (_, i) => chunk(i));
const buffer = new SampleBuffer();

function decodeAll(decoder: XorDecoder, how: 'decode' | 'decodeNewest'): void {
  for (const words of chunks) {
    buffer.clear();
    decoder.begin();
    decoder.addWords(words, 0, words.length);
    decoder[how](whole, buffer);
  }
}

describe(`decoding ${CHUNKS} XOR chunks of ${SAMPLES} samples`, () => {
  const kernel = new KernelXorDecoder();
  const plain = new PlainXorDecoder();
  bench('kernel', () => decodeAll(kernel, 'decode'));
  bench('TypeScript', () => decodeAll(plain, 'decode'));
  bench('kernel, the newest sample only', () => decodeAll(kernel, 'decodeNewest'));
});
