import type { Arena } from '#lib/arena';
import { mixed } from './hash-table.ts';
import { SERIES_LABELS, SERIES_PAGE_SHIFT, SERIES_PAGES } from './layout.ts';

/** A slot has an id in its lower bits, and in the others those of the hash that its place does not tell. */
const ID_BITS = SERIES_PAGE_SHIFT + Math.log2(SERIES_PAGES);
const ID_MASK = 2 ** ID_BITS - 1;

/** Finds series by the addresses of their label pairs, in label order: open addressing, for the writer alone. */
export class SeriesLookup {
  private readonly arena: Arena;
  private readonly recordOf: (id: number) => number;
  /** 0 = free. */
  private slots: Uint32Array<ArrayBuffer>;

  /** `slots` are those of `copy`, of a head that had the same series. */
  constructor(arena: Arena, recordOf: (id: number) => number, slots = new Uint32Array(2048)) {
    this.arena = arena;
    this.recordOf = recordOf;
    this.slots = slots;
  }

  /** The id of the series, or 0. */
  find(addresses: ArrayLike<number>): number {
    return this.slots[this.slotOf(addresses, hashOf(addresses, 0, addresses.length))]! & ID_MASK;
  }

  /** Adds a series that is not there; its record stands, `count` others are there, none has a higher id. */
  add(id: number, addresses: ArrayLike<number>, count: number): void {
    if ((count + 1) * 2 > this.slots.length) this.grow(id - 1);
    const hash = hashOf(addresses, 0, addresses.length);
    this.slots[this.slotOf(addresses, hash)] = slotWord(id, hash);
  }

  copy(): Uint32Array<ArrayBuffer> {
    return this.slots.slice();
  }

  /** The slot with the series of these pairs, or the free slot where it belongs. */
  private slotOf(addresses: ArrayLike<number>, hash: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const word = slots[slot]!;
      if (word === 0) return slot;
      // Another series' labels are hardly ever looked at: they lie far away.
      if (word >>> ID_BITS === hash >>> ID_BITS && this.hasLabels(word & ID_MASK, addresses)) return slot;
    }
  }

  private hasLabels(id: number, addresses: ArrayLike<number>): boolean {
    const { u32 } = this.arena;
    const word = u32[(this.recordOf(id) >>> 2) + SERIES_LABELS]! >>> 2;
    if (u32[word] !== addresses.length) return false;
    for (let i = 0; i < addresses.length; i++) if (u32[word + 1 + i] !== addresses[i]) return false;
    return true;
  }

  private grow(lastId: number): void {
    const { u32 } = this.arena;
    const mask = this.slots.length * 2 - 1;
    const slots = new Uint32Array(mask + 1);
    for (let id = 1; id <= lastId; id++) {
      const word = u32[(this.recordOf(id) >>> 2) + SERIES_LABELS]! >>> 2;
      if (word === 0) continue;
      const hash = hashOf(u32, word + 1, u32[word]!);
      let slot = hash & mask;
      // All of them differ: any free slot is the right one.
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = slotWord(id, hash);
    }
    this.slots = slots;
  }
}

function slotWord(id: number, hash: number): number {
  return (id | ((hash >>> ID_BITS) << ID_BITS)) >>> 0;
}

/** The hash of a series by the addresses of its label pairs, `count` of them from `from` on. */
function hashOf(addresses: ArrayLike<number>, from: number, count: number): number {
  let hash = count;
  for (let i = 0; i < count; i++) hash = (Math.imul(hash, 31) + addresses[from + i]!) | 0;
  return mixed(hash);
}
