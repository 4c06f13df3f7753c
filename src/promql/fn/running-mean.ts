import { KahanSum } from './kahan.ts';

/** An average that stays exact as long as the sum does not overflow. */
export class RunningMean {
  private readonly sum = new KahanSum();
  private count = 0;
  private isIncremental = false;

  start(value: number): void {
    this.sum.reset(value);
    this.count = 1;
    this.isIncremental = false;
  }

  add(value: number): void {
    const { sum } = this;
    this.count++;
    if (!this.isIncremental) {
      const before = sum.sum;
      const compensation = sum.compensation;
      sum.add(value);
      if (Math.abs(sum.sum) !== Number.POSITIVE_INFINITY) return;
      this.isIncremental = true;
      sum.reset(before / (this.count - 1), compensation / (this.count - 1));
    }
    const kept = (this.count - 1) / this.count;
    sum.reset(kept * sum.sum, kept * sum.compensation);
    sum.add(value / this.count);
  }

  get result(): number {
    const { sum, count } = this;
    return this.isIncremental ? sum.total : sum.sum / count + sum.compensation / count;
  }
}
