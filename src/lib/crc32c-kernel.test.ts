import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { crc32cOfMany, placedCrc32c } from './crc32c-kernel.ts';
import { kernelHeap } from './kernel-heap.ts';

const MOST_BYTES = 600;
const heap = kernelHeap()!;
const address = heap.alloc(MOST_BYTES);

describe('the checksum of bytes in the heap of the kernels', () => {
  it('is the one of the same bytes elsewhere', () => {
    const property = fc.property(
      fc.uint8Array({ maxLength: MOST_BYTES }),
      fc.nat(MOST_BYTES),
      fc.nat(MOST_BYTES),
      (bytes, a, b) => {
        const [from, to] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        heap.u8.set(bytes, address);
        expect(placedCrc32c()!(address + from, address + to)).toBe(crc32c(bytes, { from, to }));
      },
    );
    fc.assert(property);
  });

  it('is the published one of nine digits', () => {
    heap.u8.set(new TextEncoder().encode('123456789'), address);
    expect(placedCrc32c()!(address, address + 9)).toBe(0xe3069283);
  });
});

describe('the checksum of many bytes', () => {
  it('is the one that it would be without the kernel', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i * 31) >>> 5);
    for (const [from, to] of [
      [0, 0],
      [7, 100],
      [3, 259],
      [1, 16_385],
      [5, 32_773],
      [0, 100_000],
    ] as const) {
      expect(crc32cOfMany(bytes, { from, to })).toBe(crc32c(bytes, { from, to }));
    }
    expect(crc32cOfMany(bytes)).toBe(crc32c(bytes));
  });
});
