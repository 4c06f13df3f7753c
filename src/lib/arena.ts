import { BarographError } from './errors.ts';

/** Memory that threads share; structured-cloneable, the clone is the same memory. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
};

/** Memory grows, and is copied, by pages of this size. */
export const PAGE_BYTES = 65_536;
const MOST_PAGES = 65_536;
const FIRST_PAGES = 16;
/** Word that holds the number of pages, for readers: they look before they follow an address. */
const PAGES_WORD = 1;
const HEADER_BYTES = 64;
const ROOT_WORD = 2;

/**
 * Memory of up to 4 GiB with one writer and any number of reading threads. It only grows: nothing is given back before
 * the whole arena is dropped, and new memory is zero. Addresses are byte offsets, never 0. A reader may follow any
 * address that it found by an atomic load, after `reach`. What the writer publishes by an atomic store is complete.
 */
export class Arena {
  readonly memory: SharedMemory;
  /** Bytes below which the views reach. */
  limit = 0;
  u8: Uint8Array = new Uint8Array();
  u32: Uint32Array = new Uint32Array();
  f64: Float64Array = new Float64Array();
  /** Who must see memory before it changes, by `willWrite`; null = nobody. */
  guard: ((from: number, to: number) => void) | null = null;
  private top = HEADER_BYTES;

  private constructor(memory: SharedMemory) {
    this.memory = memory;
    this.takeViews();
  }

  /** A new arena. Throws `unavailable` when the address space is not to be had. */
  static create(): Arena {
    const arena = new Arena(newMemory());
    Atomics.store(arena.u32, PAGES_WORD, FIRST_PAGES);
    return arena;
  }

  /**
   * An arena as ArenaCopy has copied it: `fill` gets the memory of all its pages and writes them. Nobody else may know the
   * arena before the promise resolves. Rejects as `fill` does, or with `unavailable`.
   */
  static async restore(usedBytes: number, fill: (pages: Uint8Array) => Promise<void>): Promise<Arena> {
    const arena = new Arena(newMemory());
    if (usedBytes > arena.limit) arena.grow(usedBytes);
    const pages = arena.u8.subarray(0, pagesOf(usedBytes) * PAGE_BYTES);
    await fill(pages);
    // Behind the end the copy may have what its writer put there later.
    pages.fill(0, usedBytes);
    Atomics.store(arena.u32, PAGES_WORD, arena.limit / PAGE_BYTES);
    arena.top = usedBytes;
    return arena;
  }

  /** A reader's view of an arena that another thread, or the same one, writes. */
  static attach(memory: SharedMemory): Arena {
    const arena = new Arena(memory);
    arena.refresh();
    return arena;
  }

  /** Bytes handed out so far; of the writer only. */
  get usedBytes(): number {
    return this.top;
  }

  /** Reads word `i` of the user's own words. */
  root(i: number): number {
    return Atomics.load(this.u32, ROOT_WORD + i);
  }

  /** Publishes word `i` of the user's own words. */
  setRoot(i: number, value: number): void {
    Atomics.store(this.u32, ROOT_WORD + i, value);
  }

  /**
   * Zeroed memory at a multiple of `align` (a power of two). Of the writer only. Views may be replaced: take them from
   * the arena again afterwards. Throws `unavailable` when the arena or the machine is full.
   */
  alloc(bytes: number, align = 8): number {
    const address = Math.ceil(this.top / align) * align;
    const top = address + bytes;
    if (top > this.limit) this.grow(top);
    this.top = top;
    return address;
  }

  /** Makes sure that `bytes` more can be allocated without failing. */
  ensure(bytes: number): void {
    if (this.top + bytes > this.limit) this.grow(this.top + bytes);
  }

  /** Of the writer: tells the guard that `bytes` at `address`, handed out earlier, are about to change. */
  willWrite(address: number, bytes: number): void {
    if (this.guard !== null) this.guard(address, address + bytes - 1);
  }

  /** Of readers: makes sure that the views reach `address`. */
  reach(address: number): void {
    if (address >= this.limit) this.refresh();
  }

  /** Of readers: takes the views again when the writer has grown the memory. */
  refresh(): void {
    const pages = Atomics.load(this.u32, PAGES_WORD);
    if (pages * PAGE_BYTES <= this.limit) return;
    // Growing by nothing makes this thread notice what another thread has grown.
    this.memory.grow(0);
    this.takeViews();
  }

  private grow(needed: number): void {
    const pages = this.limit / PAGE_BYTES;
    const least = Math.ceil(needed / PAGE_BYTES) - pages;
    if (pages + least > MOST_PAGES) throw full('the head holds 4 GiB, which is as much as it can');
    const wanted = Math.min(Math.max(least, Math.min(pages >> 2, 1024)), MOST_PAGES - pages);
    try {
      this.memory.grow(wanted);
    } catch (error) {
      throw full('the machine has no more memory', error);
    }
    this.takeViews();
    Atomics.store(this.u32, PAGES_WORD, pages + wanted);
  }

  private takeViews(): void {
    const { buffer } = this.memory;
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.limit = buffer.byteLength;
  }
}

/** Pages that so many bytes need. */
export function pagesOf(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

// Some containers restrict the address space: a smaller reservation is better than none.
function newMemory(): SharedMemory {
  let failure: unknown;
  for (let maximum = MOST_PAGES; maximum >= 1024; maximum /= 4) {
    try {
      return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared: true });
    } catch (error) {
      failure = error;
    }
  }
  throw full('the machine has no address space left', failure);
}

function full(reason: string, cause?: unknown): BarographError {
  return new BarographError(`memory of the head cannot grow: ${reason}`, {
    kind: 'unavailable',
    code: 'out-of-memory',
    hint: 'Scrape fewer series or less often, or give the program more memory.',
    cause,
  });
}
