import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { BarographError } from './errors.ts';
import { isMissing } from './file-errors.ts';

/** A page is read as a whole. */
const PAGE_BYTES = 1 << 15;
/** 16 MiB. */
const MOST_PAGES = 512;

/** A file that nobody changes, parts of which are needed again and again. */
export interface PagedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * The bytes from `offset` on: at least `least` of them, fewer only where the file ends. They are not to be changed, and
   * valid until the next call, of any file of this thread. Blocks while the disk is read.
   */
  from(offset: number, least: number): Uint8Array;
  /** Nothing is read afterwards. */
  close(): Promise<void>;
}

/** Opens a file; null when there is none. */
export async function openPagedFile(path: string): Promise<PagedFile | null> {
  try {
    const handle = await open(path, 'r');
    return new CachedFile({ handle, path, cache: ofThread, sizeBytes: (await handle.stat()).size });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

interface CachedFileParts {
  readonly handle: FileHandle;
  readonly path: string;
  readonly sizeBytes: number;
  readonly cache: PageCache;
}

class CachedFile implements PagedFile {
  readonly path: string;
  readonly sizeBytes: number;
  private readonly handle: FileHandle;
  private readonly cache: PageCache;
  /** The slots of its pages by their numbers. */
  private readonly slots = new Map<number, number>();
  private isClosed = false;

  constructor({ handle, path, sizeBytes, cache }: CachedFileParts) {
    this.handle = handle;
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.cache = cache;
  }

  from(offset: number, least: number): Uint8Array {
    const length = Math.max(0, Math.min(least, this.sizeBytes - offset));
    if (length === 0) return NOTHING;
    const number = Math.floor(offset / PAGE_BYTES);
    const start = offset - number * PAGE_BYTES;
    if (start + length <= PAGE_BYTES) return this.page(number).subarray(start);
    return length > PAGE_BYTES ? this.read(new Uint8Array(length), offset) : this.joined(number, start, length);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.cache.forget(this.slots);
    await this.handle.close();
  }

  private joined(number: number, start: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const first = this.page(number).subarray(start);
    bytes.set(first);
    bytes.set(this.page(number + 1).subarray(0, length - first.length), first.length);
    return bytes;
  }

  private page(number: number): Uint8Array {
    const offset = number * PAGE_BYTES;
    const length = Math.min(PAGE_BYTES, this.sizeBytes - offset);
    return this.cache
      .page(this.slots, number, (into) => this.read(into.subarray(0, length), offset))
      .subarray(0, length);
  }

  private read(into: Uint8Array, offset: number): Uint8Array {
    if (this.isClosed) throw new Error(`BUG: ${this.path} is read after it was closed`);
    for (let filled = 0; filled < into.length; ) {
      const count = readSync(this.handle.fd, into, filled, into.length - filled, offset + filled);
      if (count === 0) throw this.tooShort();
      filled += count;
    }
    return into;
  }

  private tooShort(): BarographError {
    return new BarographError(`${this.path} had ${this.sizeBytes} bytes when it was opened, and has fewer now`, {
      kind: 'corrupt-data',
      code: 'file-too-short',
      hint: 'Something else has cut the file: restore it from a copy.',
    });
  }
}

const NOTHING = new Uint8Array(0);

/**
 * Pages of several files in a fixed number of slots, whose memory is used again. The next one takes a slot that was not
 * looked at since the hand came by last.
 */
class PageCache {
  private readonly most: number;
  private readonly memory: Uint8Array[] = [];
  private readonly owners: Map<number, number>[] = [];
  private readonly numbers: number[] = [];
  private readonly isRecent: boolean[] = [];
  private hand = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** A page of the file that has these slots; `fill` reads it when it is not there. Valid until the next call. */
  page(slots: Map<number, number>, number: number, fill: (into: Uint8Array) => void): Uint8Array {
    const known = slots.get(number);
    const slot = known ?? this.freeSlot();
    if (known === undefined) {
      fill(this.memory[slot]!);
      slots.set(number, slot);
      this.owners[slot] = slots;
      this.numbers[slot] = number;
    }
    this.isRecent[slot] = true;
    return this.memory[slot]!;
  }

  /** A file needs its slots no more. */
  forget(slots: Map<number, number>): void {
    for (const slot of slots.values()) this.isRecent[slot] = false;
    slots.clear();
  }

  private freeSlot(): number {
    if (this.memory.length < this.most) return this.memory.push(new Uint8Array(PAGE_BYTES)) - 1;
    while (this.isRecent[this.hand]) {
      this.isRecent[this.hand] = false;
      this.hand = (this.hand + 1) % this.most;
    }
    const slot = this.hand;
    this.hand = (slot + 1) % this.most;
    if (this.owners[slot]?.get(this.numbers[slot]!) === slot) this.owners[slot].delete(this.numbers[slot]!);
    return slot;
  }
}

const ofThread = new PageCache(MOST_PAGES);
