const BITS = 1024;

/**
 * About how many different texts were added, in 128 bytes (linear counting: Whang, Vander-Zanden and Taylor, 1990): within
 * some percent up to a thousand, more roughly up to seven thousand, where it ends.
 */
export class DistinctCount {
  private readonly words = new Uint32Array(BITS / 32);
  private empty = BITS;

  /** Whether the text changed the count; false for every text that was added before. */
  add(text: string): boolean {
    const bit = hash(text) % BITS;
    const mask = 1 << (bit & 31);
    const word = bit >>> 5;
    if ((this.words[word]! & mask) !== 0) return false;
    this.words[word]! |= mask;
    this.empty--;
    return true;
  }

  estimate(): number {
    return Math.round(BITS * Math.log(BITS / Math.max(1, this.empty)));
  }
}

/** FNV-1a over UTF-16 units with the finish of MurmurHash3, which spreads counters too. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
