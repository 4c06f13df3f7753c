import { BarographError } from '#lib/errors';
import { fastFloat } from '#lib/fast-float';
import type { MetricMetadata } from '#model/metadata';
import { ExpositionPage, METRIC_TYPES, TYPE_UNKNOWN } from '../page.ts';
import { HASH, lenientText, NEWLINE, quotedBytes, quotedText } from './bytes.ts';
import { goFloat } from './float.ts';

/** A guess of how long a line is; a wrong one costs a copy. */
const USUAL_LINE_BYTES = 64;

/** Digits of the largest number of 64 bits with a sign. */
const LONGEST_INTEGER = 19;
const LARGEST_INTEGER = 2n ** 63n - 1n;

/** A page while it is read: the rows so far and the place reached. */
export class PageBuilder {
  readonly page: ExpositionPage;
  readonly bytes: Uint8Array;
  /** Where reading goes on. */
  position = 0;
  /** Where the current line starts. */
  lineStart = 0;
  private readonly previous: ExpositionPage | null;
  /** The row of the previous page that should come next. */
  private expected = 0;
  private type = TYPE_UNKNOWN;
  private family = -1;
  private readonly familyRows = new Map<string, number>();

  constructor(bytes: Uint8Array, previous: ExpositionPage | null) {
    const capacity = previous ? previous.length + 8 : Math.ceil(bytes.length / USUAL_LINE_BYTES) + 8;
    this.page = new ExpositionPage(bytes, capacity);
    this.bytes = bytes;
    this.previous = previous;
  }

  /**
   * Whether the line starts with the series that came after the last one on the previous page. Then its end is returned,
   * otherwise -1. A target sends the same lines in the same order nearly always, so that nothing else has to be looked at.
   */
  predictedEnd(): number {
    const { previous, expected, bytes } = this;
    if (previous === null || expected >= previous.length) return -1;
    const from = previous.start[expected]!;
    const length = previous.end[expected]! - from;
    const here = this.position;
    if (here + length >= bytes.length) return -1;
    const other = previous.bytes;
    // The ends differ most often.
    for (let i = length - 1; i >= 0; i--) if (bytes[here + i] !== other[from + i]) return -1;
    return here + length;
  }

  /** Adds a sample of the series in `[start, end)`. */
  addSample(start: number, end: number, predicted: boolean): number {
    const { page } = this;
    const row = page.add();
    page.start[row] = start;
    page.end[row] = end;
    page.timestamp[row] = Number.NaN;
    page.type[row] = this.type;
    page.family[row] = this.family;
    const same = predicted ? this.expected : this.find(row);
    page.same[row] = same;
    if (same >= 0) this.expected = same + 1;
    return row;
  }

  private find(row: number): number {
    return this.previous === null ? -1 : this.previous.rowOf(this.page.text(row));
  }

  /**
   * Takes over the HELP, TYPE or UNIT line that stands here when it is the one of the previous page, and moves behind it.
   * False: it is another line.
   */
  takePredictedDescriptor(): boolean {
    const { previous, bytes, position } = this;
    const known = previous?.descriptors[this.page.descriptors.length];
    if (known === undefined || bytes[position] !== HASH) return false;
    const length = known.end - known.start;
    if (position + length > bytes.length) return false;
    const other = previous!.bytes;
    // The last line of a page may lack its newline: then this one may be longer.
    if (other[known.end - 1] !== NEWLINE) return false;
    for (let i = length - 1; i >= 0; i--) if (bytes[position + i] !== other[known.start + i]) return false;
    this.position = position + length;
    this.addMetadata(known.name, known.said);
    return true;
  }

  /** Takes over what the HELP, TYPE or UNIT line said that ends at the place reached. */
  addMetadata(name: string, said: Partial<MetricMetadata>): void {
    const { families, descriptors } = this.page;
    let index = this.familyRows.get(name);
    if (index === undefined) {
      index = families.push({ name, metadata: { type: 'unknown', help: '', unit: '' } }) - 1;
      this.familyRows.set(name, index);
    }
    // The page is still ours alone.
    Object.assign(families[index]!.metadata, said);
    descriptors.push({ start: this.lineStart, end: this.position, name, said });
    this.family = index;
    if (said.type !== undefined) this.type = METRIC_TYPES.indexOf(said.type);
  }

  /** The value in `[start, end)`. Throws with Go's words. */
  float(start: number, end: number): number {
    const fast = fastFloat(this.bytes, start, end);
    return Number.isNaN(fast) ? this.slowFloat(start, end) : fast;
  }

  /** The digits in `[start, end)` as a number. Throws with Go's words for what takes more than 64 bits. */
  integer(start: number, end: number): number {
    if (end - start >= LONGEST_INTEGER) {
      const digits = lenientText(this.bytes.subarray(start, end));
      if (BigInt(digits) <= LARGEST_INTEGER) return Number(digits);
      const problem = `strconv.ParseInt: parsing ${quotedText(digits)}: value out of range`;
      throw this.error(`${problem} while parsing: ${this.lineTo(end)}`);
    }
    return this.float(start, end);
  }

  private slowFloat(start: number, end: number): number {
    const text = lenientText(this.bytes.subarray(start, end));
    if (/[pP_]/.test(text)) throw this.error(`unsupported character in float while parsing: ${this.lineTo(end)}`);
    const value = goFloat(text);
    if (typeof value === 'number') return value;
    throw this.error(`strconv.ParseFloat: parsing ${quotedText(text)}: ${value} while parsing: ${this.lineTo(end)}`);
  }

  /** An error that says what was expected and what stood at `token` instead. */
  unexpected(expected: string, token: string, start: number, end: number): BarographError {
    const stop = Math.min(this.bytes.length, end + 1);
    const got = quotedBytes(this.bytes.subarray(start, stop));
    return this.error(`${expected}, got ${got} ("${token}") while parsing: ${this.lineTo(stop)}`);
  }

  /** An error at the current line. */
  error(message: string): BarographError {
    let line = 1;
    for (let i = this.bytes.indexOf(NEWLINE); i >= 0 && i < this.lineStart; i = this.bytes.indexOf(NEWLINE, i + 1))
      line++;
    const column = this.position - this.lineStart + 1;
    return new BarographError(`${message} (line ${line})`, {
      kind: 'bad-request',
      code: 'bad-exposition',
      at: { line, column },
    });
  }

  /** The current line up to a position, quoted. */
  lineTo(end: number): string {
    return quotedBytes(this.bytes.subarray(this.lineStart, Math.min(end, this.bytes.length)));
  }
}
