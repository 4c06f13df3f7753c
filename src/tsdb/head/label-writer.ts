import type { Arena } from '#lib/arena';
import { HashTable, mixed } from './hash-table.ts';
import {
  BLOCK_CAPACITY,
  BLOCK_IDS,
  BLOCK_NEXT,
  NAME_FIRST_PAIR,
  NAME_LAST_PAIR,
  NAME_NEXT,
  NAME_SYMBOL,
  NAME_WORDS,
  PAIR_COUNT,
  PAIR_FIRST_BLOCK,
  PAIR_FIRST_ID,
  PAIR_LAST_BLOCK,
  PAIR_NAME,
  PAIR_NEXT,
  PAIR_VALUE,
  PAIR_WORDS,
  PAIR_WRITE_AT,
  ROOT_NAMES,
  ROOT_PAIR_COUNT,
  ROOT_PAIRS,
} from './layout.ts';
import type { Symbols } from './symbols.ts';

const FIRST_BLOCK_WORDS = 8;
const LAST_BLOCK_WORDS = 1024;
/** Pairs that are remembered: a few MB. */
const MOST_KNOWN = 1 << 16;

/** The hash of a label pair by its two symbols. */
export function pairHash(name: number, value: number): number {
  return mixed(name ^ Math.imul(value, 0x9e3779b1));
}

/** The writer's side of the label index: pairs, the values of each name, and the series of each pair. */
export class LabelWriter {
  private readonly arena: Arena;
  private readonly symbols: Symbols;
  private readonly pairs: HashTable;
  /** Address of a name's record by its symbol. */
  private readonly names = new Map<number, number>();
  private lastName = 0;
  private pairCount = 0;
  /** Addresses of pairs by name and value: what is asked for again and again while series are new. */
  private readonly known = new Map<string, Map<string, number>>();
  private knownCount = 0;

  constructor(arena: Arena, symbols: Symbols) {
    this.arena = arena;
    this.symbols = symbols;
    this.pairs = new HashTable(arena, ROOT_PAIRS);
  }

  /** Makes the empty index; once. */
  create(): void {
    this.pairs.create();
  }

  /** Goes on with the index that stands in the arena, instead of `create`. */
  resume(): void {
    const { arena } = this;
    this.pairCount = arena.root(ROOT_PAIR_COUNT);
    this.pairs.resume(this.pairCount);
    for (let name = arena.root(ROOT_NAMES); name !== 0; name = arena.u32[(name >>> 2) + NAME_NEXT]!) {
      this.names.set(arena.u32[(name >>> 2) + NAME_SYMBOL]!, name);
      this.lastName = name;
    }
  }

  /** The pair's address, or 0. */
  find(name: string, value: string): number {
    const known = this.known.get(name)?.get(value);
    if (known !== undefined) return known;
    const n = this.symbols.find(name);
    const v = n && this.symbols.find(value);
    const pair = v && this.findBySymbols(n, v);
    if (pair !== 0) this.remember(name, value, pair);
    return pair;
  }

  /** The pair's address, made when new. */
  intern(name: string, value: string): number {
    const known = this.find(name, value);
    if (known !== 0) return known;
    const pair = this.add(this.symbols.intern(name), this.symbols.intern(value));
    this.remember(name, value, pair);
    return pair;
  }

  // Bounded by forgetting everything: what is in use comes back at once.
  private remember(name: string, value: string, pair: number): void {
    if (this.knownCount++ >= MOST_KNOWN) {
      this.known.clear();
      this.knownCount = 1;
    }
    const values = this.known.get(name);
    if (values) values.set(value, pair);
    else this.known.set(name, new Map([[value, pair]]));
  }

  /** Adds a series to a pair's postings. Ids ascend. */
  addPosting(pair: number, id: number): void {
    const { arena } = this;
    const word = pair >>> 2;
    arena.willWrite(pair, PAIR_WORDS * 4);
    const count = arena.u32[word + PAIR_COUNT]!;
    if (count === 0) arena.u32[word + PAIR_FIRST_ID] = id;
    else this.addToBlock(word, id);
    Atomics.store(arena.u32, word + PAIR_COUNT, count + 1);
  }

  private addToBlock(pairWord: number, id: number): void {
    const { arena } = this;
    const last = arena.u32[pairWord + PAIR_LAST_BLOCK]!;
    const capacity = last === 0 ? 0 : arena.u32[(last >>> 2) + BLOCK_CAPACITY]!;
    let at = arena.u32[pairWord + PAIR_WRITE_AT]!;
    if (last === 0 || at === (last >>> 2) + BLOCK_IDS + capacity) {
      const words = last === 0 ? FIRST_BLOCK_WORDS : Math.min((capacity + BLOCK_IDS) * 2, LAST_BLOCK_WORDS);
      const block = arena.alloc(words * 4);
      arena.u32[(block >>> 2) + BLOCK_CAPACITY] = words - BLOCK_IDS;
      const link = last === 0 ? pairWord + PAIR_FIRST_BLOCK : (last >>> 2) + BLOCK_NEXT;
      arena.willWrite(link * 4, 4);
      Atomics.store(arena.u32, link, block);
      arena.u32[pairWord + PAIR_LAST_BLOCK] = block;
      at = (block >>> 2) + BLOCK_IDS;
    }
    arena.willWrite(at * 4, 4);
    arena.u32[at] = id;
    arena.u32[pairWord + PAIR_WRITE_AT] = at + 1;
  }

  private findBySymbols(name: number, value: number): number {
    const { u32 } = this.arena;
    return this.pairs.find(
      pairHash(name, value),
      (pair) => u32[(pair >>> 2) + PAIR_NAME] === name && u32[(pair >>> 2) + PAIR_VALUE] === value,
    );
  }

  private add(name: number, value: number): number {
    const { arena } = this;
    const pair = arena.alloc(PAIR_WORDS * 4);
    arena.u32[(pair >>> 2) + PAIR_NAME] = name;
    arena.u32[(pair >>> 2) + PAIR_VALUE] = value;
    this.addToName(name, pair);
    this.pairs.add(pair, (address) => {
      const word = address >>> 2;
      return pairHash(arena.u32[word + PAIR_NAME]!, arena.u32[word + PAIR_VALUE]!);
    });
    arena.setRoot(ROOT_PAIR_COUNT, ++this.pairCount);
    return pair;
  }

  private addToName(symbol: number, pair: number): void {
    const { arena } = this;
    const known = this.names.get(symbol);
    if (known === undefined) {
      this.addName(symbol, pair);
      return;
    }
    const last = arena.u32[(known >>> 2) + NAME_LAST_PAIR]!;
    arena.willWrite(last, PAIR_WORDS * 4);
    arena.willWrite(known, NAME_WORDS * 4);
    Atomics.store(arena.u32, (last >>> 2) + PAIR_NEXT, pair);
    arena.u32[(known >>> 2) + NAME_LAST_PAIR] = pair;
  }

  private addName(symbol: number, pair: number): void {
    const { arena } = this;
    const name = arena.alloc(NAME_WORDS * 4);
    arena.u32[(name >>> 2) + NAME_SYMBOL] = symbol;
    arena.u32[(name >>> 2) + NAME_FIRST_PAIR] = pair;
    arena.u32[(name >>> 2) + NAME_LAST_PAIR] = pair;
    if (this.lastName === 0) arena.setRoot(ROOT_NAMES, name);
    else {
      arena.willWrite(this.lastName, NAME_WORDS * 4);
      Atomics.store(arena.u32, (this.lastName >>> 2) + NAME_NEXT, name);
    }
    this.lastName = name;
    this.names.set(symbol, name);
  }
}
