import { describe, expect, it } from 'vitest';
import { Arena } from './arena.ts';

describe('an arena', () => {
  it('gives zeroed memory that does not overlap, aligned as asked', () => {
    const arena = Arena.create();
    const first = arena.alloc(3, 4);
    const second = arena.alloc(64, 64);
    expect([first % 4, second % 64]).toEqual([0, 0]);
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThanOrEqual(first + 3);
    expect(arena.u8.subarray(second, second + 64).every((byte) => byte === 0)).toBe(true);
  });

  it('grows, and a reader that follows an address sees what is there', () => {
    const arena = Arena.create();
    const reader = Arena.attach(arena.memory);
    const address = arena.alloc(10_000_000);
    arena.u32[(address >>> 2) + 2_000_000] = 42;
    arena.setRoot(0, address);
    const end = reader.root(0) + 8_000_004;
    expect(end).toBeGreaterThan(reader.limit);
    reader.reach(end);
    expect(reader.u32[(address >>> 2) + 2_000_000]).toBe(42);
  });

  it('says when it is full', () => {
    const arena = Arena.create();
    const full = expect.objectContaining({ kind: 'unavailable', code: 'out-of-memory' });
    expect(() => arena.ensure(2 ** 32)).toThrow(full);
    // A failure takes nothing.
    expect(arena.alloc(8)).toBeGreaterThan(0);
  });
});
