import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { placedCrc32c } from './crc32c-kernel.ts';
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
