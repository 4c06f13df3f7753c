import type { MetricFamily } from '#lib/metrics';

interface Sum {
  seconds: number;
  count: number;
}

/** How long something takes: sums for the mean, by the value of one label. */
export class LengthSums {
  private readonly meta: { readonly name: string; readonly help: string };
  private readonly label: string;
  private readonly sums = new Map<string, Sum>();

  constructor(meta: { readonly name: string; readonly help: string }, label: string) {
    this.meta = meta;
    this.label = label;
  }

  add(value: string, seconds: number): void {
    const sum = this.sums.get(value) ?? { seconds: 0, count: 0 };
    sum.seconds += seconds;
    sum.count++;
    this.sums.set(value, sum);
  }

  remove(value: string): void {
    this.sums.delete(value);
  }

  family(): MetricFamily {
    const samples = [...this.sums].flatMap(([value, { seconds, count }]) => {
      const labels = [this.label, value];
      return [
        { suffix: '_sum', labels, value: seconds },
        { suffix: '_count', labels, value: count },
      ];
    });
    return { ...this.meta, type: 'summary', samples };
  }
}
