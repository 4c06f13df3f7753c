import { describe, expect, it } from 'vitest';
import { KernelHeap } from './kernel-heap.ts';

const MIB = 1 << 20;

describe('the heap of the kernels', () => {
  it('hands out memory that does not overlap, at multiples of 16', () => {
    const heap = new KernelHeap(MIB);
    const blocks = [100, 5000, 1024, 1].map((bytes) => ({ address: heap.alloc(bytes), bytes }));
    blocks.sort((a, b) => a.address - b.address);
    blocks.forEach(({ address, bytes }, i) => {
      expect(address % 16).toBe(0);
      expect(address + bytes).toBeLessThanOrEqual(blocks[i + 1]?.address ?? MIB);
    });
  });

  it('hands out again what was given back for as many bytes', () => {
    const heap = new KernelHeap(MIB);
    const address = heap.alloc(3000);
    heap.release(address, 3000);
    expect(heap.alloc(3000)).toBe(address);
    expect(heap.alloc(3000)).not.toBe(address);
  });

  it('says that it is full, and goes on with what fits', () => {
    const heap = new KernelHeap(MIB);
    expect(heap.alloc(MIB)).toBe(0);
    expect(heap.alloc(MIB / 2)).not.toBe(0);
    expect(heap.alloc(MIB / 2)).toBe(0);
    expect(heap.alloc(1024)).not.toBe(0);
  });

  it('has the same memory behind all views', () => {
    const heap = new KernelHeap(MIB);
    const address = heap.alloc(16);
    heap.floats(address, 2)[1] = 1;
    expect(heap.bytes(address, 16)[15]).toBe(0x3f);
    expect(heap.u8[address + 15]).toBe(0x3f);
  });
});
