import type { Rememberer } from '#lib/memory-budget';
import { IndexCursor, type IndexFile } from './index-file.ts';
import { bytesOfText, indexMemory } from './index-memory.ts';

/** The place of every so many-th string is known: between two of them is read. */
const STRIDE = 32;
const STRINGS_PER_TURN = 1024;

/** The strings of an index, by the references that its series have. */
export class IndexSymbols implements Rememberer {
  private readonly file: IndexFile;
  /** Version 1 refers to strings by their offsets, later ones by their numbers. */
  private readonly byOffset: boolean;
  private readonly count: number;
  private readonly start: number;
  private readonly end: number;
  private readonly places: Float64Array;
  private readonly texts = new Map<number, string>();

  /** `at` is where the section begins. Throws `corrupt-data` when it is damaged. */
  constructor(file: IndexFile, at: number, byOffset: boolean) {
    this.file = file;
    this.byOffset = byOffset;
    const input = file.section(at);
    this.count = input.u32();
    this.start = input.at;
    this.end = input.end;
    this.places = byOffset ? new Float64Array(0) : this.findPlaces(input);
  }

  /** Throws `corrupt-data` when there is no such string. */
  text(ref: number): string {
    const known = this.texts.get(ref);
    if (known !== undefined) return known;
    const text = this.cursorAt(ref).string();
    indexMemory.take(this, bytesOfText(text));
    this.texts.set(ref, text);
    return text;
  }

  /** All of them, sorted by UTF-8 bytes. */
  *all(): Generator<string> {
    let at = this.start;
    for (let done = 0; done < this.count; done += STRINGS_PER_TURN) {
      // The index may be read otherwise between two turns.
      const input = new IndexCursor(this.file, at, this.end);
      const texts = Array.from({ length: Math.min(STRINGS_PER_TURN, this.count - done) }, () => input.string());
      at = input.at;
      yield* texts;
    }
  }

  forget(): void {
    this.texts.clear();
  }

  private findPlaces(input: IndexCursor): Float64Array {
    const places = new Float64Array(Math.ceil(this.count / STRIDE));
    for (let i = 0; i < this.count; i++) {
      if (i % STRIDE === 0) places[i / STRIDE] = input.at;
      input.skipString();
    }
    return places;
  }

  private cursorAt(ref: number): IndexCursor {
    const { file, byOffset, start, end, count, places } = this;
    if (byOffset ? ref < start || ref >= end : ref >= count) throw file.corrupt(`symbol ${ref} does not exist`);
    if (byOffset) return new IndexCursor(file, ref, end);
    const input = new IndexCursor(file, places[Math.floor(ref / STRIDE)]!, end);
    for (let left = ref % STRIDE; left > 0; left--) input.skipString();
    return input;
  }
}
