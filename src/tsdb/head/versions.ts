import type { Arena } from '#lib/arena';
import { loadFence } from '#lib/load-fence';
import { SERIES_VERSION_A, SERIES_VERSION_B, VERSION_CHUNK, VERSION_COUNT, VERSION_SEQ } from './layout.ts';
import type { SeriesRecords } from './series-records.ts';

/** The samples of a series as one commit left them: the newest chunk, and how many samples of it count. */
export interface Version {
  chunk: number;
  count: number;
}

/**
 * Finds the samples that a series had after commit `seq`; `record` is its address. False when two later commits have
 * touched the series since: its older versions are no longer known, and the reader has to begin again with a newer commit.
 */
export function readVersion({ u32 }: Arena, record: number, seq: number, out: Version): boolean {
  const word = record >>> 2;
  for (;;) {
    const a = Atomics.load(u32, word + SERIES_VERSION_A + VERSION_SEQ);
    const b = Atomics.load(u32, word + SERIES_VERSION_B + VERSION_SEQ);
    if (!isKnown(a, b, seq)) return false;
    const version = word + slotOf(a, b, seq);
    out.chunk = Atomics.load(u32, version + VERSION_CHUNK);
    out.count = Atomics.load(u32, version + VERSION_COUNT);
    // Unchanged commit number: neither word belongs to a later commit.
    if (Atomics.load(u32, version + VERSION_SEQ) === (version === word + SERIES_VERSION_A ? a : b)) return true;
  }
}

function isKnown(a: number, b: number, seq: number): boolean {
  return a <= seq || b <= seq;
}

/** The newer one of those that are not too new. */
function slotOf(a: number, b: number, seq: number): number {
  return a <= seq && (b > seq || a >= b) ? SERIES_VERSION_A : SERIES_VERSION_B;
}

/** Series at a time: their words stay in the nearest caches. */
const MOST = 256;

/**
 * The same of many series at once: all numbers of commits are read, then all versions, then the numbers again. That is far
 * less than an atomic load of each word, and what has changed in between is read once more by itself.
 */
export class VersionBatch {
  static readonly most = MOST;
  readonly chunks = new Uint32Array(MOST);
  readonly counts = new Uint32Array(MOST);
  private readonly slots = new Uint32Array(MOST);
  private readonly seqs = new Uint32Array(MOST);
  private readonly single: Version = { chunk: 0, count: 0 };
  private readonly arena: Arena;
  private readonly records: SeriesRecords;

  constructor(arena: Arena, records: SeriesRecords) {
    this.arena = arena;
    this.records = records;
  }

  /** Reads the versions of at most `most` series; false as `readVersion`. */
  read(ids: Uint32Array, seq: number): boolean {
    const { length } = ids;
    for (let i = 0; i < length; i++) this.findSlot(i, ids[i]!, seq);
    loadFence();
    const { u32 } = this.arena;
    const { slots, seqs, chunks, counts } = this;
    for (let i = 0; i < length; i++) {
      chunks[i] = u32[slots[i]! + VERSION_CHUNK]!;
      counts[i] = u32[slots[i]! + VERSION_COUNT]!;
    }
    loadFence();
    for (let i = 0; i < length; i++) {
      const isSame = seqs[i]! <= seq && u32[slots[i]! + VERSION_SEQ] === seqs[i];
      if (!isSame && !this.readAgain(i, ids[i]!, seq)) return false;
    }
    return true;
  }

  private findSlot(i: number, id: number, seq: number): void {
    const word = this.records.addressOf(id) >>> 2;
    const { u32 } = this.arena;
    const a = u32[word + SERIES_VERSION_A + VERSION_SEQ]!;
    const b = u32[word + SERIES_VERSION_B + VERSION_SEQ]!;
    const slot = slotOf(a, b, seq);
    this.slots[i] = word + slot;
    this.seqs[i] = slot === SERIES_VERSION_A ? a : b;
  }

  private readAgain(i: number, id: number, seq: number): boolean {
    const { arena, records, single } = this;
    if (!readVersion(arena, records.addressOf(id), seq, single)) return false;
    this.chunks[i] = single.chunk;
    this.counts[i] = single.count;
    return true;
  }
}
