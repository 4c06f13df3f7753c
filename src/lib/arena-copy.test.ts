import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, PAGE_BYTES } from './arena.ts';
import { ArenaCopy } from './arena-copy.ts';

const PAGES = 5;

function filledArena(): Arena {
  const arena = Arena.create();
  const at = arena.alloc(PAGES * PAGE_BYTES);
  for (let i = 0; i < PAGES * PAGE_BYTES; i += 4) arena.u32[(at + i) >>> 2] = i + 1;
  return arena;
}

describe('a copy of an arena', () => {
  it('is the arena as it was, whatever its writer announces and does meanwhile', async () => {
    const write = fc.record({ at: fc.integer({ min: 64, max: PAGES * PAGE_BYTES - 8 }), takes: fc.boolean() });
    const property = fc.asyncProperty(fc.array(write, { maxLength: 40 }), async (writes) => {
      const arena = filledArena();
      const before = arena.u8.slice(0, arena.usedBytes);
      const copy = new ArenaCopy(arena);
      const parts: Uint8Array[] = [];
      const part = new Uint8Array(PAGE_BYTES);
      const take = () => {
        const length = copy.take(part);
        if (length > 0) parts.push(part.slice(0, length));
        return length > 0;
      };
      for (const { at, takes } of writes) {
        arena.willWrite(at, 8);
        arena.u8.fill(0xff, at, at + 8);
        arena.setRoot(3, at);
        arena.u8.fill(0xee, arena.alloc(100), arena.usedBytes);
        if (takes) take();
      }
      while (take());
      copy.end();
      const restored = await Arena.restore(copy.usedBytes, async (pages) => pages.set(Buffer.concat(parts)));
      expect(Buffer.compare(restored.u8.subarray(64, before.length), before.subarray(64))).toBe(0);
      expect(restored.root(3)).toBe(0);
      expect(restored.usedBytes).toBe(before.length);
      expect(restored.u8.subarray(before.length).every((byte) => byte === 0)).toBe(true);
    });
    await fc.assert(property, { numRuns: 30 });
  });
});
