import { DistinctCount, linearCount } from './distinct-count.ts';

/** Places for values: numbers are good to some thousand, and end at fifteen thousand. */
const PLACES = 2048;
const MOST = 32_767;

/**
 * About how many values of a label came and went within a window, in 5 KB however many they are. A value is given by its
 * `hashText`, once for each series that came or went with it.
 */
export class ValueBalance {
  private readonly arrived = new DistinctCount(PLACES);
  private readonly passed = new DistinctCount(PLACES);
  /** Series that came less series that went, by place: it is zero again when a value has gone with all its series. */
  private readonly balance = new Int16Array(PLACES);
  private above = 0;
  private below = 0;

  /** Whether the value is a new one of the window; false for every value that came before. */
  came(value: number): boolean {
    this.move(value, 1);
    return this.arrived.addHash(value);
  }

  went(value: number): void {
    this.move(value, -1);
    if (this.arrived.hasHash(value)) this.passed.addHash(value);
  }

  /** The value lost a series with its target, which says nothing of how long it would have lasted. */
  wentWithTarget(value: number): void {
    this.move(value, -1);
  }

  /** Different values that came. */
  arrivals(): number {
    return this.arrived.estimate();
  }

  /** How many of them lost a series again while their target stayed. */
  brief(): number {
    return this.passed.estimate();
  }

  /** How many more values there are than at the beginning of the window; negative when there are less. */
  gain(): number {
    return Math.round(linearCount(PLACES, PLACES - this.above) - linearCount(PLACES, PLACES - this.below));
  }

  clear(): void {
    this.arrived.clear();
    this.passed.clear();
    this.balance.fill(0);
    this.above = 0;
    this.below = 0;
  }

  private move(value: number, by: 1 | -1): void {
    const place = value % PLACES;
    const before = this.balance[place]!;
    const after = before + by;
    if (Math.abs(after) > MOST) return;
    this.balance[place] = after;
    this.above += Number(after > 0) - Number(before > 0);
    this.below += Number(after < 0) - Number(before < 0);
  }
}
