/** From `leave` up to `stay` samples leave a window, from `enter` up to `end` they come in. */
export interface Slide {
  readonly leave: number;
  readonly stay: number;
  readonly enter: number;
  readonly end: number;
}

/** Up to so many values are put in order one by one. */
const FEW = 32;

/** The values of a window in order, while it slides over a column. NaN, the smallest, is counted apart. */
export class SortedWindow {
  private values = new Float64Array(256);
  private length = 0;
  private nans = 0;
  private spare = new Float64Array(256);
  private readonly leaving = new SmallSort();
  private readonly entering = new SmallSort();

  clear(): void {
    this.length = 0;
    this.nans = 0;
  }

  /** Moves on; what leaves must be inside. */
  slide(column: Float64Array, { leave, stay, enter, end }: Slide): void {
    if (leave >= stay && enter >= end) return;
    if (stay - leave === 1 && end - enter === 1) this.replace(column[leave]!, column[enter]!);
    else this.merge(column, { leave, stay, enter, end });
  }

  /** The quantile, between two values weighted by its distance: NaN for none, infinite beyond 0 and 1. */
  quantile(quantile: number): number {
    const count = this.nans + this.length;
    if (count === 0 || Number.isNaN(quantile)) return Number.NaN;
    if (quantile < 0) return Number.NEGATIVE_INFINITY;
    if (quantile > 1) return Number.POSITIVE_INFINITY;
    const rank = quantile * (count - 1);
    const lower = Math.max(0, Math.floor(rank));
    const upper = Math.min(count - 1, lower + 1);
    const weight = rank - Math.floor(rank);
    return this.at(lower) * (1 - weight) + this.at(upper) * weight;
  }

  private at(i: number): number {
    return i < this.nans ? Number.NaN : this.values[i - this.nans]!;
  }

  /** Only what lies between the two has to move. */
  private replace(old: number, value: number): void {
    if (Number.isNaN(old) || Number.isNaN(value)) {
      this.remove(old);
      this.add(value);
      return;
    }
    const { values } = this;
    const from = this.position(old);
    const to = this.position(value);
    if (to > from) {
      values.copyWithin(from, from + 1, to);
      values[to - 1] = value;
    } else {
      values.copyWithin(to + 1, to, from);
      values[to] = value;
    }
  }

  private remove(value: number): void {
    if (Number.isNaN(value)) {
      this.nans--;
      return;
    }
    const at = this.position(value);
    this.values.copyWithin(at, at + 1, this.length);
    this.length--;
  }

  private add(value: number): void {
    if (Number.isNaN(value)) {
      this.nans++;
      return;
    }
    this.reserve(this.length + 1);
    const at = this.position(value);
    this.values.copyWithin(at + 1, at, this.length);
    this.values[at] = value;
    this.length++;
  }

  /** One pass over the window, however many come and go. */
  private merge(column: Float64Array, { leave, stay, enter, end }: Slide): void {
    this.nans += this.entering.sort(column, enter, end) - this.leaving.sort(column, leave, stay);
    this.reserve(this.length + this.entering.length);
    const { values, spare, length } = this;
    const { values: out, length: outLength } = this.leaving;
    const { values: incoming, length: inLength } = this.entering;
    let n = 0;
    let o = 0;
    let e = 0;
    let nextOut = outLength > 0 ? out[0]! : Number.NaN;
    let nextIn = inLength > 0 ? incoming[0]! : Number.NaN;
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      if (value === nextOut) {
        nextOut = ++o < outLength ? out[o]! : Number.NaN;
        continue;
      }
      while (nextIn < value) {
        spare[n++] = nextIn;
        nextIn = ++e < inLength ? incoming[e]! : Number.NaN;
      }
      spare[n++] = value;
    }
    while (e < inLength) spare[n++] = incoming[e++]!;
    this.values = spare;
    this.spare = values;
    this.length = n;
  }

  private reserve(length: number): void {
    if (length <= this.spare.length && length <= this.values.length) return;
    const values = new Float64Array(length * 2);
    values.set(this.values);
    this.values = values;
    this.spare = new Float64Array(length * 2);
  }

  /** The first place whose value is not less. */
  private position(value: number): number {
    const { values } = this;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Part of a column in order, in memory that is used again. */
class SmallSort {
  values = new Float64Array(64);
  length = 0;

  /** Takes the values `from` up to `to` and gives how many are NaN, which are left out. */
  sort(column: Float64Array, from: number, to: number): number {
    if (to - from > this.values.length) this.values = new Float64Array((to - from) * 2);
    const { values } = this;
    const isFew = to - from <= FEW;
    let n = 0;
    for (let i = from; i < to; i++) {
      const value = column[i]!;
      if (Number.isNaN(value)) continue;
      let at = n++;
      if (isFew) for (; at > 0 && values[at - 1]! > value; at--) values[at] = values[at - 1]!;
      values[at] = value;
    }
    if (!isFew) values.subarray(0, n).sort();
    this.length = n;
    return Math.max(0, to - from) - n;
  }
}
