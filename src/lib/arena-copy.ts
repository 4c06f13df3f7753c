import { type Arena, PAGE_BYTES, pagesOf } from './arena.ts';

/**
 * Copies an arena, page by page, as it was when the copy was made. Its writer may go on meanwhile with allocating, with
 * what it allocates, and with changes that it announces by `willWrite` before; root words need no announcement. One copy of an
 * arena at a time; `end` must follow.
 */
export class ArenaCopy {
  readonly usedBytes: number;
  private readonly arena: Arena;
  private readonly pages: number;
  private readonly saved = new Map<number, Uint8Array>();
  private next = 0;

  constructor(arena: Arena) {
    this.arena = arena;
    this.usedBytes = arena.usedBytes;
    this.pages = pagesOf(this.usedBytes);
    arena.guard = (from, to) => {
      for (let page = Math.floor(from / PAGE_BYTES); page * PAGE_BYTES <= to; page++) this.save(page);
    };
    this.save(0);
  }

  /** Copies the next pages, as many as find room, to the beginning of `out`; gives the number of bytes, 0 = all are copied. */
  take(out: Uint8Array): number {
    const { saved } = this;
    let filled = 0;
    for (; this.next < this.pages && filled + PAGE_BYTES <= out.length; filled += PAGE_BYTES) {
      const page = this.next++;
      out.set(saved.get(page) ?? this.view(page), filled);
      saved.delete(page);
    }
    return filled;
  }

  /** Releases the writer from announcing. */
  end(): void {
    this.arena.guard = null;
    this.saved.clear();
  }

  private save(page: number): void {
    if (page < this.next || page >= this.pages || this.saved.has(page)) return;
    this.saved.set(page, this.view(page).slice());
  }

  private view(page: number): Uint8Array {
    return this.arena.u8.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  }
}
