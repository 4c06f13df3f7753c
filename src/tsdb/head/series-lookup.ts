import type { Arena } from '#lib/arena';
import { mixed } from './hash-table.ts';
import { SERIES_LABELS } from './layout.ts';

/** Finds series by the addresses of their label pairs, in label order: open addressing, for the writer alone. */
export class SeriesLookup {
  private readonly arena: Arena;
  private readonly recordOf: (id: number) => number;
  /** Ids, 0 = free. */
  private slots: Uint32Array<ArrayBuffer>;

  /** `slots` are those of `copy`, of a head that had the same series. */
  constructor(arena: Arena, recordOf: (id: number) => number, slots = new Uint32Array(2048)) {
    this.arena = arena;
    this.recordOf = recordOf;
    this.slots = slots;
  }

  /** The id of the series, or 0. */
  find(addresses: ArrayLike<number>): number {
    return this.slots[this.slotOf(addresses)]!;
  }

  /** Adds a series that is not there; its record stands, `count` others are there, none has a higher id. */
  add(id: number, addresses: ArrayLike<number>, count: number): void {
    if ((count + 1) * 2 > this.slots.length) this.grow(id - 1);
    this.slots[this.slotOf(addresses)] = id;
  }

  copy(): Uint32Array<ArrayBuffer> {
    return this.slots.slice();
  }

  /** The slot with the series of these pairs, or the free slot where it belongs. */
  private slotOf(addresses: ArrayLike<number>): number {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = hashOf(addresses, 0, addresses.length) & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]!;
      if (id === 0 || this.hasLabels(id, addresses)) return slot;
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
      let slot = hashOf(u32, word + 1, u32[word]!) & mask;
      // All of them differ: any free slot is the right one.
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}

/** The hash of a series by the addresses of its label pairs, `count` of them from `from` on. */
function hashOf(addresses: ArrayLike<number>, from: number, count: number): number {
  let hash = count;
  for (let i = 0; i < count; i++) hash = (Math.imul(hash, 31) + addresses[from + i]!) | 0;
  return mixed(hash);
}
