import { type ColumnPlace, kernelHeap } from '#lib/kernel-heap';
import type { SampleBuffer } from '#storage/sample-buffer';
import { columnsKernel } from '../fn/columns-kernel.ts';
import type { RangeSource } from './range-source.ts';

type Timestamps = Pick<SampleBuffer, 't' | 'length'> & Partial<Pick<SampleBuffer, 'place'>>;

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
  /** They stand in what the thread remembers, unless another one has taken that. */
  private isShared = false;

  constructor(source: Pick<RangeSource, 'ends' | 'range' | 'margin'>) {
    this.source = source;
    this.from = new Int32Array(source.ends.length);
    this.to = new Int32Array(source.ends.length);
  }

  /** Finds the places in the samples of another series. */
  find(samples: Timestamps): void {
    if (this.isKnown(samples)) return;
    const { t, length } = samples;
    if (!rememberTimes(this, samples)) {
      if (length > this.known.length) this.known = new Float64Array(length * 2);
      this.known.set(t.subarray(0, length));
      this.isShared = false;
    } else {
      this.isShared = true;
    }
    this.knownLength = length;
    this.place(t, length);
  }

  private isKnown({ t, length, place }: Timestamps): boolean {
    const { known } = this;
    if (length !== this.knownLength || length === 0) return false;
    if (this.isShared) return isRemembered(this, place, length);
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

const MOST_REMEMBERED = 1 << 14;

/** Timestamps in the memory of this thread's kernels: those that `holder` saw last. */
interface RememberedTimes {
  readonly at: number;
  readonly t: Float64Array;
  holder: WindowPlaces | null;
}

let remembered: RememberedTimes | null = null;

function isRemembered(holder: WindowPlaces, place: ColumnPlace | null | undefined, length: number): boolean {
  if (!place || remembered?.holder !== holder) return false;
  return columnsKernel()?.sameNumbers(place.t, remembered.at, length) === 1;
}

/** Remembers timestamps where the kernel can compare them. False: they have to be kept elsewhere. */
function rememberTimes(holder: WindowPlaces, { t, length, place }: Timestamps): boolean {
  const heap = place && length <= MOST_REMEMBERED && columnsKernel() ? kernelHeap() : null;
  if (heap === null) return false;
  if (remembered === null) {
    const at = heap.alloc(8 * MOST_REMEMBERED);
    if (at === 0) return false;
    remembered = { at, t: heap.floats(at, MOST_REMEMBERED), holder: null };
  }
  remembered.t.set(t.subarray(0, length));
  remembered.holder = holder;
  return true;
}
