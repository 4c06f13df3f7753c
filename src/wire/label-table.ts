import { ByteIndex } from '#lib/byte-index';
import type { TextTable } from '#lib/text-table';
import type { LabelTexts } from './label-pairs.ts';

/**
 * Labels of messages by the bytes of their fields: each is read once, and then found by its bytes. Senders write the labels
 * of a target in the same order again and again, so the one that came behind it the last time is looked at first. Forgets
 * all of them when they exceed `maxBytes`.
 */
export class LabelTable {
  /** Where texts of new labels are read. */
  readonly texts: TextTable;
  private readonly index = new ByteIndex();
  private readonly maxBytes: number;
  private names = [''];
  private values = [''];
  private isValid = [true];
  /** The label that came behind each. */
  private followers = new Uint32Array(1024);
  private last = 0;

  constructor(texts: TextTable, maxBytes: number) {
    this.texts = texts;
    this.maxBytes = maxBytes;
  }

  /** A series begins. */
  begin(): void {
    this.last = 0;
    if (this.index.capacityBytes > this.maxBytes) this.clear();
  }

  /** Adds the next label of the series, whose field stands in `[start, end)`, to `to`; false: it is not known. */
  find(bytes: DataView, start: number, end: number, to: LabelTexts): boolean {
    const { index, followers, last } = this;
    const expected = followers[last]!;
    const id = index.is(expected, bytes, start, end) ? expected : index.find(bytes, start, end);
    if (id === 0) return false;
    followers[last] = id;
    this.last = id;
    to.texts.push(this.names[id]!, this.values[id]!);
    if (!this.isValid[id]) to.valid = false;
    return true;
  }

  /** Keeps a label that is not known: its name and its value. */
  add(bytes: DataView, { start, end }: FieldRange, { texts, valid }: LabelTexts): void {
    const id = this.index.add(bytes, start, end);
    this.names.push(texts[0]!);
    this.values.push(texts[1]!);
    this.isValid.push(valid);
    if (id < this.followers.length) return;
    const followers = new Uint32Array(this.followers.length * 2);
    followers.set(this.followers);
    this.followers = followers;
  }

  private clear(): void {
    this.index.clear();
    this.names = [''];
    this.values = [''];
    this.isValid = [true];
    this.followers.fill(0);
  }
}

interface FieldRange {
  readonly start: number;
  readonly end: number;
}
