import { ByteIndex } from '#lib/byte-index';
import { utf8Text } from '#lib/utf8';
import type { SymbolTexts } from '#wire/remote-write-v2';

/** More memory than this is given back: senders that make new label values all the time would fill it. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The symbols of remote write 2.0 messages, by numbers that stay the same from message to message. Senders repeat most
 * symbols in the same order, so the one that came next the last time is looked at first.
 */
export class Symbols implements SymbolTexts {
  private readonly index = new ByteIndex();
  private followers = new Uint32Array(1024);
  /** Those that were asked for. */
  private texts: (string | null | undefined)[] = [];
  private last = 0;

  get tooMany(): boolean {
    return this.index.capacityBytes > MAX_BYTES;
  }

  /** A message begins. */
  begin(): void {
    this.last = 0;
  }

  /** The number of a text, counting from 1. */
  number(text: DataView, start: number, end: number): number {
    const expected = this.followers[this.last]!;
    if (this.index.is(expected, text, start, end)) {
      this.last = expected;
      return expected;
    }
    const symbol = this.index.add(text, start, end);
    if (symbol >= this.followers.length) this.grow();
    this.followers[this.last] = symbol;
    this.last = symbol;
    return symbol;
  }

  /** The text of a number; empty for 0. Valid until the next `number`. */
  bytes(symbol: number): Uint8Array {
    return symbol === 0 ? new Uint8Array(0) : this.index.bytes(symbol);
  }

  text(symbol: number): string | null {
    const known = this.texts[symbol];
    if (known !== undefined) return known;
    const text = utf8Text(this.bytes(symbol));
    this.texts[symbol] = text;
    return text;
  }

  clear(): void {
    this.index.clear();
    this.texts = [];
    this.followers.fill(0);
    this.last = 0;
  }

  private grow(): void {
    const followers = new Uint32Array(this.followers.length * 2);
    followers.set(this.followers);
    this.followers = followers;
  }
}
