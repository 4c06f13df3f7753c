import type { SampleBuffer } from '#storage/sample-buffer';
import type { RangeSource } from './range-source.ts';

/** Where the windows of all steps lie in the samples of a series: step i looks at `from[i]` up to, not including, `to[i]`. */
export class WindowPlaces {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** How many samples all windows have together. */
  seen = 0;
  /** Changes when the places do. */
  version = 0;
  private readonly source: Pick<RangeSource, 'ends' | 'range' | 'margin'>;
  /** The timestamps that the places are of: series of one target mostly have the same. */
  private known = new Float64Array(256);
  private knownLength = 0;

  constructor(source: Pick<RangeSource, 'ends' | 'range' | 'margin'>) {
    this.source = source;
    this.from = new Int32Array(source.ends.length);
    this.to = new Int32Array(source.ends.length);
  }

  /** Finds the places in the samples of another series. */
  find({ t, length }: Pick<SampleBuffer, 't' | 'length'>): void {
    if (this.isKnown(t, length)) return;
    if (length > this.known.length) this.known = new Float64Array(length * 2);
    this.known.set(t.subarray(0, length));
    this.knownLength = length;
    this.place(t, length);
  }

  private isKnown(t: Float64Array, length: number): boolean {
    const { known } = this;
    if (length !== this.knownLength || length === 0) return false;
    // From the end: that is where most differ.
    for (let i = length - 1; i >= 0; i--) if (t[i] !== known[i]) return false;
    return true;
  }

  private place(t: Float64Array, length: number): void {
    const { from, to } = this;
    const { ends, range, margin } = this.source;
    const back = range + margin.before;
    let first = 0;
    let next = 0;
    let seen = 0;
    for (let i = 0; i < ends.length; i++) {
      const end = ends[i]! + margin.after;
      const start = ends[i]! - back;
      while (first < length && t[first]! <= start) first++;
      while (next < length && t[next]! <= end) next++;
      from[i] = first;
      to[i] = Math.max(first, next);
      seen += to[i]! - first;
    }
    this.seen = seen;
    this.version++;
  }
}
