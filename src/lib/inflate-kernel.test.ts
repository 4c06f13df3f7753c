import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzipNow } from './gzip.ts';
import { type InflateKernel, inflateKernel } from './inflate-kernel.ts';
import { kernelsWanted } from './wasm.ts';

const kernel = inflateKernel();

/** Whole numbers below a bound, the same ones for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Texts of all kinds: of few letters and of many, that repeat themselves near and far, and noise. */
function textOf(next: (below: number) => number): Buffer {
  const length = next(4) === 0 ? next(20) : next(60_000);
  const letters = [1, 2, 16, 64, 256][next(5)]!;
  const bytes = Buffer.alloc(length);
  let i = 0;
  while (i < length) {
    const size = Math.min(length - i, 1 + next(next(3) === 0 ? 400 : 20));
    const back = i > 0 && next(3) > 0 ? 1 + next(Math.min(i, next(2) === 0 ? 20 : 40_000)) : 0;
    for (let j = 0; j < size; j++, i++) bytes[i] = back > 0 ? bytes[i - back]! : next(letters);
  }
  return bytes;
}

const STRATEGIES = [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE];

/** What is asked of the kernel itself; that there is one where kernels are wanted is a test of its own below. */
function unpacksGzip(inflate: InflateKernel): void {
  it('gives the text, however it was packed', () => {
    const next = randomOf(1);
    for (let run = 0; run < 400; run++) {
      const text = textOf(next);
      const packed = gzipSync(text, { level: next(10), strategy: STRATEGIES[next(4)]!, memLevel: 1 + next(9) });
      expect(Buffer.compare(inflate.gunzip(packed, text.length)!, text)).toBe(0);
      if (text.length > 0) expect(inflate.gunzip(packed, text.length - 1)).toBeNull();
    }
  });

  it('leaves what is damaged, cut off or followed by more to zlib', () => {
    const next = randomOf(2);
    let taken = 0;
    for (let run = 0; run < 400; run++) {
      const text = textOf(next);
      const packed = gzipSync(text, { level: next(10) });
      const damaged = Buffer.from(packed);
      // The bytes of the header that tell a time and a system mean nothing.
      const at = 10 + next(packed.length - 10);
      damaged[at]! ^= 1 << next(8);
      const found = inflate.gunzip(damaged, 1 << 30);
      // Some bits are only there to fill a byte.
      if (found !== null) expect(Buffer.compare(found, gunzipSync(damaged))).toBe(0);
      taken += found === null ? 0 : 1;
      expect(inflate.gunzip(packed.subarray(0, next(packed.length)), 1 << 30)).toBeNull();
      expect(inflate.gunzip(Buffer.concat([packed, packed]), 1 << 30)).toBeNull();
    }
    expect(taken).toBeLessThan(40);
  });

  it('survives noise', () => {
    const next = randomOf(3);
    const header = gzipSync('').subarray(0, 10);
    for (let run = 0; run < 5000; run++) {
      const noise = Buffer.from(Array.from({ length: next(300) }, () => next(256)));
      expect(inflate.gunzip(Buffer.concat([header, noise]), 1 << 20)).toBeNull();
    }
  });

  it('takes no long ones', () => {
    expect(inflate.gunzip(gzipSync(Buffer.alloc(5 << 20)), 1 << 30)).toBeNull();
    expect(inflate.gunzip(gzipSync(Buffer.alloc(3 << 20)), 1 << 30)).toHaveLength(3 << 20);
  });
}

if (kernel !== null) describe('unpacking gzip in the kernel', () => unpacksGzip(kernel));

it('there is a kernel where kernels are wanted, and small texts are unpacked at once without it too', () => {
  expect(kernel !== null).toBe(kernelsWanted());
  expect(Buffer.from(gunzipNow(gzipSync('a 1\n'), 100)!).toString()).toBe('a 1\n');
  expect(gunzipNow(gzipSync('a 1\n'), 3)).toBeNull();
});
