import { QuantileSketch, type QuantileTarget, quantilesOf } from './quantile-sketch.ts';

/** A window of five slices: the oldest goes when a new one begins, so that the last 8 to 10 minutes are looked at. */
const SLICES = 5;
const SLICE_MS = 120_000;
/** So many values are merged at once. */
const BATCH = 256;
const FIRST_BATCH = 8;

/**
 * Quantiles of the values of the last ten minutes. Adding a value allocates nothing once its columns have grown: 2 KiB for
 * values that are still to be merged, and a few KiB for each slice of two minutes.
 */
export class SlidingQuantiles {
  private readonly targets: readonly QuantileTarget[];
  private readonly now: () => number;
  private readonly slices: readonly QuantileSketch[];
  /** The number of the slice that values go to. */
  private slice: number;
  private waiting = new Float64Array(FIRST_BATCH);
  private waitingCount = 0;

  /** Targets ascending; `now` in milliseconds, which never goes back. */
  constructor(targets: readonly QuantileTarget[], now: () => number) {
    this.targets = targets;
    this.now = now;
    this.slice = Math.floor(now() / SLICE_MS);
    this.slices = Array.from({ length: SLICES }, () => new QuantileSketch(targets));
  }

  add(value: number): void {
    this.turn();
    if (this.waitingCount === BATCH) this.mergeWaiting();
    else if (this.waitingCount === this.waiting.length) this.grow();
    this.waiting[this.waitingCount++] = value;
  }

  /** A value for each target, in their order; NaN when the window is empty. */
  read(): number[] {
    this.turn();
    this.mergeWaiting();
    return quantilesOf(this.slices, this.targets);
  }

  /** Begins the slice that it is time for. */
  private turn(): void {
    const slice = Math.floor(this.now() / SLICE_MS);
    if (slice === this.slice) return;
    this.mergeWaiting();
    const passed = Math.min(SLICES, slice - this.slice);
    for (let i = 0; i < passed; i++) this.sketchAt(slice - i).clear();
    this.slice = slice;
  }

  private grow(): void {
    const grown = new Float64Array(this.waiting.length * 2);
    grown.set(this.waiting);
    this.waiting = grown;
  }

  private mergeWaiting(): void {
    if (this.waitingCount === 0) return;
    this.sketchAt(this.slice).merge(this.waiting.subarray(0, this.waitingCount).sort());
    this.waitingCount = 0;
  }

  private sketchAt(slice: number): QuantileSketch {
    return this.slices[slice % SLICES]!;
  }
}
