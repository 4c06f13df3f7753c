import { ByteIndex } from '#lib/byte-index';
import type { SeriesRef } from '#storage/appender';

/**
 * The series that senders write, by their label bytes: a series that was stored before is found by comparing bytes, and
 * its labels are not read again. Senders write the same series in the same order nearly always, so the series that came
 * next the last time is looked at first. Series have numbers from 1; 0 stands for the beginning of a message.
 */
export class SeriesCache {
  private readonly index = new ByteIndex();
  private refs = new Float64Array(1024);
  /** The number of the series that came after each. */
  private followers = new Uint32Array(1024);
  /** What was said of each series last: see `describe`. */
  private descriptions = new Float64Array(1024);
  private last = 0;

  get size(): number {
    return this.index.size;
  }

  /** A message begins. */
  begin(): void {
    this.last = 0;
  }

  /** The number of the series with these label bytes; 0 when it is not known. */
  find(labels: DataView, start: number, end: number): number {
    const expected = this.followers[this.last]!;
    if (this.index.is(expected, labels, start, end)) {
      this.last = expected;
      return expected;
    }
    const found = this.index.find(labels, start, end);
    if (found !== 0) this.follow(found);
    return found;
  }

  /** Keeps a series that was not known. */
  add(labels: DataView, range: { readonly start: number; readonly end: number }, ref: SeriesRef): number {
    const series = this.index.add(labels, range.start, range.end);
    if (series >= this.refs.length) this.grow();
    this.refs[series] = ref;
    this.followers[series] = 0;
    this.descriptions[series] = 0;
    this.follow(series);
    return series;
  }

  ref(series: number): SeriesRef {
    return this.refs[series] as SeriesRef;
  }

  setRef(series: number, ref: SeriesRef): void {
    this.refs[series] = ref;
  }

  /** A number that stands for the metadata that came with the series last; 0 = none. */
  description(series: number): number {
    return this.descriptions[series]!;
  }

  describe(series: number, description: number): void {
    this.descriptions[series] = description;
  }

  /** Forgets all series. */
  clear(): void {
    this.index.clear();
    this.followers.fill(0);
    this.last = 0;
  }

  private follow(series: number): void {
    this.followers[this.last] = series;
    this.last = series;
  }

  private grow(): void {
    const capacity = this.refs.length * 2;
    this.refs = grown(this.refs, new Float64Array(capacity));
    this.followers = grown(this.followers, new Uint32Array(capacity));
    this.descriptions = grown(this.descriptions, new Float64Array(capacity));
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
