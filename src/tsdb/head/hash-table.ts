import type { Arena } from '#lib/arena';

const FIRST_CAPACITY = 1024;

/** Whether the record at an address is the one that is looked for. */
export type Matches = (address: number) => boolean;

/**
 * A set of record addresses in an arena: open addressing, one writer, readers without locks. The table's address stands
 * in a root word; a larger table is complete before it takes the place of the smaller one.
 */
export class HashTable {
  private readonly arena: Arena;
  private readonly root: number;
  private count = 0;

  constructor(arena: Arena, root: number) {
    this.arena = arena;
    this.root = root;
  }

  /** Makes the empty table; once, by the writer. */
  create(): void {
    this.arena.setRoot(this.root, this.allocate(FIRST_CAPACITY));
  }

  /** Goes on with the table that stands in the arena; once, by the writer, instead of `create`. */
  resume(count: number): void {
    this.count = count;
  }

  /** Records in the set; of the writer only. */
  get size(): number {
    return this.count;
  }

  /** The address of the record with this hash for which `matches` holds, or 0. */
  find(hash: number, matches: Matches): number {
    const { arena } = this;
    const table = arena.root(this.root);
    arena.reach(table);
    const capacity = arena.u32[table >>> 2]!;
    arena.reach(table + 4 * capacity);
    const slots = (table >>> 2) + 1;
    for (let i = hash & (capacity - 1); ; i = (i + 1) & (capacity - 1)) {
      const address = Atomics.load(arena.u32, slots + i);
      if (address === 0 || matches(address)) return address;
    }
  }

  /** Adds a record that is not in the set. `hashOf` gives the hash of any record in it. */
  add(address: number, hashOf: (address: number) => number): void {
    const { arena } = this;
    const table = arena.root(this.root);
    const capacity = arena.u32[table >>> 2]!;
    if (++this.count * 2 > capacity) this.grow({ table, capacity, address, hashOf });
    else this.place(table, address, hashOf(address));
  }

  private grow(full: Growth): void {
    const { arena } = this;
    const larger = this.allocate(full.capacity * 2);
    for (let i = 1; i <= full.capacity; i++) {
      const address = arena.u32[(full.table >>> 2) + i]!;
      if (address !== 0) this.place(larger, address, full.hashOf(address));
    }
    this.place(larger, full.address, full.hashOf(full.address));
    arena.setRoot(this.root, larger);
  }

  private place(table: number, address: number, hash: number): void {
    const { u32 } = this.arena;
    const capacity = u32[table >>> 2]!;
    let i = hash & (capacity - 1);
    while (u32[(table >>> 2) + 1 + i] !== 0) i = (i + 1) & (capacity - 1);
    this.arena.willWrite(table + 4 + 4 * i, 4);
    Atomics.store(u32, (table >>> 2) + 1 + i, address);
  }

  private allocate(capacity: number): number {
    const address = this.arena.alloc(4 + 4 * capacity);
    this.arena.u32[address >>> 2] = capacity;
    return address;
  }
}

interface Growth {
  readonly table: number;
  readonly capacity: number;
  readonly address: number;
  readonly hashOf: (address: number) => number;
}

/** Spreads a number over 32 bits (the finalizer of MurmurHash3). */
export function mixed(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
