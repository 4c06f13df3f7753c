import { compareUtf8 } from '#lib/utf8';

/** The label that holds the metric's name. */
export const METRIC_NAME = '__name__';

/**
 * An immutable label set. Names are sorted by UTF-8 bytes and unique; no value is empty (an empty value means that the
 * label is absent). Made at the edges of the program: the head keeps symbol ids in an arena instead.
 */
export class Labels {
  static readonly EMPTY = new Labels([]);

  /** name0, value0, name1, value1, … in name order. */
  readonly pairs: readonly string[];
  /** Where a thread's answers keep the text of these labels (promql/json/remembered-texts). No part of the set. */
  textPlace = 0;
  private canonical: string | undefined;

  private constructor(pairs: readonly string[]) {
    this.pairs = pairs;
  }

  /** From pairs that already are sorted, unique and without empty values. The array belongs to the Labels from then on. */
  static fromSorted(pairs: readonly string[]): Labels {
    return pairs.length === 0 ? Labels.EMPTY : new Labels(pairs);
  }

  /** From a record; empty values are left out. */
  static from(record: Readonly<Record<string, string>>): Labels {
    const pairs: string[] = [];
    for (const name of sorted(Object.keys(record))) {
      const value = record[name]!;
      if (value !== '') pairs.push(name, value);
    }
    return Labels.fromSorted(pairs);
  }

  /** From name–value entries in any order; of several with one name the last wins, empty values are left out. */
  static fromEntries(entries: Iterable<readonly [string, string]>): Labels {
    const byName = new Map(entries);
    const pairs: string[] = [];
    for (const name of sorted([...byName.keys()])) {
      const value = byName.get(name)!;
      if (value !== '') pairs.push(name, value);
    }
    return Labels.fromSorted(pairs);
  }

  /** Number of labels. */
  get size(): number {
    return this.pairs.length / 2;
  }

  /** A canonical text for use as a Map key: equal exactly when the label sets are. Not for people. */
  get key(): string {
    this.canonical ??= canonicalKey(this.pairs);
    return this.canonical;
  }

  /** The value, or '' when the label is absent. */
  get(name: string): string {
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1]!;
    return '';
  }

  has(name: string): boolean {
    return this.get(name) !== '';
  }

  names(): string[] {
    return this.pairs.filter((_, i) => i % 2 === 0);
  }

  *entries(): Generator<[name: string, value: string]> {
    for (let i = 0; i < this.pairs.length; i += 2) yield [this.pairs[i]!, this.pairs[i + 1]!];
  }

  toRecord(): Record<string, string> {
    const record: Record<string, string> = {};
    for (let i = 0; i < this.pairs.length; i += 2) {
      const name = this.pairs[i]!;
      if (name === '__proto__') return Object.fromEntries(this.entries());
      record[name] = this.pairs[i + 1]!;
    }
    return record;
  }

  /** As in JSON: `{"name": "value"}` in name order. */
  toJSON(): Record<string, string> {
    return this.toRecord();
  }

  equals(other: Labels): boolean {
    const { pairs } = this;
    return this === other || (pairs.length === other.pairs.length && pairs.every((part, i) => part === other.pairs[i]));
  }

  /** Whether `from` makes these labels of the record. It must have nothing but its own names, as what JSON.parse gives. */
  equalsRecord(record: Readonly<Record<string, string>>): boolean {
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) if (record[pairs[i]!] !== pairs[i + 1]) return false;
    let left = pairs.length / 2;
    for (const name in record) if (record[name] !== '') left--;
    return left === 0;
  }

  /** Order by pairs, names and values compared by UTF-8 bytes; a prefix sorts first. As Prometheus' `labels.Compare`. */
  compare(other: Labels): number {
    const a = this.pairs;
    const b = other.pairs;
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
      if (a[i] === b[i]) continue;
      return compareUtf8(a[i]!, b[i]!);
    }
    return a.length - b.length;
  }

  /** These labels with `changes` applied: a value sets the label, '' removes it. */
  with(changes: Readonly<Record<string, string>>): Labels {
    return Labels.fromEntries([...this.entries(), ...Object.entries(changes)]);
  }

  /** These labels, and those of `base` whose names are not among them. */
  over(base: Labels): Labels {
    if (base.size === 0) return this;
    const [mine, theirs] = [this.pairs, base.pairs];
    const pairs: string[] = [];
    let i = 0;
    for (let j = 0; j < theirs.length; j += 2) {
      while (i < mine.length && compareUtf8(mine[i]!, theirs[j]!) < 0) pairs.push(mine[i++]!, mine[i++]!);
      if (mine[i] !== theirs[j]) pairs.push(theirs[j]!, theirs[j + 1]!);
    }
    while (i < mine.length) pairs.push(mine[i++]!, mine[i++]!);
    return Labels.fromSorted(pairs);
  }

  /** Only the labels whose name is listed. */
  keep(names: ReadonlySet<string>): Labels {
    return this.filter((name) => names.has(name));
  }

  /** All labels but those whose name is listed. */
  without(names: ReadonlySet<string>): Labels {
    return this.filter((name) => !names.has(name));
  }

  /** The labels for which `test` holds. */
  filter(test: (name: string, value: string) => boolean): Labels {
    const kept: string[] = [];
    const { pairs } = this;
    for (let i = 0; i < pairs.length; i += 2) {
      if (test(pairs[i]!, pairs[i + 1]!)) kept.push(pairs[i]!, pairs[i + 1]!);
    }
    return kept.length === pairs.length ? this : Labels.fromSorted(kept);
  }

  /** As PromQL writes a series: `name{label="value", …}`, with quoted names where they are not legacy names. */
  toString(): string {
    const name = this.get(METRIC_NAME);
    const shown = [...this.entries()].filter(([label]) => label !== METRIC_NAME);
    const inside = shown.map(([label, value]) => `${labelName(label)}=${JSON.stringify(value)}`);
    if (name !== '' && !LEGACY_METRIC.test(name)) return `{${[JSON.stringify(name), ...inside].join(', ')}}`;
    return inside.length > 0 || name === '' ? `${name}{${inside.join(', ')}}` : name;
  }
}

/** A unit that JavaScript's own order may put elsewhere than UTF-8 does. */
const BEYOND = /[\ud800-\uffff]/;

// The engine's own order is several times as fast, and the same for all names that are met in practice.
function sorted(names: string[]): string[] {
  return BEYOND.test(names.join('')) ? names.sort(compareUtf8) : names.sort();
}

const LEGACY_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LEGACY_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether PromQL can write this label name without quotes. */
export function isLegacyLabelName(name: string): boolean {
  return LEGACY_LABEL.test(name);
}

function labelName(name: string): string {
  return isLegacyLabelName(name) ? name : JSON.stringify(name);
}

// A length in front of each part, so that no content can imitate a boundary.
function canonicalKey(pairs: readonly string[]): string {
  let key = '';
  for (const part of pairs) key += `${part.length}:${part}`;
  return key;
}
