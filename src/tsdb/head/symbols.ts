import type { Arena } from '#lib/arena';
import { HashTable, mixed } from './hash-table.ts';
import { ROOT_SYMBOLS, SYMBOL_HASH, SYMBOL_LENGTH, SYMBOL_TEXT_BYTES } from './layout.ts';

const MOST_CACHED = 1 << 17;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Strings of the head, each held once; a symbol's number is its address. The same class serves the writer and readers;
 * only the writer may `create` or `resume`, and `intern`.
 */
export class Symbols {
  private readonly arena: Arena;
  private readonly table: HashTable;
  private readonly texts = new Map<number, string>();
  private readonly numbers = new Map<string, number>();

  constructor(arena: Arena) {
    this.arena = arena;
    this.table = new HashTable(arena, ROOT_SYMBOLS);
  }

  create(): void {
    this.table.create();
  }

  /** Goes on with the symbols that stand in the arena, instead of `create`. */
  resume(count: number): void {
    this.table.resume(count);
  }

  /** How many there are; of the writer only. */
  get count(): number {
    return this.table.size;
  }

  /** The symbol of a string, made when new. */
  intern(text: string): number {
    return this.find(text) || this.add(text);
  }

  /** The symbol of a string, or 0. */
  find(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(text);
    const hash = hashOf(bytes);
    const symbol = this.table.find(hash, (address) => this.holds(address, hash, bytes));
    if (symbol !== 0) this.remember(symbol, text);
    return symbol;
  }

  /** The string of a symbol. */
  text(symbol: number): string {
    const known = this.texts.get(symbol);
    if (known !== undefined) return known;
    const { arena } = this;
    arena.reach(symbol);
    const length = arena.u32[(symbol >>> 2) + SYMBOL_LENGTH]!;
    arena.reach(symbol + SYMBOL_TEXT_BYTES + length);
    const from = symbol + SYMBOL_TEXT_BYTES;
    // A copy: text decoders refuse shared memory.
    const text = decoder.decode(arena.u8.slice(from, from + length));
    this.remember(symbol, text);
    return text;
  }

  private add(text: string): number {
    const { arena } = this;
    const bytes = encoder.encode(text);
    const symbol = arena.alloc(SYMBOL_TEXT_BYTES + bytes.length, 4);
    arena.u32[(symbol >>> 2) + SYMBOL_HASH] = hashOf(bytes);
    arena.u32[(symbol >>> 2) + SYMBOL_LENGTH] = bytes.length;
    arena.u8.set(bytes, symbol + SYMBOL_TEXT_BYTES);
    this.table.add(symbol, (address) => arena.u32[(address >>> 2) + SYMBOL_HASH]!);
    this.remember(symbol, text);
    return symbol;
  }

  private holds(symbol: number, hash: number, bytes: Uint8Array): boolean {
    const { arena } = this;
    arena.reach(symbol + SYMBOL_TEXT_BYTES + bytes.length);
    const word = symbol >>> 2;
    if (arena.u32[word + SYMBOL_HASH] !== hash || arena.u32[word + SYMBOL_LENGTH] !== bytes.length) return false;
    const from = symbol + SYMBOL_TEXT_BYTES;
    for (let i = 0; i < bytes.length; i++) if (arena.u8[from + i] !== bytes[i]) return false;
    return true;
  }

  // Bounded by forgetting everything: what is in use comes back at once.
  private remember(symbol: number, text: string): void {
    if (this.texts.size >= MOST_CACHED) {
      this.texts.clear();
      this.numbers.clear();
    }
    this.texts.set(symbol, text);
    this.numbers.set(text, symbol);
  }
}

function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return mixed(hash);
}
