import { utf8Text } from '#lib/utf8';
import type { SymbolTexts } from '#wire/remote-write-v2';
import type { ByteNumbers } from './byte-numbers.ts';

/** More memory than this is given back: senders that make new label values all the time would fill it. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The symbols of remote write 2.0 messages, by numbers that stay the same from message to message. */
export class Symbols implements SymbolTexts {
  private readonly numbers: ByteNumbers;
  /** Those that were asked for. */
  private texts: (string | null | undefined)[] = [];

  constructor(numbers: ByteNumbers) {
    this.numbers = numbers;
  }

  get tooMany(): boolean {
    return this.numbers.usedBytes > MAX_BYTES;
  }

  /** A message begins. */
  begin(): void {
    this.numbers.begin();
  }

  /** The number of a text, counting from 1. */
  number(text: DataView, start: number, end: number): number {
    return this.numbers.add(text, start, end);
  }

  /** The text of a number; empty for 0. Valid until the next `number`. */
  bytes(symbol: number): Uint8Array {
    return symbol === 0 ? new Uint8Array(0) : this.numbers.bytes(symbol);
  }

  text(symbol: number): string | null {
    const known = this.texts[symbol];
    if (known !== undefined) return known;
    const text = utf8Text(this.bytes(symbol));
    this.texts[symbol] = text;
    return text;
  }

  clear(): void {
    this.numbers.clear();
    this.texts = [];
  }
}
