/**
 * Distinct byte strings and small numbers for them: ids count from 1 in the order of adding. The bytes are kept in one
 * arena, without an object per string. Only grows; `clear` forgets everything.
 */
export class ByteIndex {
  private count = 0;
  private arena = new Uint8Array(1 << 16);
  private view = new DataView(this.arena.buffer);
  private used = 0;
  /** Where the bytes of each id start; those of id i end where those of i + 1 start. */
  private starts = new Uint32Array(1024);
  private hashes = new Uint32Array(1024);
  /** Open addressing; ids, 0 = free. */
  private slots = new Uint32Array(2048);

  /** Number of strings, and the highest id. */
  get size(): number {
    return this.count;
  }

  /** Bytes of memory. */
  get capacityBytes(): number {
    return this.arena.length + 4 * (this.starts.length + this.hashes.length + this.slots.length);
  }

  clear(): void {
    this.count = 0;
    this.used = 0;
    this.slots = new Uint32Array(2048);
  }

  /** The bytes of an id; a view, valid until the next `add`. */
  bytes(id: number): Uint8Array {
    return this.arena.subarray(this.starts[id], this.starts[id + 1]);
  }

  /** Whether the bytes of `id` are those in `[start, end)` of `from`. False for an id that there is not. */
  is(id: number, from: DataView, start: number, end: number): boolean {
    if (id > this.count || id === 0) return false;
    let at = this.starts[id]!;
    let i = start;
    if (this.starts[id + 1]! - at !== end - start) return false;
    const { view } = this;
    for (; i + 4 <= end; i += 4, at += 4) if (view.getInt32(at, true) !== from.getInt32(i, true)) return false;
    for (; i < end; i++, at++) if (view.getUint8(at) !== from.getUint8(i)) return false;
    return true;
  }

  /** The id of the bytes in `[start, end)` of `from`, or 0. */
  find(from: DataView, start: number, end: number): number {
    return this.slots[this.slotOf(from, start, end, hashOf(from, start, end))]!;
  }

  /** The same, but new bytes are copied and get the next id. */
  add(from: DataView, start: number, end: number): number {
    const hash = hashOf(from, start, end);
    const slot = this.slotOf(from, start, end, hash);
    if (this.slots[slot] !== 0) return this.slots[slot]!;
    const id = ++this.count;
    this.slots[slot] = id;
    this.copy(id, from, start, end);
    this.hashes[id] = hash;
    if (this.count * 2 > this.slots.length) this.growSlots();
    return id;
  }

  private slotOf(from: DataView, start: number, end: number, hash: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.slots[slot]!;
      if (id === 0 || (this.hashes[id] === hash && this.is(id, from, start, end))) return slot;
    }
  }

  private copy(id: number, from: DataView, start: number, end: number): void {
    if (id + 2 > this.starts.length) {
      this.starts = grown(this.starts, new Uint32Array(this.starts.length * 2));
      this.hashes = grown(this.hashes, new Uint32Array(this.hashes.length * 2));
    }
    const after = this.used + end - start;
    if (after > this.arena.length) {
      this.arena = grown(this.arena, new Uint8Array(Math.max(after, this.arena.length * 2)));
      this.view = new DataView(this.arena.buffer);
    }
    this.arena.set(new Uint8Array(from.buffer, from.byteOffset + start, end - start), this.used);
    this.starts[id] = this.used;
    this.starts[id + 1] = after;
    this.used = after;
  }

  private growSlots(): void {
    const slots = new Uint32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 1; id <= this.count; id++) {
      let slot = this.hashes[id]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}

/** Four bytes at a time; the mixing of MurmurHash3. */
function hashOf(from: DataView, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i + 4 <= end; i += 4) hash = mixed(hash, from.getInt32(i, true));
  for (; i < end; i++) hash = mixed(hash, from.getUint8(i));
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mixed(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
