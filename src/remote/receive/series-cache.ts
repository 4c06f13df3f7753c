import type { Appender, SeriesRef } from '#storage/appender';
import type { ByteNumbers } from './byte-numbers.ts';
import type { KnownSamples, WriteKernel } from './write-kernel.ts';

/**
 * The series that senders write, by their label bytes: a series that was stored before is found by comparing bytes, and
 * its labels are not read again. Series have numbers from 1; 0 stands for one that is not known.
 */
export class SeriesCache {
  private readonly index: ByteNumbers;
  private readonly kernel: WriteKernel | null;
  private refs = new Float64Array(1024);
  /** The series that tells whether storage still has the names of all of them. */
  private probe = 1;
  /** What was said of each series last: see `describe`. */
  private descriptions = new Float64Array(1024);

  /** `kernel`: the index, where it can read series by itself. */
  constructor(index: ByteNumbers, kernel: WriteKernel | null = null) {
    this.index = index;
    this.kernel = kernel;
  }

  get size(): number {
    return this.index.size;
  }

  get usedBytes(): number {
    return this.index.usedBytes;
  }

  /**
   * Takes over the names that storage has given to all its series since. When it no longer has most of them, all are forgotten:
   * what is not written any more must not stay for ever.
   */
  renew(appender: Pick<Appender, 'knows' | 'renew'>): void {
    if (this.size === 0 || appender.knows(this.ref(this.probe))) return;
    const refs = this.refs.subarray(1, this.size + 1);
    appender.renew(refs);
    let known = 0;
    for (let i = 0; i < refs.length; i++) {
      if (!appender.knows(refs[i] as SeriesRef)) continue;
      known++;
      this.probe = i + 1;
    }
    if (known * 2 < refs.length) this.clear();
  }

  /** A message begins. */
  begin(): void {
    this.index.begin();
  }

  /** The number of the series with these label bytes; 0 when it is not known. */
  find(labels: DataView, start: number, end: number): number {
    return this.index.find(labels, start, end);
  }

  /** Keeps a series that was not known; 0 when there is no memory for it. */
  add(labels: DataView, range: { readonly start: number; readonly end: number }, ref: SeriesRef): number {
    const series = this.index.add(labels, range.start, range.end);
    if (series >= this.refs.length) this.grow();
    this.refs[series] = ref;
    this.descriptions[series] = 0;
    return series;
  }

  /** The label bytes of a series; valid until the next `add`. */
  bytes(series: number): Uint8Array {
    return this.index.bytes(series);
  }

  /**
   * Reads series of a message from `at` on: such as are known and have nothing but plain samples, none after `latest`. Gives
   * their samples, valid until the next call; null: the next one is another, or nobody can do that here.
   */
  known(message: Uint8Array, at: number, latest: number): KnownSamples | null {
    const count = this.kernel?.scan(message, at, latest) ?? 0;
    if (this.kernel === null || count === 0) return null;
    const samples = this.kernel.known(count);
    const { refs, numbers } = samples;
    for (let i = 0; i < count; i++) refs[i] = this.refs[numbers[i]!]!;
    return samples;
  }

  /** Where `known` stopped. */
  stoppedAt(message: Uint8Array): number {
    return this.kernel!.stoppedAt(message);
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

  /** Forgets all series. Not while a message is being read. */
  clear(): void {
    this.index.clear();
    this.probe = 1;
  }

  private grow(): void {
    const capacity = this.refs.length * 2;
    this.refs = grown(this.refs, new Float64Array(capacity));
    this.descriptions = grown(this.descriptions, new Float64Array(capacity));
  }
}

function grown(from: Float64Array, to: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  to.set(from);
  return to;
}
