import type { ByteReader, ByteWriter } from '#lib/varint';

/** A series as the WAL defines it: its id from here on, its labels as name, value, … in label order. */
export interface SeriesDefinition {
  readonly id: number;
  readonly pairs: readonly string[];
}

/**
 * The strings of one segment, numbered from 1 in order of their first use, so that each is written once. A segment does
 * not need those before it.
 */
export class SegmentSymbols {
  private readonly numbers = new Map<string, number>();
  private readonly texts: string[] = [];

  /** Gives the number of the text. */
  write(out: ByteWriter, text: string): number {
    const known = this.numbers.get(text);
    out.uvarint(known ?? 0);
    if (known !== undefined) return known;
    out.string(text);
    const number = this.numbers.size + 1;
    this.numbers.set(text, number);
    return number;
  }

  read(input: ByteReader): string {
    const number = input.uvarint();
    if (number > 0) return this.texts[number - 1]!;
    const text = input.string();
    this.texts.push(text);
    return text;
  }
}

/** Writes series: their number, then per series the difference of ids, the number of strings, the strings. */
export function encodeSeries(out: ByteWriter, series: readonly SeriesDefinition[], symbols: SegmentSymbols): void {
  out.uvarint(series.length);
  let last = 0;
  // Series of one target come together, and have most of their labels in common.
  let before: readonly string[] = [];
  const numbers: number[] = [];
  for (const { id, pairs } of series) {
    out.varint(id - last);
    last = id;
    out.uvarint(pairs.length);
    for (let i = 0; i < pairs.length; i++) {
      if (pairs[i] === before[i]) out.uvarint(numbers[i]!);
      else numbers[i] = symbols.write(out, pairs[i]!);
    }
    before = pairs;
  }
}

/** Reads what `encodeSeries` wrote. */
export function decodeSeries(input: ByteReader, symbols: SegmentSymbols): SeriesDefinition[] {
  const series: SeriesDefinition[] = [];
  let id = 0;
  // Loops, because a start reads all series this way.
  for (let left = input.uvarint(); left > 0; left--) {
    id += input.varint();
    series.push({ id, pairs: readPairs(input, symbols) });
  }
  return series;
}

function readPairs(input: ByteReader, symbols: SegmentSymbols): string[] {
  const pairs: string[] = [];
  for (let left = input.uvarint(); left > 0; left--) pairs.push(symbols.read(input));
  return pairs;
}
