/**
 * About how many different texts were added (linear counting: Whang, Vander-Zanden and Taylor, 1990): within some percent up
 * to as many as there are bits, more roughly up to seven times as many, where it ends. 1024 bits are 128 bytes.
 */
export class DistinctCount {
  private readonly words: Uint32Array;
  private readonly bits: number;
  private empty: number;

  constructor(bits = 1024) {
    this.bits = bits;
    this.words = new Uint32Array(bits / 32);
    this.empty = bits;
  }

  /** Whether the text changed the count; false for every text that was added before. */
  add(text: string): boolean {
    return this.addHash(hashText(text));
  }

  /** The same for the `hashText` of a text. */
  addHash(hash: number): boolean {
    if (this.hasHash(hash)) return false;
    const bit = hash % this.bits;
    this.words[bit >>> 5]! |= 1 << (bit & 31);
    this.empty--;
    return true;
  }

  /** True for the `hashText` of every text that was added, and for some others. */
  hasHash(hash: number): boolean {
    const bit = hash % this.bits;
    return (this.words[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  estimate(): number {
    return Math.round(linearCount(this.bits, this.empty));
  }

  clear(): void {
    this.words.fill(0);
    this.empty = this.bits;
  }
}

/** How many different texts leave so many of the places empty, on average. */
export function linearCount(places: number, empty: number): number {
  return places * Math.log(places / Math.max(1, empty));
}

/** FNV-1a over UTF-16 units with the finish of MurmurHash3, which spreads counters too. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
