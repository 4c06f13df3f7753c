/** A sum with the error that rounding made, by Kahan and Neumaier: the result is `sum + compensation`. */
export class KahanSum {
  sum = 0;
  compensation = 0;

  /** Starts again from one value. */
  reset(sum = 0, compensation = 0): void {
    this.sum = sum;
    this.compensation = compensation;
  }

  add(value: number): void {
    const { sum } = this;
    const total = sum + value;
    if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) this.compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.compensation += sum - total + value;
    else this.compensation += value - total + sum;
    this.sum = total;
  }

  /** The corrected sum. */
  get total(): number {
    return this.sum + this.compensation;
  }
}
