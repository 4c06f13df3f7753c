import { invalidQuantile } from '../annotations.ts';
import { compareNaNFirst, quantileOf } from './order.ts';
import type { WindowFunction } from './windows.ts';

/** quantile_over_time, with one sorted window that samples enter and leave. */
export const quantileOverTime: WindowFunction = ({ v, from, to, args }, { columns, base }, { annotations, span }) => {
  const quantiles = args[0]!;
  const window = new SortedWindow();
  let first = from[0] ?? 0;
  let next = first;
  for (let i = 0; i < from.length; i++) {
    const start = from[i]!;
    const end = to[i]!;
    if (start >= next) {
      window.clear();
      first = start;
      next = start;
    }
    for (; next < end; next++) window.add(v[next]!);
    for (; first < start; first++) window.remove(v[first]!);
    if (end <= start) continue;
    const quantile = quantiles[i]!;
    if (!(quantile >= 0 && quantile <= 1)) annotations.warn(invalidQuantile(quantile), span);
    columns.values[base + i] = quantileOf(quantile, window.sorted);
    columns.present[base + i] = 1;
  }
};

/** Values in order, NaN first. */
class SortedWindow {
  private values = new Float64Array(256);
  private length = 0;

  get sorted(): Float64Array {
    return this.values.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  add(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    const at = this.position(value);
    this.values.copyWithin(at + 1, at, this.length);
    this.values[at] = value;
    this.length++;
  }

  /** Removes one value that is there. */
  remove(value: number): void {
    const at = this.position(value);
    this.values.copyWithin(at, at + 1, this.length);
    this.length--;
  }

  /** The first place whose value is not less. */
  private position(value: number): number {
    const { values } = this;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareNaNFirst(values[middle]!, value) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
