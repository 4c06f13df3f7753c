import { ByteIndex } from './byte-index.ts';
import { utf8Text } from './utf8.ts';

/**
 * Strings for UTF-8 bytes that come again and again: each is decoded once. Forgets all of them when they exceed
 * `maxBytes`, so that bytes that never come again do not fill the memory.
 */
export class TextTable {
  private readonly index = new ByteIndex();
  private texts: (string | null)[] = [''];
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** The text of the bytes in `[start, end)`; null when they are not UTF-8. */
  text(bytes: DataView, start: number, end: number): string | null {
    if (start === end) return '';
    const { index, texts } = this;
    const id = index.add(bytes, start, end);
    if (id < texts.length) return texts[id]!;
    const text = utf8Text(index.bytes(id));
    texts.push(text);
    if (index.capacityBytes > this.maxBytes) this.clear();
    return text;
  }

  private clear(): void {
    this.index.clear();
    this.texts = [''];
  }
}
