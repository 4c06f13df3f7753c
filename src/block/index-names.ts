import type { Rememberer } from '#lib/memory-budget';
import { compareUtf8 } from '#lib/utf8';
import { IndexCursor, type IndexFile } from './index-file.ts';
import { bytesOfText, indexMemory } from './index-memory.ts';

/** The values of one label name, sorted by UTF-8 bytes, with the place of each one's postings. */
export interface NameTable {
  readonly values: readonly string[];
  readonly offsets: Float64Array;
}

/** Where a name's entries stand in the table of postings. */
interface NameEntries {
  readonly start: number;
  count: number;
}

/** The table of an index that leads from label pairs to their postings. */
export class IndexNames implements Rememberer {
  /** Where the postings of all series stand; 0: there are none. */
  allOffset = 0;
  private readonly file: IndexFile;
  private readonly end: number;
  private readonly entries = new Map<string, NameEntries>();
  private readonly tables = new Map<string, NameTable>();
  /** Those that are never forgotten. */
  private readonly held = new Map<string, NameTable>();

  /** `at` is where the section begins; in version 1 its entries are in no order. Throws `corrupt-data` when it is damaged. */
  constructor(file: IndexFile, at: number, isUnsorted: boolean) {
    this.file = file;
    const input = file.section(at);
    this.end = input.end;
    if (isUnsorted) this.holdAll(input);
    else this.findEntries(input);
  }

  /** Sorted by UTF-8 bytes. */
  names(): string[] {
    return [...this.entries.keys()];
  }

  /** Null when no series has such a label. */
  table(name: string): NameTable | null {
    const known = this.held.get(name) ?? this.tables.get(name);
    if (known) return known;
    const entries = this.entries.get(name);
    if (!entries) return null;
    const table = this.readTable(entries);
    indexMemory.take(
      this,
      table.values.reduce((sum, value) => sum + bytesOfText(value), 0),
    );
    this.tables.set(name, table);
    return table;
  }

  forget(): void {
    this.tables.clear();
  }

  private findEntries(input: IndexCursor): void {
    let name = '';
    let entries: NameEntries = { start: 0, count: 0 };
    for (let left = input.u32(); left > 0; left--) {
      const start = input.at;
      input.uvarint();
      const current = input.string();
      const valueLength = input.uvarint();
      input.skip(valueLength);
      const offset = input.uvarint();
      if (current === '' && valueLength === 0) {
        this.allOffset = offset;
        continue;
      }
      if (current !== name) {
        name = current;
        entries = { start, count: 0 };
        this.entries.set(name, entries);
      }
      entries.count++;
    }
  }

  /** Where the entries are in no order, all of them are held. */
  private holdAll(input: IndexCursor): void {
    const found = new Map<string, [value: string, offset: number][]>();
    for (let left = input.u32(); left > 0; left--) {
      input.uvarint();
      const [name, value, offset] = [input.string(), input.string(), input.uvarint()];
      const entries = found.get(name);
      if (name === '' && value === '') this.allOffset = offset;
      else if (entries) entries.push([value, offset]);
      else found.set(name, [[value, offset]]);
    }
    for (const name of [...found.keys()].sort(compareUtf8)) {
      const entries = found.get(name)!.sort((a, b) => compareUtf8(a[0], b[0]));
      this.entries.set(name, { start: 0, count: entries.length });
      this.held.set(name, {
        values: entries.map(([value]) => value),
        offsets: Float64Array.from(entries, ([, offset]) => offset),
      });
    }
  }

  private readTable({ start, count }: NameEntries): NameTable {
    const input = new IndexCursor(this.file, start, this.end);
    const offsets = new Float64Array(count);
    const values = Array.from({ length: count }, (_, i) => {
      input.uvarint();
      input.skipString();
      const value = input.string();
      offsets[i] = input.uvarint();
      return value;
    });
    return { values, offsets };
  }
}
