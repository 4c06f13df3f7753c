import type { Arena } from '#lib/arena';
import { compareUtf8 } from '#lib/utf8';
import { Labels } from '#model/labels';
import type { LabelReader } from './label-reader.ts';
import { PAIR_NAME, PAIR_VALUE, ROOT_SERIES_COUNT, SERIES_LABELS } from './layout.ts';
import type { SeriesRecords } from './series-records.ts';
import type { Symbols } from './symbols.ts';

/** Label sets that are remembered: about 30 MB. */
const MOST_LABELS = 1 << 17;

interface SeriesLabelsParts {
  readonly arena: Arena;
  readonly symbols: Symbols;
  readonly index: LabelReader;
  readonly records: SeriesRecords;
}

/** The labels of the series of a head, for one reader. They stand from the moment a series is added, and never change. */
export class SeriesLabels {
  readonly index: LabelReader;
  private readonly arena: Arena;
  private readonly symbols: Symbols;
  private readonly records: SeriesRecords;
  /** By id. */
  private known: (Labels | undefined)[] = [];
  private knownCount = 0;
  /** Symbols of label names that were asked for, as they were among so many series. */
  private readonly nameSymbols = new Map<string, number>();
  private namesAmong = 0;
  /** The name and the value that were asked for last. */
  private lastName = '';
  private lastSymbol = 0;
  private lastValue = 0;
  private lastText = '';

  constructor({ arena, symbols, index, records }: SeriesLabelsParts) {
    this.arena = arena;
    this.symbols = symbols;
    this.index = index;
    this.records = records;
  }

  /** Highest id that a series has. Some below may have no labels and no samples. */
  get seriesCount(): number {
    return this.arena.root(ROOT_SERIES_COUNT);
  }

  /** The labels of a series; the same object again as long as it is remembered. */
  of(id: number): Labels {
    const known = this.known[id];
    if (known !== undefined) return known;
    const labels = this.once(id);
    // Bounded by forgetting everything: what is in use comes back at once.
    if (this.knownCount >= MOST_LABELS) {
      this.known = [];
      this.knownCount = 0;
    }
    for (let i = this.known.length; i < id; i++) this.known.push(undefined);
    this.known[id] = labels;
    this.knownCount++;
    return labels;
  }

  /** The value of one label of a series, '' when it is absent. */
  value(id: number, name: string): string {
    const symbol = this.symbolOf(name);
    const word = this.addressOf(id) >>> 2;
    for (let i = 0, count = symbol === 0 ? 0 : this.arena.u32[word]!; i < count; i++) {
      const pair = this.pairAt(word, i) >>> 2;
      if (this.arena.u32[pair + PAIR_NAME] === symbol) return this.textOf(this.arena.u32[pair + PAIR_VALUE]!);
    }
    return '';
  }

  pairCount(id: number): number {
    return this.arena.u32[this.addressOf(id) >>> 2]!;
  }

  copyPairs(id: number, out: Uint32Array, at: number): void {
    const word = this.addressOf(id) >>> 2;
    const { u32 } = this.arena;
    for (let i = 0, count = u32[word]!; i < count; i++) out[at + i] = u32[word + 1 + i]!;
  }

  /** All names and values of some series, in no order. */
  textsOf(ids: Iterable<number>): Set<string> {
    const pairs = new Set<number>();
    for (const id of ids) {
      const word = this.addressOf(id) >>> 2;
      const { u32 } = this.arena;
      for (let i = 0, count = u32[word]!; i < count; i++) pairs.add(u32[word + 1 + i]!);
    }
    const texts = new Set<string>();
    for (const pair of pairs) texts.add(this.index.nameOf(pair)).add(this.index.valueOf(pair));
    return texts;
  }

  pairText(pair: number): readonly [string, string] {
    return [this.index.nameOf(pair), this.index.valueOf(pair)];
  }

  /** Orders two series by their labels. */
  compare(a: number, b: number): number {
    const wordA = this.addressOf(a) >>> 2;
    const wordB = this.addressOf(b) >>> 2;
    const countA = this.arena.u32[wordA]!;
    const countB = this.arena.u32[wordB]!;
    for (let i = 0; i < countA && i < countB; i++) {
      const pairA = this.pairAt(wordA, i);
      const pairB = this.pairAt(wordB, i);
      if (pairA === pairB) continue;
      const sameName = this.arena.u32[(pairA >>> 2) + PAIR_NAME] === this.arena.u32[(pairB >>> 2) + PAIR_NAME];
      if (sameName) return compareUtf8(this.index.valueOf(pairA), this.index.valueOf(pairB));
      return compareUtf8(this.index.nameOf(pairA), this.index.nameOf(pairB));
    }
    return countA - countB;
  }

  /** Series come in order: the one before often has the same value. */
  private textOf(symbol: number): string {
    if (this.lastValue !== symbol) {
      this.lastText = this.symbols.text(symbol);
      this.lastValue = symbol;
    }
    return this.lastText;
  }

  /** The symbol of a label name; 0: no series has the label. */
  private symbolOf(name: string): number {
    if (this.lastName !== name) {
      const symbol = this.findSymbol(name);
      if (symbol === 0) return 0;
      this.lastSymbol = symbol;
      this.lastName = name;
    }
    return this.lastSymbol;
  }

  private findSymbol(name: string): number {
    const among = this.seriesCount;
    if (this.namesAmong !== among) this.nameSymbols.clear();
    this.namesAmong = among;
    let symbol = this.nameSymbols.get(name);
    if (symbol === undefined) {
      symbol = this.symbols.find(name);
      this.nameSymbols.set(name, symbol);
    }
    return symbol;
  }

  /** The labels of a series for whoever asks for each only once: they are not remembered. */
  once(id: number): Labels {
    // Looked at after the record was reached: the views before it may be too short.
    const word = this.addressOf(id) >>> 2;
    const count = this.arena.u32[word]!;
    const pairs = new Array<string>(count * 2);
    for (let i = 0; i < count; i++) {
      const pair = this.pairAt(word, i) >>> 2;
      pairs[2 * i] = this.symbols.text(this.arena.u32[pair + PAIR_NAME]!);
      pairs[2 * i + 1] = this.symbols.text(this.arena.u32[pair + PAIR_VALUE]!);
    }
    return Labels.fromSorted(pairs);
  }

  private pairAt(labelsWord: number, i: number): number {
    const pair = this.arena.u32[labelsWord + 1 + i]!;
    this.arena.reach(pair + 8);
    return pair;
  }

  private addressOf(id: number): number {
    const record = this.records.addressOf(id);
    const labels = this.arena.u32[(record >>> 2) + SERIES_LABELS]!;
    this.arena.reach(labels + 4);
    this.arena.reach(labels + 4 + 4 * this.arena.u32[labels >>> 2]!);
    return labels;
  }
}
