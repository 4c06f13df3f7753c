import type { TextTable } from '#lib/text-table';
import { compareUtf8 } from '#lib/utf8';
import { METRIC_NAME } from '#model/labels';
import { LabelTexts, seriesPairs } from '#wire/label-pairs';
import { readLabelField } from '#wire/remote-write';
import type { WriteKernel } from './write-kernel.ts';

const NOT_KNOWN = -1;

/** Labels of 1.0 messages, which the kernel finds by the bytes of their fields: each is read once. */
export class KnownLabels {
  private readonly kernel: WriteKernel;
  private readonly texts: TextTable;
  private cleared = -1;
  // By number.
  private names: string[] = [];
  private values: string[] = [];
  private isValid: boolean[] = [];
  private isRead: boolean[] = [];
  /** The label before, where it is known that this one may stand behind it; 0 = it may be the first. */
  private before: number[] = [];

  constructor(kernel: WriteKernel, texts: TextTable) {
    this.kernel = kernel;
    this.texts = texts;
  }

  /**
   * The labels of a series from its label fields, as `labelsOfFields` gives them; null: it has to do so. Throws `bad-request`
   * for invalid ones.
   */
  pairs(fields: Uint8Array): string[] | null {
    const { kernel } = this;
    const count = kernel.labels(fields);
    if (count < 0) return null;
    if (this.cleared !== kernel.cleared) this.forget();
    const { numbers } = kernel;
    for (let i = 0; i < count; i++) if (this.isRead[numbers[i]!] !== true) this.read(numbers[i]!);
    return this.areStorable(count) ? this.pairsOf(count) : seriesPairs(this.textsOf(count));
  }

  private pairsOf(count: number): string[] {
    const { numbers } = this.kernel;
    const pairs = new Array<string>(2 * count);
    for (let i = 0; i < count; i++) {
      pairs[2 * i] = this.names[numbers[i]!]!;
      pairs[2 * i + 1] = this.values[numbers[i]!]!;
    }
    return pairs;
  }

  private textsOf(count: number): LabelTexts {
    const { numbers } = this.kernel;
    const labels = new LabelTexts();
    for (let i = 0; i < count; i++) {
      labels.texts.push(this.names[numbers[i]!]!, this.values[numbers[i]!]!);
      if (!this.isValid[numbers[i]!]) labels.valid = false;
    }
    return labels;
  }

  /** Whether they are in order, and nothing else is to be done about them. */
  private areStorable(count: number): boolean {
    const { numbers } = this.kernel;
    let last = 0;
    let isNamed = false;
    for (let i = 0; i < count; i++) {
      const number = numbers[i]!;
      if (this.before[number] !== last && !this.mayFollow(number, last)) return false;
      isNamed ||= this.names[number] === METRIC_NAME;
      last = number;
    }
    return isNamed;
  }

  private mayFollow(number: number, last: number): boolean {
    const name = this.names[number]!;
    const isOrdered = last === 0 || compareUtf8(this.names[last]!, name) < 0;
    if (!isOrdered || !this.isValid[number] || name === '' || this.values[number] === '') return false;
    this.before[number] = last;
    return true;
  }

  private read(number: number): void {
    const { texts, valid } = readLabelField(this.kernel.labelBytes(number), this.texts);
    while (this.names.length <= number) this.addPlace();
    this.names[number] = texts[0]!;
    this.values[number] = texts[1]!;
    this.isValid[number] = valid;
    this.isRead[number] = true;
  }

  private addPlace(): void {
    this.names.push('');
    this.values.push('');
    this.isValid.push(false);
    this.isRead.push(false);
    this.before.push(NOT_KNOWN);
  }

  private forget(): void {
    this.cleared = this.kernel.cleared;
    this.names = [];
    this.values = [];
    this.isValid = [];
    this.isRead = [];
    this.before = [];
  }
}
