import type { Arena } from '#lib/arena';
import { NO_POSTINGS, type Postings, type PostingsIndex, union } from '#storage/postings';
import { HashTable } from './hash-table.ts';
import { pairHash } from './label-writer.ts';
import {
  BLOCK_CAPACITY,
  BLOCK_IDS,
  BLOCK_NEXT,
  NAME_FIRST_PAIR,
  NAME_NEXT,
  NAME_SYMBOL,
  PAIR_COUNT,
  PAIR_FIRST_BLOCK,
  PAIR_FIRST_ID,
  PAIR_NAME,
  PAIR_NEXT,
  PAIR_VALUE,
  ROOT_NAMES,
  ROOT_PAIRS,
  ROOT_SERIES_COUNT,
} from './layout.ts';
import type { Symbols } from './symbols.ts';

/** The pairs of one label name as far as they were walked. */
interface KnownName {
  readonly address: number;
  readonly pairs: number[];
}

/**
 * The reading side of the label index. It sees series as soon as they are added, also those whose first samples are not
 * published: who reads samples asks for the version of each series.
 */
export class LabelReader implements PostingsIndex {
  private readonly arena: Arena;
  private readonly symbols: Symbols;
  private readonly pairs: HashTable;
  private readonly names = new Map<string, KnownName>();
  private lastName = 0;

  constructor(arena: Arena, symbols: Symbols) {
    this.arena = arena;
    this.symbols = symbols;
    this.pairs = new HashTable(arena, ROOT_PAIRS);
  }

  all(): Postings {
    return Uint32Array.from({ length: this.arena.root(ROOT_SERIES_COUNT) }, (_, i) => i + 1);
  }

  postings(name: string, value: string): Postings {
    const n = this.symbols.find(name);
    const v = n && this.symbols.find(value);
    if (!v) return NO_POSTINGS;
    const pair = this.pairs.find(pairHash(n, v), (address) => {
      this.arena.reach(address + 8);
      const { u32 } = this.arena;
      return u32[(address >>> 2) + PAIR_NAME] === n && u32[(address >>> 2) + PAIR_VALUE] === v;
    });
    return pair === 0 ? NO_POSTINGS : this.postingsOf(pair);
  }

  postingsWhere(name: string, test: (value: string) => boolean): Postings {
    return union(
      this.pairsOf(name)
        .filter((pair) => test(this.valueOf(pair)))
        .map((pair) => this.postingsOf(pair)),
    );
  }

  /** All label names, in the order of their first use. */
  labelNames(): string[] {
    this.walkNames();
    return [...this.names.keys()];
  }

  /** Addresses of the pairs of a name, in the order of their first use. */
  pairsOf(name: string): readonly number[] {
    if (!this.names.has(name)) this.walkNames();
    const known = this.names.get(name);
    if (!known) return [];
    this.walkPairs(known);
    return known.pairs;
  }

  nameOf(pair: number): string {
    this.arena.reach(pair + 4 * PAIR_NAME);
    return this.symbols.text(this.arena.u32[(pair >>> 2) + PAIR_NAME]!);
  }

  valueOf(pair: number): string {
    this.arena.reach(pair + 4 * PAIR_VALUE);
    return this.symbols.text(this.arena.u32[(pair >>> 2) + PAIR_VALUE]!);
  }

  /** How many series have the pair. */
  countOf(pair: number): number {
    this.arena.reach(pair + 4 * PAIR_COUNT);
    return Atomics.load(this.arena.u32, (pair >>> 2) + PAIR_COUNT);
  }

  /** The series of a pair. */
  postingsOf(pair: number): Postings {
    const { arena } = this;
    const count = this.countOf(pair);
    const ids = new Uint32Array(count);
    if (count === 0) return ids;
    arena.reach(pair + 4 * PAIR_FIRST_ID);
    ids[0] = arena.u32[(pair >>> 2) + PAIR_FIRST_ID]!;
    let block = arena.u32[(pair >>> 2) + PAIR_FIRST_BLOCK]!;
    for (let n = 1; n < count; ) {
      arena.reach(block + 8);
      const capacity = arena.u32[(block >>> 2) + BLOCK_CAPACITY]!;
      arena.reach(block + 8 + 4 * capacity);
      const taken = Math.min(capacity, count - n);
      const from = (block >>> 2) + BLOCK_IDS;
      ids.set(arena.u32.subarray(from, from + taken), n);
      n += taken;
      block = arena.u32[(block >>> 2) + BLOCK_NEXT]!;
    }
    return ids;
  }

  private walkNames(): void {
    const { arena } = this;
    for (;;) {
      const next =
        this.lastName === 0 ? arena.root(ROOT_NAMES) : Atomics.load(arena.u32, (this.lastName >>> 2) + NAME_NEXT);
      if (next === 0) return;
      arena.reach(next + 4 * NAME_NEXT);
      this.names.set(this.symbols.text(arena.u32[(next >>> 2) + NAME_SYMBOL]!), { address: next, pairs: [] });
      this.lastName = next;
    }
  }

  private walkPairs({ address, pairs }: KnownName): void {
    const { arena } = this;
    let last = pairs.at(-1) ?? 0;
    for (;;) {
      const next =
        last === 0 ? arena.u32[(address >>> 2) + NAME_FIRST_PAIR]! : Atomics.load(arena.u32, (last >>> 2) + PAIR_NEXT);
      if (next === 0) return;
      arena.reach(next + 4 * PAIR_NEXT);
      pairs.push(next);
      last = next;
    }
  }
}
