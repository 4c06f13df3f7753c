import type { Arena } from '#lib/arena';
import { SERIES_BYTES, SERIES_PAGE_SHIFT, SERIES_PER_PAGE } from './layout.ts';

/** Where the records of series lie, for a reader. */
export class SeriesRecords {
  private readonly arena: Arena;
  private readonly directory: number;
  /** Addresses of pages, which stay where they are. 0: not there when it was looked for. */
  private readonly pages: number[] = [];

  constructor(arena: Arena, directory: number) {
    this.arena = arena;
    this.directory = directory;
  }

  /** The address of the record of a series that is known to be there; the arena's views reach its end. */
  addressOf(id: number): number {
    const n = id >>> SERIES_PAGE_SHIFT;
    const page = this.pages[n] || this.find(n);
    return page + (id & (SERIES_PER_PAGE - 1)) * SERIES_BYTES;
  }

  private find(n: number): number {
    const { arena, pages } = this;
    const page = Atomics.load(arena.u32, (this.directory >>> 2) + n);
    arena.reach(page + SERIES_PER_PAGE * SERIES_BYTES);
    while (pages.length <= n) pages.push(0);
    pages[n] = page;
    return page;
  }
}
